//! The class of an error: the one place that sorts errors for callers.

use crate::error::Error;
use crate::etcd_error::EtcdProblem;
use amend_document::ApplyErrorKind;
use std::io;

/// The class of an [`Error`]: what a caller can do about it. [`Error::kind`] returns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address is not one of documents in etcd. The caller has to correct it.
    InvalidAddress,
    /// No document can have this path: it has no name of a document, leads out of the store, or is a directory, a FIFO,
    /// a socket or a device.
    InvalidPath,
    /// The operating system, etcd, the grant or an option of the store forbids it, or the file cannot be replaced.
    Denied,
    /// The document is not JSON.
    NotJson,
    /// The document is in another state than the caller expected: a `test` failed, it has another version, or another
    /// program changed it meanwhile. To read the document and try again can help.
    Conflict,
    /// A pointer leads nowhere in the document, or to a value of the wrong type. The same update fails again until the
    /// document is another.
    NotFound,
    /// The updater refused.
    Refused,
    /// The updater failed: it crashed, or ran out of time or memory.
    UpdaterFailed,
    /// The updater returned something that is not a patch, or a patch that no document can satisfy.
    InvalidPatch,
    /// The time was up before the update could begin to commit. To try again, or to wait longer, can help.
    Timeout,
    /// A limit on size or depth was exceeded.
    TooLarge,
    /// Etcd cannot be reached, or cannot serve requests at the moment. Nothing was changed.
    Unreachable,
    /// The change was applied once or not at all.
    OutcomeUnknown,
    /// The change is committed. Whether it survives a power failure is unknown.
    DurabilityUnknown,
    /// A system call failed, or etcd refused a request, for any other reason.
    Io,
}

impl ErrorKind {
    /// Every kind, so that a table of them can be checked to be complete.
    pub const ALL: &'static [ErrorKind] = &[
        ErrorKind::InvalidAddress,
        ErrorKind::InvalidPath,
        ErrorKind::Denied,
        ErrorKind::NotJson,
        ErrorKind::Conflict,
        ErrorKind::NotFound,
        ErrorKind::Refused,
        ErrorKind::UpdaterFailed,
        ErrorKind::InvalidPatch,
        ErrorKind::Timeout,
        ErrorKind::TooLarge,
        ErrorKind::Unreachable,
        ErrorKind::OutcomeUnknown,
        ErrorKind::DurabilityUnknown,
        ErrorKind::Io,
    ];

    /// Whether the document is certainly unchanged after an error of this kind.
    pub const fn is_unchanged(self) -> bool {
        match self {
            ErrorKind::OutcomeUnknown | ErrorKind::DurabilityUnknown => false,
            ErrorKind::InvalidAddress
            | ErrorKind::InvalidPath
            | ErrorKind::Denied
            | ErrorKind::NotJson
            | ErrorKind::Conflict
            | ErrorKind::NotFound
            | ErrorKind::Refused
            | ErrorKind::UpdaterFailed
            | ErrorKind::InvalidPatch
            | ErrorKind::Timeout
            | ErrorKind::TooLarge
            | ErrorKind::Unreachable
            | ErrorKind::Io => true,
        }
    }
}

impl Error {
    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::InvalidAddress { .. } => ErrorKind::InvalidAddress,
            Error::InvalidPath { .. } | Error::Escapes { .. } | Error::NotAFile { .. } => {
                ErrorKind::InvalidPath
            }
            Error::NotGranted { .. }
            | Error::NotALockFile { .. }
            | Error::NotWritable { .. }
            | Error::HardLinked { .. }
            | Error::MountPoint { .. }
            | Error::LockDenied { .. }
            | Error::CannotSync { .. }
            | Error::Settings { .. }
            | Error::LockDirectories { .. }
            | Error::Nested { .. } => ErrorKind::Denied,
            Error::Malformed { source, .. } if source.is_too_deep() => ErrorKind::TooLarge,
            Error::Malformed { .. } => ErrorKind::NotJson,
            Error::VersionMismatch { .. } | Error::ChangedMeanwhile { .. } => ErrorKind::Conflict,
            Error::Apply { source, .. } => of_apply(source.kind()),
            Error::Refused { .. } => ErrorKind::Refused,
            Error::UpdaterFailed { .. } => ErrorKind::UpdaterFailed,
            Error::InvalidPatch { .. } => ErrorKind::InvalidPatch,
            Error::LockTimeout { .. }
            | Error::BeingWritten { .. }
            | Error::NotAppliedInTime { .. }
            | Error::Contended { .. } => ErrorKind::Timeout,
            Error::TooLarge { .. } | Error::RequestTooLarge { .. } => ErrorKind::TooLarge,
            Error::Etcd { source, .. } => of_etcd(&source.problem),
            Error::OutcomeUnknown { .. } => ErrorKind::OutcomeUnknown,
            Error::DurabilityUnknown { .. } => ErrorKind::DurabilityUnknown,
            Error::Io { source, .. } => of_io(source),
        }
    }
}

fn of_apply(kind: ApplyErrorKind) -> ErrorKind {
    match kind {
        ApplyErrorKind::TestFailed => ErrorKind::Conflict,
        ApplyErrorKind::NotFound => ErrorKind::NotFound,
        ApplyErrorKind::TooLarge | ApplyErrorKind::TooExpensive => ErrorKind::TooLarge,
        ApplyErrorKind::Interrupted => ErrorKind::Timeout,
        ApplyErrorKind::Impossible => ErrorKind::InvalidPatch,
    }
}

fn of_etcd(problem: &EtcdProblem) -> ErrorKind {
    match problem {
        EtcdProblem::Unreachable { .. }
        | EtcdProblem::NoAnswer { .. }
        | EtcdProblem::Unavailable { .. }
        | EtcdProblem::NotEtcd { .. } => ErrorKind::Unreachable,
        EtcdProblem::Denied { .. } => ErrorKind::Denied,
        EtcdProblem::TooLarge { .. } => ErrorKind::TooLarge,
        EtcdProblem::Full { .. } | EtcdProblem::Refused { .. } => ErrorKind::Io,
    }
}

fn of_io(error: &io::Error) -> ErrorKind {
    match error.kind() {
        // EACCES, EPERM and EROFS.
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::Denied,
        // A file where the path needs a directory, or a directory where it needs a file.
        io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => ErrorKind::InvalidPath,
        _ => ErrorKind::Io,
    }
}
