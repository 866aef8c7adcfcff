//! The real disk: single system calls on handles.
//!
//! Paths of several components go through cap-std, which confines them; single names go straight to the
//! kernel, relative to a handle.

use crate::byte_lock;
use crate::disk::{ByteLock, Directory, Facts, File, Kind, Open, Waited};
use crate::file_system::FileSystem;
use crate::followed::follow;
use crate::inode_flags;
use crate::smb;
use crate::wait::wait;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use rustix::fs::{Access, AtFlags, FileType, Gid, Mode, OFlags, RawMode, Stat, Uid};
use rustix::io::{Errno, retry_on_intr};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use xattr::FileExt as _;

/// Opens a directory that the user named, with nothing to confine it.
pub(crate) fn open_ambient(path: &Path) -> io::Result<Dir> {
    Dir::open_ambient_dir(on_the_way(path), ambient_authority())
}

/// The path of a directory that is not the end of a path, but on the way to a document. The kernel's rule for links
/// (`fs.protected_symlinks`) is about the end.
pub(crate) fn on_the_way(directory: &Path) -> PathBuf {
    // The empty path, as `Path::parent` returns it for a bare file name, means this directory.
    directory.join(".")
}

/// The same, of a path whose links were followed: one that was made since is not.
pub(crate) fn open_followed(path: &Path) -> io::Result<Dir> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    // A slash behind the name would have the kernel follow it all the same.
    let path: PathBuf = path.components().collect();
    let flags = PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = retry_on_intr(|| rustix::fs::open(&path, flags, Mode::empty()))?;
    Ok(Dir::from_std_file(opened.into()))
}

/// A handle that only names a directory needs no permission to read it.
#[cfg(target_os = "linux")]
const PATH: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const PATH: OFlags = OFlags::RDONLY;

impl Directory for Dir {
    type File = std::fs::File;

    fn open_directory(&self, path: &Path) -> io::Result<Dir> {
        self.open_dir(on_the_way(path))
    }

    fn open_anywhere(&self, path: &Path) -> io::Result<Dir> {
        match follow(path) {
            Ok(followed) => open_followed(&followed),
            Err(error) => Err(io::Error::new(io::ErrorKind::PermissionDenied, error)),
        }
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.create_dir(path)
    }

    fn link_target(&self, name: &OsStr) -> io::Result<Option<PathBuf>> {
        match retry_on_intr(|| rustix::fs::readlinkat(self, name, Vec::new())) {
            Ok(target) => Ok(Some(OsString::from_vec(target.into_bytes()).into())),
            Err(Errno::INVAL | Errno::NOENT) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    fn open(&self, name: &OsStr, how: Open) -> io::Result<std::fs::File> {
        match how {
            Open::Read => match FileSystem::of(self)? {
                FileSystem::Smb => smb::open(self, name),
                _ => openat(self, name, OFlags::RDONLY, 0),
            },
            // An exclusive lock needs a handle to write with on NFS, as flock(2) says. Anywhere else one to read with
            // is enough, for a lock file that another program has made.
            Open::Lock => {
                let open = |flags| match FileSystem::of(self)? {
                    FileSystem::Smb => smb::until_known(|| openat(self, name, flags, 0)),
                    _ => openat(self, name, flags, 0),
                };
                match open(OFlags::RDWR) {
                    Err(error) if may_not_write(&error) => open(OFlags::RDONLY),
                    opened => opened,
                }
            }
            Open::Write => openat(self, name, OFlags::RDWR, 0),
            Open::New { mode } => {
                let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL;
                openat(self, name, flags, mode)
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn open_unnamed(&self, mode: u32) -> io::Result<Option<std::fs::File>> {
        // By way of /proc it gets its name.
        static HAS_PROC: OnceLock<bool> = OnceLock::new();
        if !HAS_PROC.get_or_init(|| Path::new("/proc/self/fd").exists()) {
            return Ok(None);
        }
        match openat(
            self,
            OsStr::new("."),
            OFlags::WRONLY | OFlags::TMPFILE,
            mode,
        ) {
            Ok(file) => Ok(Some(file)),
            // An old kernel takes it for the attempt to write to a directory.
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
                _ => Err(error),
            },
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_unnamed(&self, _: u32) -> io::Result<Option<std::fs::File>> {
        Ok(None)
    }

    #[cfg(target_os = "linux")]
    fn is_late_link_durable(&self) -> bool {
        crate::late_link::is_late_link_durable(self)
    }

    #[cfg(not(target_os = "linux"))]
    fn is_late_link_durable(&self) -> bool {
        false
    }

    /// By way of `/proc`, as `open(2)` says: to link a descriptor itself needs a privilege.
    fn link(&self, file: &std::fs::File, name: &OsStr) -> io::Result<()> {
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        Ok(rustix::fs::linkat(
            rustix::fs::CWD,
            path,
            self,
            name,
            AtFlags::SYMLINK_FOLLOW,
        )?)
    }

    fn facts(&self, name: &OsStr) -> io::Result<Option<Facts>> {
        match retry_on_intr(|| rustix::fs::statat(self, name, AtFlags::SYMLINK_NOFOLLOW)) {
            Ok(stat) => Ok(Some(facts(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    fn check_writable(&self, name: &OsStr) -> io::Result<()> {
        retry_on_intr(|| rustix::fs::accessat(self, name, Access::WRITE_OK, AtFlags::EACCESS))?;
        Ok(())
    }

    fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(self, from, self, to)?)
    }

    fn remove(&self, name: &OsStr) -> io::Result<()> {
        match rustix::fs::unlinkat(self, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    fn identity(&self) -> io::Result<(u64, u64)> {
        let stat = rustix::fs::fstat(self)?;
        Ok((stat.st_dev, stat.st_ino))
    }

    fn user(&self) -> u32 {
        rustix::process::geteuid().as_raw()
    }

    fn may_change_names(&self) -> io::Result<bool> {
        let access = Access::WRITE_OK | Access::EXEC_OK;
        match retry_on_intr(|| rustix::fs::accessat(self, ".", access, AtFlags::EACCESS)) {
            Ok(()) => Ok(true),
            Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn file_system(&self) -> io::Result<FileSystem> {
        FileSystem::of_directory(self)
    }

    /// What cap-std opens only names a place (`O_PATH`); this one can be synced.
    fn as_file(&self) -> io::Result<std::fs::File> {
        openat(self, OsStr::new("."), OFlags::RDONLY | OFlags::DIRECTORY, 0)
    }
}

fn may_not_write(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::ACCESS | Errno::PERM | Errno::ROFS)
    )
}

pub(crate) fn openat(
    dir: &Dir,
    name: &OsStr,
    flags: OFlags,
    mode: RawMode,
) -> io::Result<std::fs::File> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(mode);
    let opened = retry_on_intr(|| rustix::fs::openat(dir, name, flags, mode))?;
    Ok(opened.into())
}

fn facts(stat: &Stat) -> Facts {
    Facts {
        device: stat.st_dev,
        inode: stat.st_ino,
        kind: match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Link,
            FileType::Fifo => Kind::Fifo,
            FileType::Socket => Kind::Socket,
            _ => Kind::Device,
        },
        mode: Mode::from_raw_mode(stat.st_mode).as_raw_mode(),
        user: stat.st_uid,
        group: stat.st_gid,
        links: stat.st_nlink,
        size: stat.st_size.try_into().unwrap_or(0),
        modified: (stat.st_mtime, stat.st_mtime_nsec.cast_signed()),
        changed: (stat.st_ctime, stat.st_ctime_nsec.cast_signed()),
    }
}

impl File for std::fs::File {
    fn facts(&self) -> io::Result<Facts> {
        Ok(facts(&rustix::fs::fstat(self)?))
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, at)
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::write_at(self, bytes, at)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        std::fs::File::set_len(self, len)
    }

    fn begin_sync(&self, at: u64, len: u64) {
        begin_writeback(self, at, len);
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_all()
    }

    fn set_owner(&self, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
        let (user, group) = (user.map(Uid::from_raw), group.map(Gid::from_raw));
        Ok(rustix::fs::fchown(self, user, group)?)
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        Ok(rustix::fs::fchmod(self, Mode::from_raw_mode(mode))?)
    }

    fn take_over_flags(&self, old: &std::fs::File) -> io::Result<()> {
        inode_flags::take_over(self, old)
    }

    fn attributes(&self) -> io::Result<Vec<(OsString, Vec<u8>)>> {
        let names = match self.list_xattr() {
            Ok(names) => names,
            Err(error) if Errno::from_io_error(&error) == Some(Errno::OPNOTSUPP) => {
                return Ok(vec![]);
            }
            Err(error) => return Err(error),
        };
        let mut all = Vec::new();
        for name in names {
            // One that went away between the two calls was not there.
            if let Some(value) = self.get_xattr(&name)? {
                all.push((name, value));
            }
        }
        Ok(all)
    }

    fn set_attribute(&self, name: &OsStr, value: &[u8]) -> io::Result<()> {
        self.set_xattr(name, value)
    }

    fn remove_attribute(&self, name: &OsStr) -> io::Result<()> {
        self.remove_xattr(name)
    }

    fn lock(self, patience: Option<Duration>) -> io::Result<Waited<std::fs::File>> {
        wait(self, patience)
    }

    fn lock_byte(&self, at: u64, kind: ByteLock, patience: Duration) -> io::Result<bool> {
        byte_lock::lock(self, at, kind, patience)
    }

    fn unlock_byte(&self, at: u64) -> io::Result<()> {
        byte_lock::unlock(self, at)
    }

    fn is_byte_locked(&self, at: u64) -> io::Result<bool> {
        byte_lock::is_locked(self, at)
    }

    fn is_being_written(&self) -> Option<bool> {
        // NFS refuses every lease for which the server has given no delegation, whether or not the file is being written.
        match FileSystem::of(self) {
            Ok(FileSystem::Local) => byte_lock::is_being_written(self),
            _ => None,
        }
    }
}

/// `sync_file_range(2)` starts the writing and does not wait for it. Nothing depends on it: what it does not
/// do, the `fsync` afterwards does.
#[cfg(target_os = "linux")]
fn begin_writeback(file: &std::fs::File, at: u64, len: u64) {
    let (Ok(at), Ok(len)) = (i64::try_from(at), i64::try_from(len)) else {
        return;
    };
    // SAFETY: the call takes no memory, and the descriptor is open for as long as `file` is borrowed.
    let _ =
        unsafe { libc::sync_file_range(file.as_raw_fd(), at, len, libc::SYNC_FILE_RANGE_WRITE) };
}

#[cfg(not(target_os = "linux"))]
fn begin_writeback(_: &std::fs::File, _: u64, _: u64) {}
