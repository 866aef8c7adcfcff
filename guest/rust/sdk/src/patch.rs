//! Changes as data, for updaters that say exactly what should change.

use serde::Serialize;
use serde_json::Value;

use crate::Refusal;

/// A change of a document, as JSON text.
///
/// An updater that answers with its whole new state needs none of this: the host compares it with the
/// document and edits only what differs. A patch is for a large document of which little changes, and for
/// a change that depends on nothing but what it checks itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patch {
    /// A JSON Patch (RFC 6902): an array of operations, applied in order, all or nothing.
    Operations(String),
    /// A JSON Merge Patch (RFC 7396): `null` removes a member, an object merges, all else replaces.
    Merge(String),
    /// The whole new document.
    Replace(String),
}

impl Patch {
    /// A JSON Patch out of [`Operation`]s, or out of anything else that serializes like them.
    ///
    /// # Errors
    /// When the operations cannot be written as JSON; the same holds for the other two.
    pub fn operations(operations: impl Serialize) -> Result<Self, Refusal> {
        Ok(Patch::Operations(serde_json::to_string(&operations)?))
    }

    /// A JSON Merge Patch: `Patch::merge(json!({"added": 1, "removed": null}))`.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn merge(changes: impl Serialize) -> Result<Self, Refusal> {
        Ok(Patch::Merge(serde_json::to_string(&changes)?))
    }

    /// The whole new document.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn replace(document: impl Serialize) -> Result<Self, Refusal> {
        Ok(Patch::Replace(serde_json::to_string(&document)?))
    }
}

/// One operation of a JSON Patch. Paths are JSON Pointers; [`pointer`](crate::pointer) makes one out of keys.
///
/// ```
/// use amend_guest::{Operation, Patch};
///
/// let patch = Patch::operations([Operation::test("/owner", "me"), Operation::remove("/lease")])?;
/// assert_eq!(
///     patch,
///     Patch::Operations(r#"[{"op":"test","path":"/owner","value":"me"},{"op":"remove","path":"/lease"}]"#.into())
/// );
/// # Ok::<(), amend_guest::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the fields are RFC 6902's own, and every case says what it does"
)]
pub enum Operation {
    /// Sets a member, or inserts an element before the one at an index (`-` is the end).
    Add { path: String, value: Value },
    /// Removes what is there; it must exist.
    Remove { path: String },
    /// Replaces what is there; it must exist.
    Replace { path: String, value: Value },
    /// Moves a value.
    Move { from: String, path: String },
    /// Copies a value.
    Copy { from: String, path: String },
    /// Lets the whole patch fail unless the value is equal to what is there.
    Test { path: String, value: Value },
}

impl Operation {
    /// Sets a member, or inserts an element before the one at an index (`-` is the end).
    pub fn add(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Operation::Add {
            path: path.into(),
            value: value.into(),
        }
    }

    /// Removes what is there; it must exist.
    pub fn remove(path: impl Into<String>) -> Self {
        Operation::Remove { path: path.into() }
    }

    /// Replaces what is there; it must exist.
    pub fn replace(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Operation::Replace {
            path: path.into(),
            value: value.into(),
        }
    }

    /// Moves a value.
    pub fn move_from(from: impl Into<String>, path: impl Into<String>) -> Self {
        Operation::Move {
            from: from.into(),
            path: path.into(),
        }
    }

    /// Copies a value.
    pub fn copy(from: impl Into<String>, path: impl Into<String>) -> Self {
        Operation::Copy {
            from: from.into(),
            path: path.into(),
        }
    }

    /// Lets the whole patch fail unless the value is equal to what is there.
    pub fn test(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Operation::Test {
            path: path.into(),
            value: value.into(),
        }
    }
}
