//! The path of an error, and the same error for a reader that may know less.

use crate::error::Error;
use amend_document::Pointer;
use std::path::{Path, PathBuf};

impl Error {
    /// The same error about a document under another name, for a guest that must not learn where the document is.
    ///
    /// It then names no path of this machine, no member of a cluster and no process: the lock file and its holder are
    /// left out. The updater's own message ([`Error::Refused`], [`Error::UpdaterFailed`]) stays.
    #[must_use]
    pub fn with_path(mut self, path: &Path) -> Error {
        match &mut self {
            Error::LockTimeout { lock, holder, .. } => (*lock, *holder) = (None, None),
            Error::NotALockFile { lock, .. } | Error::LockDenied { lock, .. } => *lock = None,
            Error::LockDirectories {
                settings, options, ..
            } => (*settings, *options) = (None, None),
            Error::Etcd { source, .. } => *source = source.clone().without_member(),
            Error::OutcomeUnknown { source, .. } => *source = source.clone().without_member(),
            _ => {}
        }
        path.clone_into(self.path_mut());
        self
    }

    /// The same error for a caller that may only see the value at the scope: without text from elsewhere in the
    /// document.
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
            | Error::BeingWritten { path, .. }
            | Error::NotALockFile { path, .. }
            | Error::VersionMismatch { path, .. }
            | Error::ChangedMeanwhile { path }
            | Error::NotWritable { path, .. }
            | Error::HardLinked { path, .. }
            | Error::MountPoint { path, .. }
            | Error::LockDenied { path, .. }
            | Error::CannotSync { path, .. }
            | Error::Settings { path, .. }
            | Error::LockDirectories { path, .. }
            | Error::Nested { path }
            | Error::Apply { path, .. }
            | Error::NotAppliedInTime { path, .. }
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
