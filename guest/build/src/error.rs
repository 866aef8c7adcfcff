//! Why there is no component.

use std::{io, path::PathBuf};

/// Why a guest could not be compiled. The message says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No guest, or no language, is called that.
    #[error("there is no guest {asked:?}; there are: {}", known.join(", "))]
    UnknownGuest {
        /// What was asked for.
        asked: String,
        /// Every guest that there is.
        known: Vec<String>,
    },
    /// A folder of guests in a language that nobody taught this program.
    #[error("{}: guests in {language} cannot be compiled: there is no {language}.rs in guest/build/src", folder.display())]
    UnknownLanguage {
        /// The folder's name.
        language: String,
        /// The folder.
        folder: PathBuf,
    },
    /// A guest's source is not where it is looked for.
    #[error("{}: a guest's source is either updater.* or program.*", folder.display())]
    NoSource {
        /// The guest's folder.
        folder: PathBuf,
    },
    /// One component was asked for, and the guest is made of several.
    #[error("{guest} is made of several components")]
    SeveralComponents {
        /// The guest.
        guest: String,
    },
    /// The machine lacks something that could not be installed from here.
    #[error("{what} is not installed. Run `{remedy}`, then try again.\n{reason}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// The command that installs it.
        remedy: String,
        /// Why it was not installed from here.
        reason: String,
    },
    /// A tool is not there, or cannot be run.
    #[error("cannot run `{command}`: is it installed and in the PATH?")]
    CannotRun {
        /// The command line.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// A tool ran and failed.
    #[error("`{command}` failed ({status})\n{output}")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it wrote to standard error, unless that was shown as it came.
        output: String,
    },
    /// A tool ran, but what it answered is not what this program was written for.
    #[error("`{command}`: {problem}")]
    Unexpected {
        /// The command line.
        command: String,
        /// What is wrong with the answer.
        problem: String,
    },
    /// A component cannot be plugged into the filter.
    #[error("{} cannot be plugged into the filter", component.display())]
    Plug {
        /// The component.
        component: PathBuf,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file or a directory could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was being done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: what was being done to which file.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::File {
            action,
            path,
            source,
        }
    }
}
