//! Asking an updater, and applying its answer, in memory.

use crate::allowance::Allowance;
use crate::answer::Answer;
use crate::error::Error;
use crate::receipt::{Aim, Expected};
use crate::updater::{Updater, UpdaterError};
use crate::version::Version;
use amend_document::{ApplyError, ApplyErrorKind, Document, Exceeded, Limits, Pointer};
use std::path::Path;

/// Checks that what was read is JSON; no bytes are no document. `path` is for messages.
pub(crate) fn parse<'c>(
    path: &Path,
    current: Option<&'c [u8]>,
    limits: &Limits,
) -> Result<Document<'c>, Error> {
    match current {
        Some(bytes) if !bytes.is_empty() => {
            Document::parse(bytes, limits).map_err(|source| Error::Malformed {
                path: path.to_owned(),
                source,
            })
        }
        _ => Ok(Document::absent(limits)),
    }
}

/// The version of a document as it is in memory.
pub(crate) fn version(document: &Document<'_>) -> Version {
    Version::of_pieces(document.pieces())
}

/// How the version of a whole document is told. That of what stands at a scope is always the hash of its text, so
/// that it does not depend on anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "etcd"),
    allow(dead_code, reason = "a file's version is always the hash of its text")
)]
pub(crate) enum Whole {
    /// By the hash of its text.
    Text,
    /// The engine has given it this one.
    Named(Version),
    /// The engine will give it one when it is committed, which no caller can know.
    Unnamed,
}

impl Whole {
    /// How the version is told once the document is changed.
    pub(crate) fn next(self) -> Whole {
        match self {
            Whole::Text => Whole::Text,
            Whole::Named(_) | Whole::Unnamed => Whole::Unnamed,
        }
    }

    /// The version of what stands at a scope.
    pub(crate) fn version(self, scope: &Pointer, document: &Document<'_>) -> Version {
        match self {
            Whole::Named(version) if scope.is_root() => version,
            Whole::Unnamed if scope.is_root() => Version::PENDING,
            _ => version(document),
        }
    }
}

/// What an update has done in memory.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// Whether there is another text now.
    pub(crate) is_another: bool,
    /// The version of it, where that is known.
    pub(crate) version: Option<Version>,
}

/// What stands at a scope, as a document of its own.
pub(crate) fn sub_document<'d>(
    path: &Path,
    document: &'d Document<'_>,
    scope: &Pointer,
) -> Result<Document<'d>, Error> {
    document.at(scope).map_err(does_not_fit(path))
}

fn does_not_fit(path: &Path) -> impl FnOnce(ApplyError) -> Error {
    |source| Error::Apply {
        path: path.to_owned(),
        source,
    }
}

/// Asks an updater and applies its answer. After an error the document is the same.
///
/// The version of what stands at a scope is told at once. That of a whole document, which may be large, is worked
/// out by whoever needs it, and while other things are done.
pub(crate) fn change(
    path: &Path,
    document: &mut Document<'_>,
    whole: Whole,
    aim: &Aim,
    allowance: Allowance,
    updater: &mut dyn Updater,
) -> Result<Changed, Error> {
    let Aim { scope, expected } = aim;
    let answer = {
        let current = sub_document(path, document, scope)?;
        expect(path, *expected, || whole.version(scope, &current))?;
        ask(path, &current, updater)?
    };
    let (applied, own) = match answer {
        None => (Ok(false), allowance),
        Some(answer) => {
            let own = answer.allowance;
            let meter = allowance.min(own).meter();
            (
                document.apply_under_within(scope, &answer.patch, &meter),
                own,
            )
        }
    };
    let is_another = applied.map_err(|error| {
        let told = exceeded_own(&error, own).and_then(|exceeded| updater.exceeded(exceeded));
        match (told, allowance.time) {
            (Some(told), _) => failed(path, told),
            (None, Some(limit)) if error.kind() == ApplyErrorKind::Interrupted => {
                Error::NotAppliedInTime {
                    path: path.to_owned(),
                    limit,
                }
            }
            _ => does_not_fit(path)(error),
        }
    })?;
    let version = if scope.is_root() {
        None
    } else {
        Some(version(&sub_document(path, document, scope)?))
    };
    Ok(Changed {
        is_another,
        version,
    })
}

/// The limit of the updater itself that was exceeded, and not one of the store.
fn exceeded_own(error: &ApplyError, own: Allowance) -> Option<Exceeded> {
    let ApplyError::Exceeded { exceeded, .. } = error else {
        return None;
    };
    let is_own = match exceeded {
        Exceeded::Work { limit } => *limit == own.work,
        Exceeded::Memory { limit } => *limit == own.memory,
        _ => own.time.is_some(),
    };
    is_own.then_some(*exceeded)
}

fn expect(path: &Path, expected: Expected, found: impl FnOnce() -> Version) -> Result<(), Error> {
    let Expected::Version(expected) = expected else {
        return Ok(());
    };
    let found = found();
    if expected.unwrap_or(Version::ABSENT) == found {
        return Ok(());
    }
    Err(Error::VersionMismatch {
        path: path.to_owned(),
        expected,
        found,
    })
}

fn ask<'u>(
    path: &Path,
    document: &Document<'_>,
    updater: &'u mut dyn Updater,
) -> Result<Option<Answer<'u>>, Error> {
    (updater.update(document)).map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: UpdaterError) -> Error {
    let path = || path.to_owned();
    match error {
        UpdaterError::Refused(source) => Error::Refused {
            path: path(),
            source: source.into(),
        },
        UpdaterError::Failed(source) => Error::UpdaterFailed {
            path: path(),
            source: source.into(),
        },
        UpdaterError::InvalidPatch(source) => Error::InvalidPatch {
            path: path(),
            source,
        },
    }
}
