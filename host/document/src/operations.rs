//! Operations on a document (RFC 6902), as values.

use std::fmt;

use crate::decode::quote;
use crate::json::Json;
use crate::pointer::Pointer;

/// Operations on a document, by RFC 6902: applied one after the other, all or none.
///
/// ```
/// use amend_document::{Json, Operations, Pointer};
///
/// let operations = Operations::new()
///     .test(Pointer::parse("/version")?, Json::parse("3")?)
///     .replace(Pointer::parse("/version")?, Json::parse("4")?);
/// assert_eq!(
///     operations.to_string(),
///     r#"[{"op":"test","path":"/version","value":3},{"op":"replace","path":"/version","value":4}]"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    pub(crate) list: Vec<Operation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add { path: Pointer, value: Json },
    Remove { path: Pointer },
    Replace { path: Pointer, value: Json },
    Move { from: Pointer, path: Pointer },
    Copy { from: Pointer, path: Pointer },
    Test { path: Pointer, value: Json },
    Set { path: Pointer, value: Json },
}

impl Operation {
    pub(crate) fn op(&self) -> &'static str {
        match self {
            Operation::Add { .. } => "add",
            Operation::Remove { .. } => "remove",
            Operation::Replace { .. } => "replace",
            Operation::Move { .. } => "move",
            Operation::Copy { .. } => "copy",
            Operation::Test { .. } => "test",
            Operation::Set { .. } => "set",
        }
    }

    pub(crate) fn path(&self) -> &Pointer {
        match self {
            Operation::Add { path, .. }
            | Operation::Remove { path }
            | Operation::Replace { path, .. }
            | Operation::Move { path, .. }
            | Operation::Copy { path, .. }
            | Operation::Test { path, .. }
            | Operation::Set { path, .. } => path,
        }
    }
}

impl Operations {
    /// No operations yet.
    pub fn new() -> Operations {
        Operations::default()
    }

    /// Adds a member, or replaces it; in an array, puts an element in front of the one at the index
    /// (section 4.1).
    #[must_use]
    pub fn add(self, path: Pointer, value: Json) -> Operations {
        self.with(Operation::Add { path, value })
    }

    /// Removes what is there (section 4.2).
    #[must_use]
    pub fn remove(self, path: Pointer) -> Operations {
        self.with(Operation::Remove { path })
    }

    /// Replaces what is there (section 4.3).
    #[must_use]
    pub fn replace(self, path: Pointer, value: Json) -> Operations {
        self.with(Operation::Replace { path, value })
    }

    /// Removes what is at `from` and adds it at `path` (section 4.4). A value cannot be moved into
    /// itself: as no document has a place inside what was taken out of it, applying that fails.
    #[must_use]
    pub fn move_(self, from: Pointer, path: Pointer) -> Operations {
        self.with(Operation::Move { from, path })
    }

    /// Adds what is at `from` at `path`, too (section 4.5).
    #[must_use]
    pub fn copy(self, from: Pointer, path: Pointer) -> Operations {
        self.with(Operation::Copy { from, path })
    }

    /// Fails unless what is there is equal to the value (section 4.6).
    #[must_use]
    pub fn test(self, path: Pointer, value: Json) -> Operations {
        self.with(Operation::Test { path, value })
    }

    /// Makes `path` hold the value, whatever was there: objects that are missing on the way are made,
    /// and what is there is replaced. An array's elements have to exist on the way; at the end of it
    /// `-`, or the index behind the last element, appends.
    ///
    /// RFC 6902 has no such operation, so this one is for programs that build operations, and is never
    /// read from text.
    #[must_use]
    pub fn set(self, path: Pointer, value: Json) -> Operations {
        self.with(Operation::Set { path, value })
    }

    fn with(mut self, operation: Operation) -> Operations {
        self.list.push(operation);
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }
}

/// The RFC 6902 text. A [`set`](Operations::set) comes out as `add`, which does the same to a member
/// whose parent is there; where objects are missing on the way, or where it replaces an array's
/// element, RFC 6902 has no operation for it that does not depend on the document.
impl fmt::Display for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (number, operation) in self.list.iter().enumerate() {
            if number > 0 {
                f.write_str(",")?;
            }
            let op = if let Operation::Set { .. } = operation {
                "add"
            } else {
                operation.op()
            };
            write!(f, "{{\"op\":\"{op}\"")?;
            if let Operation::Move { from, .. } | Operation::Copy { from, .. } = operation {
                write!(f, ",\"from\":{}", quote(&from.to_string()))?;
            }
            write!(f, ",\"path\":{}", quote(&operation.path().to_string()))?;
            if let Operation::Add { value, .. }
            | Operation::Replace { value, .. }
            | Operation::Test { value, .. }
            | Operation::Set { value, .. } = operation
            {
                write!(f, ",\"value\":{value}")?;
            }
            f.write_str("}")?;
        }
        f.write_str("]")
    }
}
