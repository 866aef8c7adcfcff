//! Why an update or a read was not done.

use crate::etcd_error::{AddressProblem, EtcdError};
use crate::holder::LockHolder;
use crate::version::Version;
use amend_document::{ApplyError, PatchError, Pointer, SyntaxError};
use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Why an update or a read was not done. Every variant carries the path it was about, and its text says
/// what to do next.
///
/// After every one of them the document is as it was, but for [`Error::DurabilityUnknown`] and
/// [`Error::OutcomeUnknown`].
///
/// A clone tells the same error to somebody else, as the store does when updates that were to be committed
/// together were not.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The path is not one that a document of this store can have.
    #[error("{}: {problem}", path.display())]
    InvalidPath {
        /// The path that was asked for.
        path: PathBuf,
        /// What is wrong with it.
        problem: PathProblem,
    },
    /// A symbolic link leads out of the store. One that leads in a circle is [`Error::Io`].
    #[error("{}: a symbolic link on the way leads out of the store's directory", path.display())]
    Escapes {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The grant does not go so far ([`Grant`](crate::Grant)). Nothing was looked at.
    #[error("{}: the grant allows reading only", path.display())]
    NotGranted {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// What stands at the path is a directory, a FIFO, a socket or a device.
    #[error("{}: this is {kind}; a document is a regular file", path.display())]
    NotAFile {
        /// The path that was asked for.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// The document is not JSON. It is never overwritten; repair it, or remove it to start again.
    #[error("{}: not JSON: {source}; repair it, or remove it to start again", path.display())]
    Malformed {
        /// The document.
        path: PathBuf,
        /// Where and why.
        source: SyntaxError,
    },
    /// The document is larger than the limit.
    #[error("{}: {size} bytes, more than the limit of {limit} (the limit on a document's size)", path.display())]
    TooLarge {
        /// The document.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The lock was not free in time.
    #[error(
        "{}: {} held the lock{} for more than {waited:.1?}; try again, or wait longer",
        path.display(), describe_holder(holder.as_ref()), describe_lock(lock.as_deref())
    )]
    LockTimeout {
        /// The document.
        path: PathBuf,
        /// Its lock file; `None` when that is not to be told.
        lock: Option<PathBuf>,
        /// How long it was waited for.
        waited: Duration,
        /// Who held it when the time was up, where the system can tell.
        holder: Option<LockHolder>,
    },
    /// What stands at the lock file's path cannot be one.
    #[error("{}: the lock file{} is {kind}; move it away", path.display(), describe_lock(lock.as_deref()))]
    NotALockFile {
        /// The document.
        path: PathBuf,
        /// Its lock file; `None` when that is not to be told.
        lock: Option<PathBuf>,
        /// What it is.
        kind: &'static str,
    },
    /// The document has another version than the caller expected.
    #[error(
        "{}: expected {}, found {}; read it again", path.display(),
        describe_version(*expected), describe_version(Some(*found))
    )]
    VersionMismatch {
        /// The document.
        path: PathBuf,
        /// The version that was expected; `None` for no document.
        expected: Option<Version>,
        /// The version that was found.
        found: Version,
    },
    /// A program that does not take the lock changed the document between our read and our replacement.
    #[error(
        "{}: a program that does not take the lock changed it meanwhile; its change was kept; try again",
        path.display()
    )]
    ChangedMeanwhile {
        /// The document.
        path: PathBuf,
    },
    /// The process may not write to the document. Its directory may be written to, so it could be replaced
    /// all the same, but that is not what its permissions say.
    #[error("{}: it may not be written to: {source}; change its permissions to allow it", path.display())]
    NotWritable {
        /// The document.
        path: PathBuf,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// The document has other names, and replacing it under this one would leave them with the old text
    /// ([`HardLinks::Refuse`](crate::HardLinks::Refuse), the default).
    #[error(
        "{}: this file has {links} names (hard links), and the others would keep the old text; make it a file \
         of its own, or allow that (--hard-links separate)",
        path.display()
    )]
    HardLinked {
        /// The document.
        path: PathBuf,
        /// How many names it has.
        links: u64,
    },
    /// The document is a mount point: a file that is mounted on its own, as containers do it.
    #[error(
        "{}: this file is mounted on its own, so it cannot be replaced ({source}); mount its directory instead",
        path.display()
    )]
    MountPoint {
        /// The document.
        path: PathBuf,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// An updater updates the document that it is being applied to, which would wait for itself.
    #[error(
        "{}: it is being updated by this very updater, which would wait for itself; answer with a patch instead",
        path.display()
    )]
    Nested {
        /// The document.
        path: PathBuf,
    },
    /// The document is not in the state that the patch needs.
    #[error("{}: {source}", path.display())]
    Apply {
        /// The document.
        path: PathBuf,
        /// Which operation, where, and what was found there.
        source: ApplyError,
    },
    /// The updater refused.
    #[error("{}: refused: {source}", path.display())]
    Refused {
        /// The document.
        path: PathBuf,
        /// The updater's reason.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The updater failed: it crashed, or ran out of time or memory.
    #[error("{}: the updater failed: {source}", path.display())]
    UpdaterFailed {
        /// The document.
        path: PathBuf,
        /// How.
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The updater answered with something that is not a patch.
    #[error("{}: the updater's answer is not a patch: {source}", path.display())]
    InvalidPatch {
        /// The document.
        path: PathBuf,
        /// What is wrong with it.
        source: PatchError,
    },
    /// The new document is in place, but its directory could not be synced: it may be the old one again
    /// after a power failure. Do not repeat the update; read the document, and look at the disk.
    #[error(
        "{}: version {version} is committed, but whether that survives a power failure is unknown: \
         syncing its directory failed: {source}; do not repeat the update, look at the disk",
        path.display()
    )]
    DurabilityUnknown {
        /// The document.
        path: PathBuf,
        /// The version that is in place.
        version: Version,
        /// Why the directory could not be synced.
        source: Arc<io::Error>,
    },
    /// This is not an address of documents in etcd.
    #[error(
        "{}: {problem}; write it as etcd://HOST:PORT[,HOST:PORT...]/PREFIX/DOCUMENT", path.display()
    )]
    InvalidAddress {
        /// The address.
        path: PathBuf,
        /// What is wrong with it.
        problem: AddressProblem,
    },
    /// Others changed the document in etcd again and again, before this change could be made, until the time was up.
    #[error(
        "{}: others were faster {attempts} times in {waited:.1?}; try again, or wait longer", path.display()
    )]
    Contended {
        /// The document.
        path: PathBuf,
        /// How often the change was tried.
        attempts: u32,
        /// For how long.
        waited: Duration,
    },
    /// The document would be more than etcd takes in one request. Nothing was sent.
    #[error(
        "{}: {size} bytes are more than etcd takes in one request ({limit}); when it was started with a larger          --max-request-bytes, say so (--etcd-max-request)",
        path.display()
    )]
    RequestTooLarge {
        /// The document.
        path: PathBuf,
        /// How many bytes the request would have had, all in all.
        size: usize,
        /// The most it may have: `EtcdOptions::max_request`.
        limit: usize,
    },
    /// Etcd did not do it, or could not be asked. Nothing was changed.
    #[error("{}: etcd: {source}", path.display())]
    Etcd {
        /// The document.
        path: PathBuf,
        /// Why.
        source: EtcdError,
    },
    /// The change was sent to etcd, no answer came, and nobody who could be asked in time knew what became of it. It
    /// was made once or not at all. Do not repeat the update before you have read the document.
    #[error(
        "{}: whether it was changed is not known: etcd: {source}; read it before you do that again", path.display()
    )]
    OutcomeUnknown {
        /// The document.
        path: PathBuf,
        /// Why it could not be found out.
        source: EtcdError,
    },
    /// A system call failed.
    #[error("{}: {action}: {source}", path.display())]
    Io {
        /// The file or directory that the call was about.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// Why it failed.
        source: Arc<io::Error>,
    },
}

impl Error {
    /// The same error about a document under another name: for those who must not learn where it is.
    ///
    /// It names no path of this machine then, and no process: the lock file and its holder are left out. What
    /// an updater said ([`Error::Refused`], [`Error::UpdaterFailed`]) is the updater's, and stays.
    #[must_use]
    pub fn with_path(mut self, path: &Path) -> Error {
        match &mut self {
            Error::LockTimeout { lock, holder, .. } => (*lock, *holder) = (None, None),
            Error::NotALockFile { lock, .. } => *lock = None,
            Error::Etcd { source, .. } | Error::OutcomeUnknown { source, .. } => {
                *source = source.clone().without_member();
            }
            _ => {}
        }
        path.clone_into(self.path_mut());
        self
    }

    /// The same error for one who may only see what stands at the scope: without what stands elsewhere in the
    /// document's text.
    pub(crate) fn within(self, scope: &Pointer) -> Error {
        match self {
            Error::Malformed { path, source } if !scope.is_root() => Error::Malformed {
                path,
                source: source.without_text(),
            },
            other => other,
        }
    }

    fn path_mut(&mut self) -> &mut PathBuf {
        match self {
            Error::InvalidPath { path, .. }
            | Error::Escapes { path }
            | Error::NotGranted { path }
            | Error::NotAFile { path, .. }
            | Error::Malformed { path, .. }
            | Error::TooLarge { path, .. }
            | Error::LockTimeout { path, .. }
            | Error::NotALockFile { path, .. }
            | Error::VersionMismatch { path, .. }
            | Error::ChangedMeanwhile { path }
            | Error::NotWritable { path, .. }
            | Error::HardLinked { path, .. }
            | Error::MountPoint { path, .. }
            | Error::Nested { path }
            | Error::Apply { path, .. }
            | Error::Refused { path, .. }
            | Error::UpdaterFailed { path, .. }
            | Error::InvalidPatch { path, .. }
            | Error::DurabilityUnknown { path, .. }
            | Error::InvalidAddress { path, .. }
            | Error::Contended { path, .. }
            | Error::RequestTooLarge { path, .. }
            | Error::Etcd { path, .. }
            | Error::OutcomeUnknown { path, .. }
            | Error::Io { path, .. } => path,
        }
    }
}

/// What is wrong with a document's path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathProblem {
    /// It names nothing.
    #[error("a document needs a name")]
    Empty,
    /// It starts at the file system's root.
    #[error("a document's path is relative to its store, and this one is absolute")]
    Absolute,
    /// It goes up.
    #[error("`..` does not stand in a document's path")]
    Parent,
    /// It ends in a slash.
    #[error("this names a directory, not a document")]
    Directory,
    /// It has a zero byte in it.
    #[error("a path holds no zero byte")]
    Nul,
    /// It is the name of a lock file.
    #[error("names that end in `.lock` are lock files, not documents")]
    LockFile,
    /// It is the name of a temporary file.
    #[error("this is the name of a temporary file, not of a document")]
    TemporaryFile,
    /// The lock file's name would be longer than file systems allow.
    #[error("the name is too long: {max} bytes at most, so that `.lock` can be added")]
    TooLong {
        /// The most bytes a name may have.
        max: usize,
    },
}

fn describe_version(version: Option<Version>) -> String {
    match version {
        None | Some(Version::ABSENT) => "no document".to_owned(),
        Some(version) => format!("version {version}"),
    }
}

fn describe_lock(lock: Option<&Path>) -> String {
    lock.map_or_else(String::new, |lock| format!(" {}", lock.display()))
}

fn describe_holder(holder: Option<&LockHolder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), LockHolder::to_string)
}
