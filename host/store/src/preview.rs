//! What an update would do, without doing it.

use crate::change::{change, parse, sub_document, version};
use crate::disk::Directory;
use crate::error::Error;
use crate::options::Options;
use crate::place::Place;
use crate::read::{Current, read};
use crate::receipt::{Aim, Preview, Receipt};
use crate::updater::Updater;
use amend_document::Document;
use std::path::Path;

/// Says what an update would do. Takes no lock and writes nothing; `place` is `None` where the document's
/// directory does not exist.
pub(crate) fn preview<D: Directory>(
    place: Option<&Place<'_, D>>,
    path: &Path,
    aim: &Aim,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Preview, Error> {
    let current = place
        .map(|place| read(place, &options.limits))
        .transpose()?
        .flatten();
    let mut document = parse(path, current.as_ref(), &options.limits)?;
    // That of a whole document is there already, and may be large.
    let below_before = if aim.scope.is_root() {
        None
    } else {
        text(&sub_document(path, &document, &aim.scope)?)
    };
    let changed = change(path, &mut document, aim, updater)?;
    let receipt = Receipt {
        version: changed.version.unwrap_or_else(|| version(&document)),
        changed: changed.is_another,
    };
    let after = text(&sub_document(path, &document, &aim.scope)?);
    drop(document);
    let before = if aim.scope.is_root() {
        let whole = current.map(Current::into_text);
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
