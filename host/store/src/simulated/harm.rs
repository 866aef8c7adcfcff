//! What goes wrong on a simulated disk, and how the tests break the protocol to see that they would notice.

use rustix::io::Errno;

/// Something that goes wrong, at a call counted from 0.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Error(usize, Errno),
    /// A write takes one byte only.
    Short(usize),
    /// The writer that makes the call is killed in the middle of it.
    Kill(usize),
    /// The writer that makes the first rename from this call on is killed after it.
    KillAfterRename(usize),
    /// The first wait for a lock from this call on is over before the lock is free.
    Late(usize),
}

impl Fault {
    /// The call it is about, or the first of those.
    pub(super) fn call(&self) -> usize {
        match *self {
            Fault::Error(at, _)
            | Fault::Short(at)
            | Fault::Kill(at)
            | Fault::KillAfterRename(at)
            | Fault::Late(at) => at,
        }
    }
}

/// Ways to break the protocol, for the tests to see that they would notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Not,
    /// The file is not synced.
    NoFileSync,
    /// The directory is not synced.
    NoDirectorySync,
    /// The file is synced after the rename.
    RenameFirst,
    /// The document itself is locked, and nobody looks whether it is still the one.
    LockOnDocument,
    /// What a short write did not take is forgotten.
    IgnoreShortWrite,
}
