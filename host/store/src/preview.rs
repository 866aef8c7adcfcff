//! What an update would do, without doing it.

use crate::change::{change, parse, version};
use crate::disk::Directory;
use crate::error::Error;
use crate::options::Options;
use crate::place::Place;
use crate::read::{Current, read};
use crate::receipt::{Expected, Preview, Receipt};
use crate::updater::Updater;
use std::path::Path;

/// Says what an update would do. Takes no lock and writes nothing; `place` is `None` where the document's
/// directory does not exist.
pub(crate) fn preview<D: Directory>(
    place: Option<&Place<'_, D>>,
    path: &Path,
    expected: Expected,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Preview, Error> {
    let current = place
        .map(|place| read(place, &options.limits))
        .transpose()?
        .flatten();
    let mut document = parse(path, current.as_ref(), &options.limits)?;
    change(path, &mut document, expected, updater)?;
    let receipt = Receipt {
        version: version(&document),
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
