//! From a document's bytes to what a reader is given.

use crate::change::{Whole, parse, sub_document};
use crate::error::Error;
use crate::read::text_of;
use crate::version::Snapshot;
use amend_document::{Limits, Pointer};
use std::path::Path;

/// What stands at a pointer that begins at a scope of this document, which has bytes; `None` when nothing does.
/// `path` is for messages.
pub(crate) fn snapshot(
    path: &Path,
    bytes: Vec<u8>,
    whole: Whole,
    limits: &Limits,
    scope: &Pointer,
    at: &Pointer,
) -> Result<Option<Snapshot>, Error> {
    let parsed = parse(path, Some(&bytes), limits).map_err(|error| error.within(scope))?;
    let below = sub_document(path, &parsed, scope)?;
    let version = whole.version(scope, &below);
    if scope.is_root() && at.is_root() {
        // All of it, with the white space around the value: what is printed is what is stored.
        drop(below);
        drop(parsed);
        let text = text_of(bytes);
        let text = text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text);
        return Ok(Some(Snapshot { text, version }));
    }
    let text = below.get(at).map_err(|source| Error::Apply {
        path: path.to_owned(),
        source,
    })?;
    Ok(text.map(|text| Snapshot {
        text: text.into_owned(),
        version,
    }))
}
