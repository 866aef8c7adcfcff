//! Which document is meant, by whatever path and in whatever kind of store.

use crate::place::Key;
use std::path::PathBuf;
#[cfg(feature = "etcd")]
use std::sync::Arc;

/// The one document that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    /// A file.
    File(Key),
    /// A file whose directory does not exist: its path in the store's directory, and which one that is.
    Unmade { root: (u64, u64), path: PathBuf },
    /// A key of the cluster that these members belong to. Who names the members otherwise names, as far as can be
    /// told without asking them, another cluster.
    #[cfg(feature = "etcd")]
    Etcd { members: Arc<str>, key: Arc<[u8]> },
}
