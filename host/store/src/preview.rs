//! What an update would do, without doing it.

use crate::allowance::Allowance;
use crate::change::{Whole, change, parse, sub_document};
use crate::deadline::Deadline;
use crate::disk::Directory;
use crate::error::Error;
use crate::options::Options;
use crate::place::Place;
use crate::read::{Current, read, text_of};
use crate::receipt::{Aim, Preview, Receipt};
use crate::unfinished::until_finished;
use crate::updater::Updater;
use amend_document::{Document, Limits};
use std::path::Path;

/// Says what an update of a file would do. Takes no lock and writes nothing; `place` is `None` where the document's
/// directory does not exist. A document that another program is writing is waited for until the deadline.
pub(crate) fn preview<D: Directory>(
    place: Option<&Place<'_, D>>,
    path: &Path,
    aim: &Aim,
    deadline: Deadline,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Preview, Error> {
    let current = current(place, deadline, &options.limits)?;
    let (limits, allowance) = (&options.limits, options.allowance);
    preview_of(path, current, Whole::Text, aim, updater, limits, allowance)
}

/// Whether an update would change nothing: its receipt then, and `None` if it would change the document. As [`preview`],
/// without the texts and without the version of a changed one, which take their time where they are large.
pub(crate) fn unchanged<D: Directory>(
    place: Option<&Place<'_, D>>,
    path: &Path,
    aim: &Aim,
    deadline: Deadline,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Option<Receipt>, Error> {
    let current = current(place, deadline, &options.limits)?;
    let mut document = parse(path, current.as_deref(), &options.limits)?;
    let (whole, allowance) = (Whole::Text, options.allowance);
    let changed = change(path, &mut document, whole, aim, allowance, updater)?;
    if changed.is_another {
        return Ok(None);
    }
    let version = changed.version;
    Ok(Some(Receipt {
        version: version.unwrap_or_else(|| whole.version(&aim.scope, &document)),
        changed: false,
        from_empty_file: false,
    }))
}

/// The text of a file, once no program is writing it.
fn current<D: Directory>(
    place: Option<&Place<'_, D>>,
    deadline: Deadline,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(place) = place else {
        return Ok(None);
    };
    until_finished(place, limits, deadline, || {
        let bytes = read(place, limits)?.map(Current::into_bytes);
        let is_empty = bytes.as_ref().is_some_and(Vec::is_empty);
        // Before the updater is asked: it is asked once.
        drop(parse(&place.path, bytes.as_deref(), limits)?);
        Ok((is_empty, bytes))
    })
}

/// Says what an update of this document would do.
pub(crate) fn preview_of(
    path: &Path,
    current: Option<Vec<u8>>,
    whole: Whole,
    aim: &Aim,
    updater: &mut dyn Updater,
    limits: &Limits,
    allowance: Allowance,
) -> Result<Preview, Error> {
    let mut document = parse(path, current.as_deref(), limits)?;
    let from_empty_file = current.as_ref().is_some_and(Vec::is_empty);
    // That of a whole document is there already, and may be large.
    let below_before = if aim.scope.is_root() {
        None
    } else {
        text(&sub_document(path, &document, &aim.scope)?)
    };
    let changed = change(path, &mut document, whole, aim, allowance, updater)?;
    let receipt = Receipt {
        version: match changed.version {
            Some(version) => version,
            None if changed.is_another => whole.next().version(&aim.scope, &document),
            None => whole.version(&aim.scope, &document),
        },
        changed: changed.is_another,
        from_empty_file: changed.is_another && from_empty_file,
    };
    let after = text(&sub_document(path, &document, &aim.scope)?);
    drop(document);
    let before = if aim.scope.is_root() {
        let whole = current.map(text_of);
        whole.filter(|text| !text.is_empty())
    } else {
        below_before
    };
    Ok(Preview {
        receipt,
        before,
        after,
    })
}

fn text(document: &Document<'_>) -> Option<String> {
    (!document.is_absent()).then(|| document.to_text())
}
