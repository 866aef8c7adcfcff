//! Why an update or a read failed.

use crate::etcd_error::{AddressProblem, EtcdError};
use crate::holder::LockHolder;
use crate::path_problem::PathProblem;
use crate::uncertainty::Uncertainty;
use crate::version::Version;
use amend_document::{ApplyError, PatchError, SyntaxError};
use rustix::io::Errno;
use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Why an update or a read failed. Every variant carries the path of the document. Its text says what failed and what to
/// do next.
///
/// The document is unchanged after every error except [`Error::DurabilityUnknown`] and [`Error::OutcomeUnknown`].
/// [`Error::kind`] returns the class of an error.
///
/// It is `Clone` because one error can fail several updates that were to be committed together.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No document of this store can have this path.
    #[error("{}: {problem}", path.display())]
    InvalidPath {
        /// The requested path.
        path: PathBuf,
        /// What is wrong with it.
        problem: PathProblem,
    },
    /// A symbolic link leads out of the store. One that leads in a circle is [`Error::Io`].
    #[error("{}: a symbolic link on the way leads out of the store's directory", path.display())]
    Escapes {
        /// The requested path.
        path: PathBuf,
    },
    /// The [`Grant`](crate::Grant) does not allow updates. The document was not read.
    #[error("{}: the grant allows reading only", path.display())]
    NotGranted {
        /// The requested path.
        path: PathBuf,
    },
    /// The path is that of a directory, a FIFO, a socket or a device.
    #[error("{}: this is {kind}; a document is a regular file", path.display())]
    NotAFile {
        /// The requested path.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// The document is not JSON. It is never overwritten, and has to be repaired first.
    #[error("{}: {}", path.display(), describe_syntax(source))]
    Malformed {
        /// The document.
        path: PathBuf,
        /// The position, and what is wrong there.
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
    /// The lock was not free before the deadline.
    #[error(
        "{}: {} held the lock{} for more than {waited:.1?}; try again, or wait longer",
        path.display(), describe_holder(holder.as_ref()), describe_lock(lock.as_deref())
    )]
    LockTimeout {
        /// The document.
        path: PathBuf,
        /// Its lock file; `None` where [`Error::with_path`] removed it.
        lock: Option<PathBuf>,
        /// The time spent waiting.
        waited: Duration,
        /// The process that held it at the deadline, where the system reports it.
        holder: Option<LockHolder>,
    },
    /// Another program had the file open for writing until the deadline, and its content was not yet a whole JSON text.
    #[error(
        "{}: another program was writing it for more than {waited:.1?}, and it was not yet whole JSON; \
         try again, or wait longer",
        path.display()
    )]
    BeingWritten {
        /// The document.
        path: PathBuf,
        /// The time spent waiting.
        waited: Duration,
    },
    /// The lock file's path is that of something else, such as a directory.
    #[error("{}: the lock file{} is {kind}; move it away, or keep lock files in another directory", path.display(), describe_lock(lock.as_deref()))]
    NotALockFile {
        /// The document.
        path: PathBuf,
        /// Its lock file; `None` where [`Error::with_path`] removed it.
        lock: Option<PathBuf>,
        /// What it is.
        kind: &'static str,
    },
    /// The lock file cannot be opened or made. Those who may write to the document have access to a lock file that this crate
    /// has made for it.
    #[error(
        "{}: its lock file{} cannot be opened: {source}; {}",
        path.display(), describe_lock(lock.as_deref()), describe_denial(source)
    )]
    LockDenied {
        /// The document.
        path: PathBuf,
        /// Its lock file; `None` where [`Error::with_path`] removed it.
        lock: Option<PathBuf>,
        /// The operating system's error.
        source: Arc<io::Error>,
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
    /// A program that does not take the lock changed the document between the read and the replacement.
    #[error(
        "{}: a program that does not take the lock changed it meanwhile; its change was kept; try again",
        path.display()
    )]
    ChangedMeanwhile {
        /// The document.
        path: PathBuf,
    },
    /// The process may not write to the document. It may write to the directory, and so could replace the document, but
    /// the document's permissions are respected.
    #[error("{}: it may not be written to: {source}; {}", path.display(), describe_denial(source))]
    NotWritable {
        /// The document.
        path: PathBuf,
        /// The operating system's error.
        source: Arc<io::Error>,
    },
    /// The document has other names (hard links), and to replace it under this name would leave them with the old text
    /// ([`HardLinks::Refuse`](crate::HardLinks::Refuse), the default).
    #[error(
        "{}: this file has {links} names (hard links), and the others would keep the old text; make it a file \
         of its own, or allow hard links to be separated",
        path.display()
    )]
    HardLinked {
        /// The document.
        path: PathBuf,
        /// The number of its names.
        links: u64,
    },
    /// The document is a mount point, as a single file in a container can be.
    #[error(
        "{}: this file is mounted on its own, so it cannot be replaced ({source}); mount its directory instead",
        path.display()
    )]
    MountPoint {
        /// The document.
        path: PathBuf,
        /// The operating system's error.
        source: Arc<io::Error>,
    },
    /// The file system cannot sync the document's directory, so a change could not be promised to survive a power failure
    /// ([`Durability::Full`](crate::Durability::Full)). Nothing was changed.
    #[error(
        "{}: its file system cannot sync a directory ({source}), so no change is sure to survive a power failure; \
         keep it on another file system, or do without durability",
        path.display()
    )]
    CannotSync {
        /// The document.
        path: PathBuf,
        /// The operating system's error.
        source: Arc<io::Error>,
    },
    /// The file of settings in the document's directory cannot be read, or says what this version does not know. All who
    /// change documents there have to follow it, so nothing is done without it.
    #[error("{}: the settings of its directory, .amend-settings.json: {source}", path.display())]
    Settings {
        /// The document.
        path: PathBuf,
        /// The problem, and its remedy.
        source: Arc<io::Error>,
    },
    /// The settings in the document's directory name another directory for the lock files than the options of the store.
    /// Processes that took locks in two directories would lose each other's updates.
    #[error("{}: {}", path.display(), describe_lock_directories(settings.as_deref(), options.as_deref()))]
    LockDirectories {
        /// The document.
        path: PathBuf,
        /// The directory that the settings name; `None` for that of the document, or where [`Error::with_path`] removed it.
        settings: Option<PathBuf>,
        /// The directory that the options name; `None` where [`Error::with_path`] removed it.
        options: Option<PathBuf>,
    },
    /// An updater updates the document that it is being applied to, and would wait for its own lock.
    #[error(
        "{}: this updater is updating it already, and would wait for itself; return a patch instead",
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
        /// The operation, its pointer, and what was found there.
        source: ApplyError,
    },
    /// Applying the patch took longer than [`Allowance::time`](crate::Allowance::time) of the store.
    #[error(
        "{}: applying the patch took longer than {limit:?} (the store's limit on the time for applying a patch)",
        path.display()
    )]
    NotAppliedInTime {
        /// The document.
        path: PathBuf,
        /// The limit.
        limit: Duration,
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
    /// The updater returned something that is not a patch.
    #[error("{}: the updater's answer is not a patch: {source}", path.display())]
    InvalidPatch {
        /// The document.
        path: PathBuf,
        /// What is wrong with it.
        source: PatchError,
    },
    /// The change is committed, but syncing the directory failed: after a power failure the document may be the old one
    /// again. Do not repeat the update; read the document, and check the disk.
    #[error(
        "{}: version {version} is committed, but whether that survives a power failure is unknown: \
         syncing its directory failed: {source}; do not repeat the update, check the disk",
        path.display()
    )]
    DurabilityUnknown {
        /// The document.
        path: PathBuf,
        /// The version that is in place.
        version: Version,
        /// The error of syncing the directory.
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
    /// Other writers changed the document in etcd first, at every attempt until the deadline.
    #[error("{}: {}; try again, or wait longer", path.display(), describe_contention(*attempts, *waited))]
    Contended {
        /// The document.
        path: PathBuf,
        /// The number of attempts; 0 when other threads of this process kept the document busy until the deadline.
        attempts: u32,
        /// The time spent on them.
        waited: Duration,
    },
    /// The document would exceed the limit on one request to etcd. Nothing was sent.
    #[error(
        "{}: a request of {size} bytes exceeds the limit of {limit} (the limit on one request to etcd, which can be \
         raised to etcd's own)",
        path.display()
    )]
    RequestTooLarge {
        /// The document.
        path: PathBuf,
        /// The size of the whole request in bytes.
        size: usize,
        /// The limit in bytes: `EtcdOptions::max_request`. It may be as large as the `--max-request-bytes` with which
        /// etcd was started.
        limit: usize,
    },
    /// Etcd refused the request, or could not be reached. Nothing was changed.
    #[error("{}: etcd: {source}", path.display())]
    Etcd {
        /// The document.
        path: PathBuf,
        /// The reason.
        source: EtcdError,
    },
    /// The change was applied once or not at all, and which of the two is unknown. Read the document before you repeat
    /// the update.
    #[error(
        "{}: outcome unknown, the change may have been applied ({source}); read the document before retrying",
        path.display()
    )]
    OutcomeUnknown {
        /// The document.
        path: PathBuf,
        /// Why the outcome is unknown.
        source: Uncertainty,
    },
    /// A system call failed.
    #[error("{}: {action}: {source}", path.display())]
    Io {
        /// The file or directory of the call.
        path: PathBuf,
        /// The action that failed.
        action: &'static str,
        /// The operating system's error.
        source: Arc<io::Error>,
    },
}

fn describe_version(version: Option<Version>) -> String {
    match version {
        None | Some(Version::ABSENT) => "no document".to_owned(),
        Some(version) => format!("version {version}"),
    }
}

fn describe_contention(attempts: u32, waited: Duration) -> String {
    match attempts {
        0 => format!("other threads kept it busy for {waited:.1?}"),
        1 => format!("gave up after 1 conflicting update in {waited:.1?}"),
        _ => format!("gave up after {attempts} conflicting updates in {waited:.1?}"),
    }
}

fn describe_syntax(source: &SyntaxError) -> String {
    if source.is_too_deep() {
        return source.to_string();
    }
    format!("not JSON: {source}; repair it")
}

fn describe_lock_directories(settings: Option<&Path>, options: Option<&Path>) -> String {
    let Some(options) = options else {
        return "the settings of its directory and this process name different directories for lock files"
            .to_owned();
    };
    let settings = match settings {
        None => "beside it".to_owned(),
        Some(directory) => format!("in {}", directory.display()),
    };
    format!(
        "the settings of its directory keep its lock file {settings}, and this process is told to keep it in {}; \
         leave that out, or name the same directory",
        options.display()
    )
}

/// What helps where permissions are missing.
fn describe_denial(error: &io::Error) -> &'static str {
    match Errno::from_io_error(error) {
        Some(Errno::ROFS) => "its file system is only read",
        Some(Errno::PERM) => "it may have a flag that forbids it (lsattr shows that)",
        _ => "its owner can allow it by its permissions, and those of its directory",
    }
}

fn describe_lock(lock: Option<&Path>) -> String {
    lock.map_or_else(String::new, |lock| format!(" {}", lock.display()))
}

fn describe_holder(holder: Option<&LockHolder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), LockHolder::to_string)
}
