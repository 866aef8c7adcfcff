//! For tests: each guest once in a process.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use crate::{Builder, Error, Guest, Progress};

/// The component of an example, `language/name`: compiled when something has changed since it was compiled
/// last, though a process looks only once.
///
/// # Errors
/// As [`Builder::compile`]; [`Error::UnknownGuest`] when there is no such example.
pub fn component(guest: &str) -> Result<PathBuf, Error> {
    static COMPILED: Compiled<PathBuf> = Compiled::new(BTreeMap::new());
    once(&COMPILED, ("", guest), || {
        let builder = Builder::new(Progress::Silent)?;
        builder.compile(&one(&builder, guest)?)
    })
}

/// The same for the guests of another folder of the workspace, as in [`Builder::of`].
///
/// # Errors
/// As [`component`].
pub fn component_in(folder: &str, guest: &str) -> Result<PathBuf, Error> {
    static COMPILED: Compiled<PathBuf> = Compiled::new(BTreeMap::new());
    once(&COMPILED, (folder, guest), || {
        let builder = Builder::of(folder, Progress::Silent)?;
        builder.compile(&one(&builder, guest)?)
    })
}

/// All components of a guest that is made of several, by their names, as in [`Builder::compile_all`].
///
/// # Errors
/// As [`component`].
pub fn components_in(folder: &str, guest: &str) -> Result<BTreeMap<String, PathBuf>, Error> {
    static COMPILED: Compiled<BTreeMap<String, PathBuf>> = Compiled::new(BTreeMap::new());
    once(&COMPILED, (folder, guest), || {
        let builder = Builder::of(folder, Progress::Silent)?;
        builder.compile_all(&one(&builder, guest)?)
    })
}

/// What was made of the guests of this process, by folder and name.
type Compiled<T> = Mutex<BTreeMap<(String, String), T>>;

fn once<T: Clone>(
    compiled: &Compiled<T>,
    (folder, guest): (&str, &str),
    compile: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    // A test that panicked leaves the map as good as it was: it only ever gains entries.
    let mut compiled = compiled.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (folder.to_owned(), guest.to_owned());
    if let Some(made) = compiled.get(&key) {
        return Ok(made.clone());
    }
    let made = compile()?;
    compiled.insert(key, made.clone());
    Ok(made)
}

/// The one guest of this name; a language alone is none.
fn one(builder: &Builder, asked: &str) -> Result<Guest, Error> {
    let selected = builder.select(&[asked.to_owned()])?;
    let [guest] = selected
        .try_into()
        .map_err(|several: Vec<Guest>| Error::UnknownGuest {
            asked: asked.to_owned(),
            known: several.iter().map(ToString::to_string).collect(),
        })?;
    Ok(guest)
}
