//! Why there is no project.

use std::io;
use std::path::PathBuf;

/// Why a project was not made. Nothing is left of it then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No language of that name has templates.
    #[error("{asked}: there is no such language; there are {}", .known.join(", "))]
    UnknownLanguage {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The language has no template for that world.
    #[error(
        "{language} has no template of a {world}; it has {}{}",
        .has.join(", "),
        elsewhere(world, .others)
    )]
    NoTemplate {
        /// The language.
        language: &'static str,
        /// What was asked for.
        world: String,
        /// For what it has one.
        has: Vec<&'static str>,
        /// The languages that do have one for that world.
        others: Vec<&'static str>,
    },
    /// A project cannot have this name.
    #[error("{name:?} cannot be the name of a project: {problem}")]
    BadName {
        /// The name.
        name: String,
        /// Why not.
        problem: String,
    },
    /// There is something in the project's place.
    #[error("{}: there is something of that name; nothing is overwritten", folder.display())]
    Exists {
        /// The project's folder.
        folder: PathBuf,
    },
    /// The project could not be written.
    #[error("{}: {action}: {source}", path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn elsewhere(world: &str, languages: &[&str]) -> String {
    match languages {
        [] => String::new(),
        languages => format!(" (there is one of a {world} in {})", languages.join(", ")),
    }
}
