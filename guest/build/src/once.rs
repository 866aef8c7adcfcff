//! For tests: each guest once in a process.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use crate::{Builder, Error, Progress};

/// The component of an example, `language/name`: compiled when something has changed since it was compiled
/// last, though a process looks only once.
///
/// # Errors
/// As [`Builder::compile`]; [`Error::UnknownGuest`] when there is no such example.
pub fn component(guest: &str) -> Result<PathBuf, Error> {
    once("", guest, Builder::new)
}

/// The same for the guests of another folder of the workspace, as in [`Builder::of`].
///
/// # Errors
/// As [`component`].
pub fn component_in(folder: &str, guest: &str) -> Result<PathBuf, Error> {
    once(folder, guest, |progress| Builder::of(folder, progress))
}

fn once(
    folder: &str,
    guest: &str,
    builder: impl FnOnce(Progress) -> Result<Builder, Error>,
) -> Result<PathBuf, Error> {
    static COMPILED: Mutex<BTreeMap<(String, String), PathBuf>> = Mutex::new(BTreeMap::new());

    // A test that panicked leaves the map as good as it was: it only ever gains entries.
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (folder.to_owned(), guest.to_owned());
    if let Some(component) = compiled.get(&key) {
        return Ok(component.clone());
    }
    let builder = builder(Progress::Silent)?;
    let asked = [guest.to_owned()];
    let [guest] = builder
        .select(&asked)?
        .try_into()
        .map_err(|several: Vec<_>| Error::UnknownGuest {
            asked: guest.to_owned(),
            known: several.iter().map(ToString::to_string).collect(),
        })?;
    let component = builder.compile(&guest)?;
    compiled.insert(key, component.clone());
    Ok(component)
}
