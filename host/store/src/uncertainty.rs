//! Why the outcome of an update is unknown.

use crate::etcd_error::EtcdError;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Why the outcome of an update is unknown: the change was applied once, or not at all.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Uncertainty {
    /// The change was sent to etcd, no reply came, and no member that could be asked in time knew the outcome.
    #[error("etcd: {0}")]
    Etcd(#[source] EtcdError),
    /// A system call failed at a point at which the change may have been committed.
    #[error("{action}: {source}")]
    Io {
        /// The action that failed.
        action: &'static str,
        /// The operating system's error.
        source: Arc<io::Error>,
    },
    /// The file system refuses to replace the old document, and has removed it, or does so when its last reader closes it.
    #[error(
        "its file system removes the old document and refuses the new one ({source}), which is kept as {} beside it: \
         rename that file if the document is gone", Path::new(kept).display()
    )]
    Removed {
        /// The name of the file that holds the new document, in the document's directory.
        kept: OsString,
        /// The operating system's error.
        source: Arc<io::Error>,
    },
    /// The thread that did the update, together with its own, panicked. The change may have been committed before.
    #[error("the thread that did the update panicked")]
    Panicked,
    /// Another process or thread was in the middle of committing the update when the deadline and the grace period
    /// after it were over. It may still commit it.
    #[error("its commit had begun and was not finished after {waited:.1?}")]
    Unanswered {
        /// The time from the call to its end.
        waited: Duration,
    },
}

impl Uncertainty {
    /// The same, without the member of the cluster that was asked.
    pub(crate) fn without_member(self) -> Uncertainty {
        match self {
            Uncertainty::Etcd(error) => Uncertainty::Etcd(error.without_member()),
            other => other,
        }
    }
}
