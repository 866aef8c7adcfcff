//! Inode flags (`ioctl_iflags(2)`, what `chattr(1)` sets) and the project ID that quotas count by.

#[cfg(target_os = "linux")]
pub(crate) use linux::take_over;

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
    use rustix::io::Errno;
    use rustix::ioctl::{Getter, Setter, ioctl, opcode};
    use std::fs::File;
    use std::io;

    /// The flags that a user sets for the storage of a file. The others describe its kind, or are those of
    /// directories. A file that is immutable, or may only be appended to, cannot be replaced at all.
    const KEPT: IFlags = IFlags::from_bits_retain(
        IFlags::COMPRESSED.bits()
            | IFlags::JOURNALING.bits()
            | IFlags::NOATIME.bits()
            | IFlags::NOCOW.bits()
            | IFlags::NODUMP.bits()
            | IFlags::NOTAIL.bits()
            | IFlags::SECURE_REMOVAL.bits()
            | IFlags::SYNC.bits()
            | IFlags::UNRM.bits()
            | NOT_COMPRESSED
            | DAX,
    );

    /// `FS_NOCOMP_FL` and `FS_DAX_FL`, which rustix does not name.
    const NOT_COMPRESSED: u32 = 0x400;
    const DAX: u32 = 0x0200_0000;

    /// Gives a new file, which is still empty and belongs to this process, the flags and the project of the old one.
    pub(crate) fn take_over(new: &File, old: &File) -> io::Result<()> {
        let Some(wanted) = known(ioctl_getflags(old))? else {
            return Ok(());
        };
        let fresh = ioctl_getflags(new)?;
        if (wanted ^ fresh).intersects(KEPT) {
            let others = fresh - KEPT;
            // Some flags exclude each other, and the directory may have given the file one of them: that has to go first.
            if fresh.intersects(KEPT) {
                set(new, others)?;
            }
            set(new, others | (wanted & KEPT))?;
        }
        take_over_project(new, old)
    }

    /// Data that is journalled (`chattr +j`) can only be asked for with `CAP_SYS_RESOURCE`. Who has not got it writes a
    /// document without it. SMB shows flags of the server, and sets none.
    fn set(new: &File, flags: IFlags) -> io::Result<()> {
        match ioctl_setflags(new, flags) {
            Err(Errno::NOTTY | Errno::OPNOTSUPP) => Ok(()),
            Err(Errno::PERM) if flags.contains(IFlags::JOURNALING) => {
                Ok(ioctl_setflags(new, flags - IFlags::JOURNALING)?)
            }
            set => Ok(set?),
        }
    }

    /// `struct fsxattr` of `linux/fs.h`.
    #[repr(C)]
    #[derive(Debug, Clone, Copy)]
    struct Extended {
        flags: u32,
        extent_size: u32,
        extents: u32,
        project: u32,
        copied_extent_size: u32,
        padding: [u8; 8],
    }

    const GET: rustix::ioctl::Opcode = opcode::read::<Extended>(b'X', 31);
    const SET: rustix::ioctl::Opcode = opcode::write::<Extended>(b'X', 32);

    /// A directory can give its own project to all files in it; the kernel then refuses those of another.
    fn take_over_project(new: &File, old: &File) -> io::Result<()> {
        let Some(wanted) = known(extended(old))?.map(|old| old.project) else {
            return Ok(());
        };
        if wanted == 0 {
            return Ok(());
        }
        let mut fresh = extended(new)?;
        if fresh.project != 0 {
            return Ok(());
        }
        fresh.project = wanted;
        // SAFETY: FS_IOC_FSSETXATTR reads a structure of this layout.
        unsafe { ioctl(new, Setter::<SET, Extended>::new(fresh)) }?;
        Ok(())
    }

    fn extended(file: &File) -> rustix::io::Result<Extended> {
        // SAFETY: FS_IOC_FSGETXATTR fills a structure of this layout.
        unsafe { ioctl(file, Getter::<GET, Extended>::new()) }
    }

    /// `None` where the file system has no such thing.
    fn known<T>(found: rustix::io::Result<T>) -> io::Result<Option<T>> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(Errno::NOTTY | Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn take_over(_: &std::fs::File, _: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
