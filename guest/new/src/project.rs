//! A project that is to be made.

use crate::embedded::{File, WIT};
use crate::name::Name;
use crate::{Error, Language, Template, folder, next};
use std::borrow::Cow;
use std::path::Path;

const TEMPLATE: &str = ".template";

/// A project that is to be made: a language, a world, and a name.
#[derive(Debug, Clone)]
pub struct Project {
    language: &'static Language,
    template: &'static Template,
    name: Name,
}

/// A file of a project.
pub(crate) struct Made {
    /// Where it is in the project.
    pub(crate) path: String,
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) is_executable: bool,
}

impl Project {
    /// A project in this language, for this world: `plugin`, or `program`.
    ///
    /// # Errors
    ///
    /// When there is no such language, when it has no template for that world, or when a project cannot have that
    /// name.
    pub fn new(language: &str, world: &str, name: &str) -> Result<Project, Error> {
        let language = Language::find(language)?;
        Ok(Project {
            language,
            template: language.template(world)?,
            name: Name::parse(name, language)?,
        })
    }

    /// Writes the project. The folder around it must exist; the folder itself must not.
    ///
    /// All of it is there afterwards, or nothing is: it is written beside its place, and moved there when it is whole.
    ///
    /// # Errors
    ///
    /// When there is something in its place, or when it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        folder::write(folder, &self.files())
    }

    /// The commands that build the project and try it, to be typed in its folder.
    pub fn commands(&self) -> Vec<String> {
        let files = self.files();
        let readme = files.iter().find(|file| file.path == "README.md");
        let readme = readme.map(|file| String::from_utf8_lossy(&file.bytes));
        readme.map_or_else(Vec::new, |readme| next::commands(&readme))
    }

    fn files(&self) -> Vec<Made> {
        let template = from(self.template.files).map(|(path, file)| Made {
            path: self.name.fill_in(&path),
            bytes: match std::str::from_utf8(file.bytes) {
                Ok(text) => Cow::Owned(self.name.fill_in(text).into_bytes()),
                Err(_) => Cow::Borrowed(file.bytes),
            },
            is_executable: file.is_executable,
        });
        let copied = [("amend", self.language.sdk), ("wit", WIT)];
        let copied = copied.into_iter().flat_map(|(place, files)| {
            from(files).map(move |(path, file)| Made {
                path: format!("{place}/{path}"),
                bytes: Cow::Borrowed(file.bytes),
                is_executable: file.is_executable,
            })
        });
        template.chain(copied).collect()
    }
}

/// The files of a folder, and their paths without what is only there to hide them from tools.
fn from(files: &'static [File]) -> impl Iterator<Item = (String, &'static File)> {
    let has = |path: &str| files.iter().any(|file| file.path == path);
    files
        .iter()
        .filter(move |file| !has(&format!("{}{TEMPLATE}", file.path)))
        .map(|file| {
            let Some(path) = file.path.strip_suffix(TEMPLATE) else {
                return (file.path.to_owned(), file);
            };
            let path = match path.strip_suffix("gitignore") {
                Some(folder) if folder.is_empty() || folder.ends_with('/') => {
                    format!("{folder}.gitignore")
                }
                _ => path.to_owned(),
            };
            (path, file)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn file(path: &'static str) -> File {
        File {
            path,
            bytes: path.as_bytes(),
            is_executable: false,
        }
    }

    #[test]
    fn templates_stand_in_for_files_and_lose_their_ending() {
        static FILES: [File; 5] = [
            file("Cargo.toml"),
            file("Cargo.toml.template"),
            file("deep/gitignore.template"),
            file("my-gitignore.template"),
            file("src/lib.rs"),
        ];
        let made: Vec<_> = from(&FILES).map(|(path, file)| (path, file.path)).collect();
        let made: Vec<_> = made.iter().map(|(to, from)| (to.as_str(), *from)).collect();
        assert_eq!(
            made,
            [
                ("Cargo.toml", "Cargo.toml.template"),
                ("deep/.gitignore", "deep/gitignore.template"),
                ("my-gitignore", "my-gitignore.template"),
                ("src/lib.rs", "src/lib.rs"),
            ]
        );
    }

    #[test]
    fn what_is_not_there_is_said_with_what_is() {
        let error = |language, world| Project::new(language, world, "a").unwrap_err().to_string();
        let unknown = error("klingon", "plugin");
        assert!(
            unknown.starts_with("klingon: there is no such language; there are "),
            "{unknown}"
        );
        assert!(unknown.contains("rust"), "{unknown}");
        assert_eq!(
            error("rust", "daemon"),
            "rust has no template of a daemon; it has plugin, program"
        );
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        for language in crate::languages() {
            for world in language.worlds() {
                let project = Project::new(language.name, world, "some-name").unwrap();
                for file in project.files() {
                    let left = String::from_utf8_lossy(&file.bytes).contains("{{name");
                    assert!(!left, "{}, {world}: {}", language.name, file.path);
                    assert!(!file.path.contains("{{"), "{}", file.path);
                    assert!(!file.path.ends_with(TEMPLATE), "{}", file.path);
                }
                assert!(!project.commands().is_empty(), "{}, {world}", language.name);
            }
        }
    }
}
