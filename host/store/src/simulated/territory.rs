//! The owners and modes of a document and its directory.

/// The owner and mode of the directory and of the document in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Territory {
    pub(super) directory: (u32, u32),
    pub(super) document: (u32, u32),
}

/// Everything is root's.
pub(super) const ROOTS: Territory = Territory {
    directory: (0, 0o755),
    document: (0, 0o640),
};
/// Everything is one user's.
pub(super) const OWN: Territory = Territory {
    directory: (1, 0o755),
    document: (1, 0o640),
};
/// Every user of the group may do everything.
pub(super) const SHARED: Territory = Territory {
    directory: (1, 0o2775),
    document: (1, 0o664),
};
/// Every user of the group may write to the document, and only its owner may replace it.
pub(super) const STICKY: Territory = Territory {
    directory: (0, 0o1777),
    document: (1, 0o664),
};
/// Every user of the group may write to the document, and only its owner may make and remove names beside it.
pub(super) const CLOSED: Territory = Territory {
    directory: (1, 0o755),
    document: (1, 0o664),
};
/// Others than the owner may read the document, and nothing else.
pub(super) const READ_ONLY: Territory = Territory {
    directory: (1, 0o755),
    document: (1, 0o644),
};

pub(super) const ALL: [Territory; 6] = [ROOTS, OWN, SHARED, STICKY, CLOSED, READ_ONLY];
