//! What the store asks of a file system, behind two small traits.
//!
//! There are two implementations: the real one in [`unix`](crate::unix), and in the tests a simulated disk,
//! which can be stopped after every step, forgets what was not synced, and fails every call with every error.

use crate::file_system::FileSystem;
use std::ffi::{OsStr, OsString};
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A directory that was opened. A name is one component, and a symbolic link is never followed for it.
///
/// The handle leads to the same directory whatever is renamed meanwhile.
pub(crate) trait Directory: Sized + Debug {
    type File: File;

    /// Opens a directory below this one. A path that leads out, by `..` or by a link, is refused with
    /// [`io::ErrorKind::PermissionDenied`] and no error number.
    fn open_directory(&self, path: &Path) -> io::Result<Self>;

    /// Opens a directory by its absolute path, which nothing confines. Links at its end are followed by the rule of
    /// [`planted_link`](crate::planted_link).
    fn open_anywhere(&self, path: &Path) -> io::Result<Self>;

    /// Makes a directory below this one, with the same confinement.
    fn make_directory(&self, path: &Path) -> io::Result<()>;

    /// Where a symbolic link leads; `None` when the name is something else, or nothing.
    fn link_target(&self, name: &OsStr) -> io::Result<Option<PathBuf>>;

    fn open(&self, name: &OsStr, how: Open) -> io::Result<Self::File>;

    /// Makes a file that no name leads to, to write to (`O_TMPFILE`); `None` where there is no such thing.
    fn open_unnamed(&self, mode: u32) -> io::Result<Option<Self::File>>;

    /// Whether such a file may get its name after it was synced: the sync of the directory makes the link durable then.
    fn is_late_link_durable(&self) -> bool;

    /// Gives a file of [`Directory::open_unnamed`] a name, which must be free.
    fn link(&self, file: &Self::File, name: &OsStr) -> io::Result<()>;

    /// What stands under a name; `None` for nothing.
    fn facts(&self, name: &OsStr) -> io::Result<Option<Facts>>;

    /// Whether this process may write to the file of that name (`faccessat(2)`).
    fn check_writable(&self, name: &OsStr) -> io::Result<()>;

    /// Replaces what is under `to`, atomically (`rename(2)`).
    fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()>;

    /// Removes a name, if it is there.
    fn remove(&self, name: &OsStr) -> io::Result<()>;

    /// The device and inode of this directory.
    fn identity(&self) -> io::Result<(u64, u64)>;

    /// The user that this process acts as on the file system: its effective user ID.
    fn user(&self) -> u32;

    /// Whether this process may create and remove names here (`access(2)`). In a sticky directory it may still not
    /// remove those of other users.
    fn may_change_names(&self) -> io::Result<bool>;

    /// Waits a moment, before something is looked at again that another program changes.
    fn pause(&self, time: Duration);

    /// The kind of the file system that this directory is on.
    fn file_system(&self) -> io::Result<FileSystem>;

    /// This directory as a file that can be synced.
    fn as_file(&self) -> io::Result<Self::File>;
}

/// A file that was opened.
pub(crate) trait File: Sized + Send + Sync + Debug {
    fn facts(&self) -> io::Result<Facts>;

    /// May read less than there is, as `pread(2)`.
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize>;

    /// May write less than was given, as `pwrite(2)`.
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<usize>;

    fn set_len(&self, len: u64) -> io::Result<()>;

    /// A hint that so much from there on will soon be synced: the disk may begin.
    fn begin_sync(&self, at: u64, len: u64);

    /// `fsync(2)`. An error is final: the kernel may have dropped what could not be written and call the
    /// file clean, so that the next sync of it would lie.
    fn sync(&self) -> io::Result<()>;

    fn set_owner(&self, user: Option<u32>, group: Option<u32>) -> io::Result<()>;

    fn set_mode(&self, mode: u32) -> io::Result<()>;

    /// Takes over the inode flags (`ioctl_iflags(2)`) and the project of another file. This one is new and empty, as some
    /// flags cannot be set later, and belongs to this process, as only the owner sets them. Does nothing where the file
    /// system has no such thing.
    fn take_over_flags(&self, old: &Self) -> io::Result<()>;

    /// All extended attributes (`xattr(7)`), access control lists among them. None where the file system
    /// has no such thing.
    fn attributes(&self) -> io::Result<Vec<(OsString, Vec<u8>)>>;

    fn set_attribute(&self, name: &OsStr, value: &[u8]) -> io::Result<()>;

    fn remove_attribute(&self, name: &OsStr) -> io::Result<()>;

    /// Takes an exclusive `flock(2)`. Without a patience it waits for ever.
    fn lock(self, patience: Option<Duration>) -> io::Result<Waited<Self>>;

    /// Takes an open file description lock (`F_OFD_SETLK`, `fcntl_locking(2)`) on one byte, which need not exist.
    /// `false` when it was not free in time. The lock belongs to this handle: another handle of the same process
    /// conflicts with it, and it ends when the handle is closed.
    fn lock_byte(&self, at: u64, kind: ByteLock, patience: Duration) -> io::Result<bool>;

    /// Gives the lock of a byte back.
    fn unlock_byte(&self, at: u64) -> io::Result<()>;

    /// Whether another handle has a lock of this byte, shared or exclusive.
    fn is_byte_locked(&self, at: u64) -> io::Result<bool>;

    /// Whether a process has the file open for writing; `None` where the kernel does not say. It refuses a read
    /// lease (`F_SETLEASE`, `fcntl(2)`) then. Only the file's owner, or a privileged process, may ask.
    fn is_being_written(&self) -> Option<bool>;
}

/// How a byte of a file is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteLock {
    Shared,
    Exclusive,
}

/// What came of the wait for a lock.
#[derive(Debug)]
pub(crate) enum Waited<F> {
    Locked(Locked<F>),
    /// It was not free in time. The file is not locked. It is `None` when the wait could not be ended: then a thread
    /// still waits, and closes the file when it has the lock.
    TimedOut(Option<F>),
}

/// A file that is locked, until it is closed.
#[derive(Debug)]
pub(crate) struct Locked<F> {
    pub(crate) file: F,
    /// Another handle held the lock first.
    pub(crate) has_waited: bool,
}

/// How a file is opened. None blocks on a FIFO, and none is inherited by a child process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    Read,
    /// An existing lock file: to read and to write, or to read where it may not be written to.
    Lock,
    /// An existing file, to read and to write.
    Write,
    /// A new file to read and to write, with this mode less the umask.
    New {
        mode: u32,
    },
}

/// What a file is besides its bytes (`stat(2)`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) kind: Kind,
    /// The permission bits, with set-user-ID and the like.
    pub(crate) mode: u32,
    pub(crate) user: u32,
    pub(crate) group: u32,
    pub(crate) links: u64,
    pub(crate) size: u64,
    /// When the bytes were changed, in seconds and nanoseconds.
    pub(crate) modified: (i64, i64),
    /// When anything was changed.
    pub(crate) changed: (i64, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    Link,
    Fifo,
    Socket,
    Device,
}

impl Kind {
    /// What it is, in words, when it is not a regular file.
    pub(crate) fn not_a_file(self) -> Option<&'static str> {
        match self {
            Kind::File => None,
            Kind::Directory => Some("a directory"),
            Kind::Link => Some("a symbolic link"),
            Kind::Fifo => Some("a FIFO"),
            Kind::Socket => Some("a socket"),
            Kind::Device => Some("a device"),
        }
    }
}

#[cfg(test)]
impl Facts {
    /// Those of an empty file or directory, for tests.
    pub(crate) fn sample(kind: Kind, mode: u32, user: u32, group: u32) -> Facts {
        Facts {
            device: 1,
            inode: 1,
            kind,
            mode,
            user,
            group,
            links: 1,
            size: 0,
            modified: (0, 0),
            changed: (0, 0),
        }
    }
}

impl Facts {
    /// Whether two looks found the same file, whatever was done to it between them.
    pub(crate) fn is_same_file(&self, other: &Facts) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

/// Reads all that is left, as far as a limit: one byte more than that tells that there is more.
pub(crate) fn read_to_end(file: &impl File, limit: u64, into: &mut Vec<u8>) -> io::Result<()> {
    struct Reader<'f, F>(&'f F, u64);
    impl<F: File> io::Read for Reader<'_, F> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read_at(buffer, self.1)?;
            self.1 += read as u64;
            Ok(read)
        }
    }
    io::Read::read_to_end(
        &mut io::Read::take(Reader(file, 0), limit.saturating_add(1)),
        into,
    )
    .map(drop)
}

/// Writes to a file from a place on. [`io::Write::write_all`] goes on after a short write.
#[derive(Debug)]
pub(crate) struct Writer<'f, F> {
    pub(crate) file: &'f F,
    pub(crate) at: u64,
}

impl<F: File> io::Write for Writer<'_, F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write_at(bytes, self.at)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
