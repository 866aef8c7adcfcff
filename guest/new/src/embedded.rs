//! The templates, as they were when this was compiled.

use crate::Error;

// LANGUAGES and WIT: see build.rs.
include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// A language that has templates.
#[derive(Debug)]
pub struct Language {
    pub(crate) name: &'static str,
    /// The names that a project cannot have, one in a line.
    pub(crate) reserved: &'static str,
    pub(crate) sdk: &'static [File],
    pub(crate) templates: &'static [Template],
}

/// What a project for one world is made from.
#[derive(Debug)]
pub struct Template {
    pub(crate) world: &'static str,
    pub(crate) files: &'static [File],
}

/// A file, named by its path in the folder it comes from.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: &'static str,
    pub(crate) bytes: &'static [u8],
    pub(crate) is_executable: bool,
}

/// The languages that there are, by their names.
pub fn languages() -> &'static [Language] {
    LANGUAGES
}

impl Language {
    /// The language's name, that of its folder.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// For which worlds it has a template.
    pub fn worlds(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.templates.iter().map(|template| template.world)
    }

    pub(crate) fn find(asked: &str) -> Result<&'static Language, Error> {
        let found = LANGUAGES.iter().find(|language| language.name == asked);
        found.ok_or_else(|| Error::UnknownLanguage {
            asked: asked.to_owned(),
            known: LANGUAGES.iter().map(|language| language.name).collect(),
        })
    }

    pub(crate) fn template(&self, world: &str) -> Result<&'static Template, Error> {
        let has = |language: &Language| language.worlds().any(|has| has == world);
        let mut templates = self.templates.iter();
        let found = templates.find(|template| template.world == world);
        found.ok_or_else(|| Error::NoTemplate {
            language: self.name,
            world: world.to_owned(),
            has: self.worlds().collect(),
            others: LANGUAGES
                .iter()
                .filter(|language| has(language))
                .map(|language| language.name)
                .collect(),
        })
    }
}
