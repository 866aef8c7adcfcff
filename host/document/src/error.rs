//! What can be wrong with a patch, and with a document for a patch.

use std::fmt;

use crate::meter::Exceeded;
use crate::pointer::{Pointer, PointerError};
use crate::short::Short;
use crate::syntax::SyntaxError;

/// A text is not JSON, or it would cost too much to find out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is not JSON.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// A limit of the [`Meter`](crate::Meter) was exceeded.
    #[error("reading the text {0}")]
    Exceeded(#[from] Exceeded),
}

impl ReadError {
    /// Of a text that was read with a meter that is unlimited.
    pub(crate) fn unmetered(self) -> SyntaxError {
        match self {
            ReadError::Syntax(error) => error,
            ReadError::Exceeded(_) => unreachable!("the meter is unlimited"),
        }
    }
}

/// A text is not a patch. No document was looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatchError {
    /// It is not JSON at all.
    #[error("the patch is not JSON: {0}")]
    Syntax(#[from] SyntaxError),
    /// It is not an array (RFC 6902 section 3).
    #[error("the patch has to be an array of operations (RFC 6902), and is {found}")]
    NotAnArray {
        /// What it is.
        found: &'static str,
    },
    /// One of its elements is not an object.
    #[error("operation {operation} has to be an object with `op` and `path`, and is {found}")]
    NotAnObject {
        /// Which operation, counted from 0.
        operation: usize,
        /// What it is.
        found: &'static str,
    },
    /// An operation lacks a member that it needs (RFC 6902 section 4).
    #[error("operation {operation} has no member `{member}`{}", .op.as_ref().map(|op| format!(", which `{}` needs", Short(op))).unwrap_or_default())]
    MissingMember {
        /// Which operation, counted from 0.
        operation: usize,
        /// The value of its `op`, if that is known.
        op: Option<String>,
        /// The member.
        member: &'static str,
    },
    /// An operation has a member twice (RFC 6902 appendix A.13).
    #[error(
        "operation {operation} has the member `{member}` more than once: nobody can say which is meant"
    )]
    DuplicateMember {
        /// Which operation, counted from 0.
        operation: usize,
        /// The member.
        member: &'static str,
    },
    /// A member that has to be a string is not one, or has half a surrogate pair in it.
    #[error(
        "`{member}` of operation {operation} has to be a string of whole characters, and is {found}", found = Short(.found)
    )]
    NotAString {
        /// Which operation, counted from 0.
        operation: usize,
        /// The member.
        member: &'static str,
        /// What it is.
        found: String,
    },
    /// An operation's `op` is none of the six.
    #[error(
        "operation {operation} is a `{op}`: it has to be one of add, remove, replace, move, copy, test", op = Short(.op)
    )]
    UnknownOperation {
        /// Which operation, counted from 0.
        operation: usize,
        /// Its `op`.
        op: String,
    },
    /// A `path` or `from` is not a JSON Pointer.
    #[error("`{member}` of operation {operation}: {source}")]
    Pointer {
        /// Which operation, counted from 0.
        operation: usize,
        /// The member.
        member: &'static str,
        /// What is wrong with it.
        source: PointerError,
    },
    /// A `move` of a value into itself (RFC 6902 section 4.4).
    #[error("operation {operation} moves `{from}` to `{path}`, which is inside it", from = Short(.from), path = Short(.path))]
    MoveIntoItself {
        /// Which operation, counted from 0.
        operation: usize,
        /// From where.
        from: Pointer,
        /// To where.
        path: Pointer,
    },
    /// An object of a merge has a name more than once.
    #[error(
        "the merge has {name} more than once in the object at `{at}`: nobody can say which is meant", name = Short(.name), at = Short(.at)
    )]
    DuplicateName {
        /// The object.
        at: Pointer,
        /// The name, as it is written.
        name: String,
    },
    /// A name in a merge has half a surrogate pair in it, so that no pointer can name it.
    #[error(
        "the merge has the name {name} in the object at `{at}`, which is not a string of whole characters", name = Short(.name), at = Short(.at)
    )]
    NotAName {
        /// The object.
        at: Pointer,
        /// The name, as it is written.
        name: String,
    },
    /// A limit of the [`Meter`](crate::Meter) was exceeded while it was read.
    #[error("reading the patch {0}")]
    Exceeded(#[from] Exceeded),
}

impl From<ReadError> for PatchError {
    fn from(error: ReadError) -> PatchError {
        match error {
            ReadError::Syntax(error) => PatchError::Syntax(error),
            ReadError::Exceeded(exceeded) => PatchError::Exceeded(exceeded),
        }
    }
}

/// Which step of a patch it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the patch in a [`Patch::All`](crate::Patch::All), counted from 0.
    pub patch: Option<usize>,
    /// The number of the operation, counted from 0, when the patch has operations.
    pub operation: Option<usize>,
    /// What was to be done: `add`, `remove`, `replace`, `move`, `copy`, `test`, `set`, `merge`, `get`, or
    /// `reach`, which is to get to a sub-document before anything is done to it.
    pub op: &'static str,
    /// Where.
    pub pointer: Pointer,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(patch) = self.patch {
            write!(f, "patch {patch}, ")?;
        }
        let pointer = Short(&self.pointer);
        match self.operation {
            Some(operation) => write!(f, "operation {operation} ({} `{pointer}`)", self.op),
            None => write!(f, "{} `{pointer}`", self.op),
        }
    }
}

impl Attempt {
    /// Getting to a sub-document. Where that stands is not told: it is the root to whoever asks.
    pub(crate) fn reach() -> Box<Attempt> {
        Box::new(Attempt {
            patch: None,
            operation: None,
            op: "reach",
            pointer: Pointer::root(),
        })
    }
}

/// What is in the way to a sub-document. It lies outside of it, so neither where it is nor what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The way leads through a value that has no children.
    #[error("a value on the way to it is neither an object nor an array")]
    NotAContainer,
    /// The way leads through an element that an array has not, or to one: only members are made.
    #[error("an array on the way to it has no such element")]
    NoElement,
    /// The way leads through a name that an object has more than once, or to one.
    #[error("an object on the way to it has a name more than once, so the way is ambiguous")]
    Ambiguous,
    /// The way is deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("it would be nested deeper than the limit")]
    TooDeep,
}

/// A patch does not fit the document: it is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// Nothing is there.
    #[error("{attempt}: there is nothing at `{missing}`", missing = Short(.missing))]
    NotFound {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// The first pointer on the way at which there is nothing.
        missing: Pointer,
    },
    /// The pointer goes on where there is a value that has no children.
    #[error("{attempt}: at `{at}` is {found}, and only objects and arrays have children", at = Short(.at))]
    NotAContainer {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// Where the value is.
        at: Pointer,
        /// What it is.
        found: String,
    },
    /// An array is asked for a child by what is not an index (RFC 6901 section 4).
    #[error("{attempt}: at `{at}` is an array, and `{token}` is not an index: those are 0, 1, 2, … without leading zeros{}", if .token == "-" { " (`-` is the place behind the last element, where nothing is yet)" } else { "" }, at = Short(.at), token = Short(.token))]
    NotAnIndex {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// Where the array is.
        at: Pointer,
        /// What the pointer says.
        token: String,
    },
    /// An index is past the end of its array.
    #[error(
        "{attempt}: the array at `{at}` has {len} elements, so there is no place {token} in it", at = Short(.at), token = Short(.token)
    )]
    OutOfBounds {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// Where the array is.
        at: Pointer,
        /// The index, as the pointer has it.
        token: String,
        /// How many elements the array has.
        len: usize,
    },
    /// The pointer leads through a name that an object has more than once.
    #[error(
        "{attempt}: the object at `{at}` has `{name}` more than once, so the pointer is ambiguous", at = Short(.at), name = Short(.name)
    )]
    Ambiguous {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// Where the object is.
        at: Pointer,
        /// The name.
        name: String,
    },
    /// A `test` found another value (RFC 6902 section 4.6).
    #[error("{attempt}: expected {expected}, found {found}")]
    TestFailed {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// The value that the test asks for, shortened.
        expected: String,
        /// The value that is there, shortened.
        found: String,
    },
    /// The whole document cannot be removed, only replaced.
    #[error(
        "{attempt}: the whole document cannot be removed by a patch; replace it with `null` or `{{}}`"
    )]
    RemoveRoot {
        /// Which step of the patch.
        attempt: Box<Attempt>,
    },
    /// The result would have more bytes than [`Limits::size`](crate::Limits::size).
    #[error("{attempt}: the document would have {size} bytes, and the limit is {limit}")]
    TooLarge {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// The size it would have had.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// The result would be nested deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("{attempt}: the document would be nested {depth} deep, and the limit is {limit}")]
    TooDeep {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// The depth it would have had.
        depth: usize,
        /// The limit.
        limit: usize,
    },
    /// There is no way to the sub-document, and none can be made.
    #[error("the document that was asked for cannot be reached: {obstacle}")]
    OutOfReach {
        /// That it was to be reached.
        attempt: Box<Attempt>,
        /// What is in the way.
        obstacle: Obstacle,
    },
    /// The document that the sub-document is a part of would have more bytes than
    /// [`Limits::size`](crate::Limits::size). How many is not told.
    #[error(
        "{attempt}: the document that this is a part of would have more bytes than the limit of {limit}"
    )]
    NoRoom {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// The limit.
        limit: usize,
    },
    /// A limit of the [`Meter`](crate::Meter) was exceeded.
    #[error("{attempt}: applying the patch {exceeded}")]
    Exceeded {
        /// Which step of the patch.
        attempt: Box<Attempt>,
        /// Which limit.
        exceeded: Exceeded,
    },
}

/// The class of an [`ApplyError`]: what a caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApplyErrorKind {
    /// A `test` found another value: the document is in another state than the patch expects.
    TestFailed,
    /// A pointer leads nowhere in this document, or to a value of the wrong type.
    NotFound,
    /// The result would exceed a limit.
    TooLarge,
    /// No document can satisfy the patch.
    Impossible,
    /// The patch takes more work or memory than it may.
    TooExpensive,
    /// The interrupt of the [`Meter`](crate::Meter) stopped it.
    Interrupted,
}

impl ApplyError {
    /// The class of the error.
    pub fn kind(&self) -> ApplyErrorKind {
        match self {
            ApplyError::TestFailed { .. } => ApplyErrorKind::TestFailed,
            ApplyError::NotFound { .. }
            | ApplyError::NotAContainer { .. }
            | ApplyError::NotAnIndex { .. }
            | ApplyError::OutOfBounds { .. }
            | ApplyError::Ambiguous { .. } => ApplyErrorKind::NotFound,
            ApplyError::OutOfReach { obstacle, .. } => match obstacle {
                Obstacle::NotAContainer | Obstacle::NoElement | Obstacle::Ambiguous => {
                    ApplyErrorKind::NotFound
                }
                Obstacle::TooDeep => ApplyErrorKind::TooLarge,
            },
            ApplyError::TooLarge { .. }
            | ApplyError::TooDeep { .. }
            | ApplyError::NoRoom { .. } => ApplyErrorKind::TooLarge,
            ApplyError::RemoveRoot { .. } => ApplyErrorKind::Impossible,
            ApplyError::Exceeded { exceeded, .. } => match exceeded {
                Exceeded::Work { .. } | Exceeded::Memory { .. } => ApplyErrorKind::TooExpensive,
                Exceeded::Interrupted => ApplyErrorKind::Interrupted,
            },
        }
    }

    /// Which step of the patch it was.
    pub fn attempt(&self) -> &Attempt {
        match self {
            ApplyError::NotFound { attempt, .. }
            | ApplyError::NotAContainer { attempt, .. }
            | ApplyError::NotAnIndex { attempt, .. }
            | ApplyError::OutOfBounds { attempt, .. }
            | ApplyError::Ambiguous { attempt, .. }
            | ApplyError::TestFailed { attempt, .. }
            | ApplyError::RemoveRoot { attempt }
            | ApplyError::TooLarge { attempt, .. }
            | ApplyError::TooDeep { attempt, .. }
            | ApplyError::OutOfReach { attempt, .. }
            | ApplyError::NoRoom { attempt, .. }
            | ApplyError::Exceeded { attempt, .. } => attempt,
        }
    }
}

/// A value as it is shown in a message: its text, and only the start of a long one.
pub(crate) fn shown<'a>(pieces: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 60;
    let mut out = String::new();
    for (number, c) in pieces.flat_map(str::chars).enumerate() {
        if number == MOST {
            out.push('…');
            break;
        }
        out.push(if c == '\n' || c == '\r' { ' ' } else { c });
    }
    out
}
