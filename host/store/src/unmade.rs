//! An update of a document of which nothing exists yet is tried before anything is made.
//!
//! Its directories and its lock file have to exist before it can be locked, and a lock file cannot be removed again
//! without a race: another program may have opened it already. So an update that is going to be refused must not make
//! them: refused updates of ever new documents would fill a disk.

use crate::deadline::Deadline;
use crate::disk::Directory;
use crate::error::Error;
use crate::identity::Identity;
use crate::inside::Inside;
use crate::options::Options;
use crate::place::{Key, Place, Root};
use crate::preview::preview;
use crate::receipt::{Aim, Receipt};
use crate::updater::Updater;
use std::path::Path;

/// Tries an update in memory if neither the document nor its lock file exists; `place` is `None` where the document's
/// directory does not exist. Returns the receipt of an update that changes nothing, for which nothing has to be made,
/// and `None` where the update has to be done on the disk.
///
/// # Errors
///
/// The error of the update. Nothing was made then.
pub(crate) fn try_unmade<D: Directory>(
    root: &Root<D>,
    place: Option<&Place<'_, D>>,
    document: &Path,
    aim: &Aim,
    updater: &mut dyn Updater,
    options: &Options,
) -> Result<Option<Receipt>, Error> {
    let path = match place {
        Some(place) if exists(place)? => return Ok(None),
        Some(place) => place.path.clone(),
        None => root.show(document),
    };
    let key = match place {
        Some(place) => place.key.clone(),
        // No file is called so: a name has no slash in it.
        None => Key {
            directory: root.own_identity(document)?,
            name: document.as_os_str().to_owned(),
        },
    };
    // An updater that updates its own document is an error, on the disk as well.
    let Some(_inside) = Inside::enter(&Identity::File(key)) else {
        return Err(Error::Nested { path });
    };
    let deadline = Deadline::after(options.lock_timeout);
    let preview = preview(place, &path, aim, deadline, updater, options)?;
    Ok((!preview.receipt.changed).then_some(preview.receipt))
}

/// Whether the document exists, or was locked before.
fn exists<D: Directory>(place: &Place<'_, D>) -> Result<bool, Error> {
    let looking = "looking for its lock file";
    let locks = place.lock_directory();
    let lock = locks.facts(&place.lock_name).map_err(place.io(looking))?;
    if lock.is_some() {
        return Ok(true);
    }
    let there = place.dir.facts(&place.name);
    Ok(there.map_err(place.io("looking for it"))?.is_some())
}
