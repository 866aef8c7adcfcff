//! Copying a document from one store to another.

use crate::error::Error;
use crate::store::Store;
use crate::version::Snapshot;
use amend_document::{Patch, diff};
use std::path::Path;

/// What copying a document came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// There was none, and now there is.
    Made,
    /// There was another one, which now has the values of the first, in its own layout where they are the same.
    Replaced,
    /// There was one with the same values. Nothing was written.
    Same,
    /// There was another one, and it was not to be replaced. Nothing was written.
    Differs,
    /// There is nothing to copy.
    Absent,
}

/// Copies a document to another store, or to another path. One that is there already is replaced only when `replace` is
/// set; in either case nothing is written when it has the same values, so that copying can be stopped at any time and
/// begun again. Each document is copied as a whole or not at all.
///
/// The value's text is kept byte for byte where there was none before; what is around it, a byte order mark or white
/// space, is that of a new document: a line end behind it.
///
/// # Errors
///
/// As [`Store::read`] and [`Store::update_if`]; [`Error::VersionMismatch`] when somebody changed the copy meanwhile.
pub fn copy(from: (&Store, &Path), to: (&Store, &Path), replace: bool) -> Result<Copied, Error> {
    let Some(original) = from.0.read(from.1)? else {
        return Ok(Copied::Absent);
    };
    let there = to.0.read(to.1)?;
    if let Some(there) = &there {
        if is_same(&original, there, to.0) {
            return Ok(Copied::Same);
        }
        if !replace {
            return Ok(Copied::Differs);
        }
    }
    let limits = &from.0.options().limits;
    let patch = Patch::copy_with(original.text, limits).map_err(|source| Error::InvalidPatch {
        path: from.0.show(from.1),
        source,
    })?;
    let expected = there.as_ref().map(|there| there.version);
    to.0.update_if(to.1, expected, patch)?;
    Ok(match there {
        Some(_) => Copied::Replaced,
        None => Copied::Made,
    })
}

/// Whether two documents have the same values. Those that are not JSON cannot have been read.
fn is_same(one: &Snapshot, other: &Snapshot, store: &Store) -> bool {
    let limits = &store.options().limits;
    one.text == other.text
        || diff(one.text.as_bytes(), other.text.as_bytes(), limits)
            .is_ok_and(|operations| operations.is_empty())
}
