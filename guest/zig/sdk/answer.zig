//! What an updater answers with.

/// A change of the document; the texts are JSON. `Call` has functions that write them.
pub const Answer = union(enum) {
    /// Leave the document as it is.
    unchanged,
    /// A JSON Patch, RFC 6902.
    operations: []const u8,
    /// A JSON Merge Patch, RFC 7396.
    merge: []const u8,
    /// The whole new document, of which the host writes only what differs.
    replace: []const u8,
};
