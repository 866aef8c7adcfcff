//! What a language has to be able to do. Each one has a file of its own.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{Error, Guest, go, javascript, python, rust, tool::Tools};

/// How the guests of one language are compiled.
pub(crate) trait Language: Sync {
    /// The name of its folder.
    fn name(&self) -> &'static str;

    /// Sets up what compiling takes, below `tools.work` and without a global installation where that can be
    /// done. Called before the first guest of the language; cheap when all is there.
    fn prepare(&self, tools: &Tools) -> Result<(), Error>;

    /// Compiles a guest unless nothing has changed, and says where its components are, by the names that the
    /// language's own tools know them by: one of most guests. No other process does the same at the same time.
    fn compile(&self, guest: &Guest, tools: &Tools) -> Result<BTreeMap<String, PathBuf>, Error>;
}

const LANGUAGES: &[&dyn Language] = &[
    &go::Go,
    &javascript::JavaScript,
    &python::Python,
    &rust::Rust,
];

/// The language of a guest.
pub(crate) fn language_of(guest: &Guest) -> Result<&'static dyn Language, Error> {
    let known = LANGUAGES
        .iter()
        .find(|language| language.name() == guest.language);
    known.copied().ok_or_else(|| Error::UnknownLanguage {
        language: guest.language.clone(),
        folder: guest.folder.clone(),
    })
}
