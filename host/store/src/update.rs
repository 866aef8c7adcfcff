//! The way of one update.

use crate::commit::{commit, remove_litter};
use crate::error::Error;
use crate::lock::Lock;
use crate::options::Options;
use crate::place::Place;
use crate::read::{Current, read};
use crate::updater::{Updater, UpdaterError};
use crate::version::Version;
use amend_document::Document;
use std::path::Path;
use tracing::debug;

/// What an update did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The version of the document that is on disk now.
    pub version: Version,
    /// Whether the update changed anything. A document that is not changed is not written.
    pub changed: bool,
}

/// What an update would do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "nothing was written"]
pub struct Preview {
    /// What the update would answer.
    pub receipt: Receipt,
    /// The document as it is; `None` where there is none.
    pub before: Option<String>,
    /// The document as it would be; `None` where there would be none.
    pub after: Option<String>,
}

/// Which document a caller expects to find.
#[derive(Clone, Copy)]
pub(crate) enum Expected {
    /// Any, or none.
    Anything,
    /// This one; `None` for no document.
    Version(Option<Version>),
}

/// Changes the document at a place: the lock is held from here until it is durable.
pub(crate) fn update(
    place: &Place,
    expected: Expected,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Receipt, Error> {
    let _lock = Lock::acquire(place, options.lock_timeout)?;
    remove_litter(place)?;
    let current = read(place, &options.limits)?;
    let document = change(&place.path, current.as_ref(), expected, updater, options)?;
    if !document.is_changed() {
        return Ok(Receipt {
            version: version_of(current.as_ref()),
            changed: false,
        });
    }
    let before = current.as_ref().map(|current| &current.metadata);
    let version = commit(place, before, &document, options.durability)?;
    debug!(document = %place.path.display(), %version, "committed");
    Ok(Receipt {
        version,
        changed: true,
    })
}

/// Says what an update would do. Takes no lock and writes nothing; `place` is `None` where the document's
/// directory does not exist.
pub(crate) fn preview(
    place: Option<&Place>,
    path: &Path,
    expected: Expected,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Preview, Error> {
    let current = place
        .map(|place| read(place, &options.limits))
        .transpose()?
        .flatten();
    let document = change(path, current.as_ref(), expected, updater, options)?;
    let receipt = Receipt {
        version: Version::of_pieces(document.pieces()),
        changed: document.is_changed(),
    };
    let after = (!document.is_absent()).then(|| document.to_text());
    drop(document);
    let before = current
        .map(Current::into_text)
        .filter(|text| !text.is_empty());
    Ok(Preview {
        receipt,
        before,
        after,
    })
}

fn version_of(current: Option<&Current>) -> Version {
    current.map_or(Version::ABSENT, |current| Version::of(&current.bytes))
}

/// Asks the updater and applies its answer, in memory. `path` is for messages.
fn change<'c>(
    path: &Path,
    current: Option<&'c Current>,
    expected: Expected,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Document<'c>, Error> {
    let path = || path.to_owned();
    if let Expected::Version(expected) = expected {
        let found = version_of(current);
        if expected.unwrap_or(Version::ABSENT) != found {
            return Err(Error::VersionMismatch {
                path: path(),
                expected,
                found,
            });
        }
    }
    let mut document = match current {
        Some(current) if !current.bytes.is_empty() => {
            Document::parse(&current.bytes, &options.limits).map_err(|source| Error::Malformed {
                path: path(),
                source,
            })?
        }
        _ => Document::absent(&options.limits),
    };
    let patch = match updater.update(&document) {
        Ok(patch) => patch,
        Err(UpdaterError::Refused(source)) => {
            return Err(Error::Refused {
                path: path(),
                source,
            });
        }
        Err(UpdaterError::Failed(source)) => {
            return Err(Error::UpdaterFailed {
                path: path(),
                source,
            });
        }
        Err(UpdaterError::InvalidPatch(source)) => {
            return Err(Error::InvalidPatch {
                path: path(),
                source,
            });
        }
    };
    if let Some(patch) = patch {
        document.apply(&patch).map_err(|source| Error::Apply {
            path: path(),
            source,
        })?;
    }
    Ok(document)
}
