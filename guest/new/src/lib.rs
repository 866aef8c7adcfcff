//! Makes projects for guests: what `amend new` does.
//!
//! ```
//! use amend_guest_new::Project;
//!
//! let project = Project::new("rust", "plugin", "apples")?;
//! let folder = std::env::temp_dir().join(format!("apples-{}", std::process::id()));
//! project.write(&folder)?;
//! assert!(folder.join("README.md").is_file());
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a project is made of
//!
//! Everything is in the program, so a project is made without a network, and without this repository:
//!
//! | in the project | comes from | |
//! | --- | --- | --- |
//! | | `guest/<language>/new/<world>` | the template: `{{name}}` stands for the project's name, `{{name_snake}}` for the same with `_`, in files and in their names |
//! | `amend` | `guest/<language>/sdk` | what a guest in that language needs of us, as it is |
//! | `wit` | `wit` | the contract |
//!
//! A file whose name ends in `.template` loses that ending: tools would trip over a `Cargo.toml` that is not yet one.
//! Where there is a `Cargo.toml` as well, the template stands in for it. `gitignore.template` becomes `.gitignore`.
//!
//! `guest/<language>/new/reserved` has the names that a project in that language cannot have, one in a line.
//!
//! # Adding a language
//!
//! A folder `guest/<language>/new/plugin`. Nothing lists it a second time. Its README.md has the commands that build
//! and test the project, in blocks marked `console`, in lines that begin with `$ `; the tests of this repository run
//! them word for word.

pub use embedded::{Language, Template, languages};
pub use error::Error;
pub use project::Project;

mod embedded;
mod error;
mod folder;
mod name;
mod next;
mod project;
