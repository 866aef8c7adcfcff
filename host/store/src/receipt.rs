//! What an update answers, and what it may expect.

use crate::version::Version;
use amend_document::Pointer;

/// What an update did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The version of the document that this update made, or found when it changed nothing. Through a
    /// [`Grant`](crate::Grant) with a scope it is that of what stands there.
    ///
    /// Others may have changed the document since. When threads of one process update a document at once,
    /// those changes may even have come to the disk together with this one; the version is then one that no
    /// reader has seen. Whoever expects it with [`Store::update_if`](crate::Store::update_if) is told that
    /// the document has another, as is right.
    pub version: Version,
    /// Whether the update changed anything. A document that is not changed is not written.
    pub changed: bool,
    /// Whether the update changed something and started from an existing file of 0 bytes, which counts as no document.
    /// The file may have been truncated by a program that died before it wrote the text: the caller should find out
    /// what was lost. It is always `false` in etcd.
    pub from_empty_file: bool,
}

/// What an update would do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "nothing was written"]
pub struct Preview {
    /// What the update would answer.
    pub receipt: Receipt,
    /// The document as it is, or what stands at the scope of a [`Grant`](crate::Grant); `None` where there is none.
    pub before: Option<String>,
    /// The same as it would be; `None` where there would be none.
    pub after: Option<String>,
}

/// What an update is about: a document or a sub-document, and what is expected to be there.
#[derive(Debug, Clone)]
pub(crate) struct Aim {
    /// Where that stands which counts as the whole document.
    pub(crate) scope: Pointer,
    pub(crate) expected: Expected,
}

/// Which document a caller expects to find.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// Any, or none.
    Anything,
    /// This one; `None` for no document.
    Version(Option<Version>),
}
