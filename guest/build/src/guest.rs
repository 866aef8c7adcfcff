//! Which guests there are: the folders say it.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use crate::Error;

/// One guest: a folder `<language>/<name>` with its source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guest {
    /// The language it is written in, as its folder spells it: `rust`.
    pub language: String,
    /// Its name among the guests of that language: `counter`.
    pub name: String,
    /// Where its source is.
    pub folder: PathBuf,
}

impl fmt::Display for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.language, self.name)
    }
}

/// What a guest is, in the words of the contract: see `wit/worlds.wit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// An updater: its source is `updater` and the language's ending.
    Plugin,
    /// A program: its source is `program` and the language's ending.
    Program,
}

impl Guest {
    /// Which world it is made for, by the name of its source file. Not for Rust, where Cargo.toml says it.
    ///
    /// # Errors
    /// [`Error::NoSource`] when it has neither file, or both.
    pub fn world(&self) -> Result<World, Error> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(Error::file("list", &self.folder))? {
            let path = entry.map_err(Error::file("list", &self.folder))?.path();
            names.extend(path.file_stem().map(std::ffi::OsStr::to_owned));
        }
        let has = |stem: &str| names.iter().any(|name| name == stem);
        match (has("updater"), has("program")) {
            (true, false) => Ok(World::Plugin),
            (false, true) => Ok(World::Program),
            _ => Err(Error::NoSource {
                folder: self.folder.clone(),
            }),
        }
    }
}

/// The guests below a folder, sorted.
pub(crate) fn guests_in(root: &Path) -> Result<Vec<Guest>, Error> {
    let mut guests = Vec::new();
    for (language, folder) in folders_in(root)? {
        for (name, folder) in folders_in(&folder)? {
            guests.push(Guest {
                language: language.clone(),
                name,
                folder,
            });
        }
    }
    guests.sort();
    Ok(guests)
}

/// Those of the guests that were asked for, each as `language` or `language/name`; all when nothing was asked
/// for. Each once, in the guests' own order.
pub(crate) fn select(guests: Vec<Guest>, asked: &[String]) -> Result<Vec<Guest>, Error> {
    let is_asked_for =
        |asked: &String, guest: &Guest| *asked == guest.language || *asked == guest.to_string();
    if let Some(unknown) = asked
        .iter()
        .find(|asked| !guests.iter().any(|guest| is_asked_for(asked, guest)))
    {
        let known = guests.iter().map(Guest::to_string).collect();
        return Err(Error::UnknownGuest {
            asked: unknown.clone(),
            known,
        });
    }
    Ok(guests
        .into_iter()
        .filter(|guest| asked.is_empty() || asked.iter().any(|asked| is_asked_for(asked, guest)))
        .collect())
}

fn folders_in(parent: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(parent).map_err(Error::file("list", parent))? {
        let path = entry.map_err(Error::file("list", parent))?.path();
        // A name that is not UTF-8 is no guest's: nobody could ask for it.
        if let Some(name) = path.file_name().and_then(|name| name.to_str())
            && !name.starts_with('.')
            && path.is_dir()
        {
            folders.push((name.to_owned(), path));
        }
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> (tempfile::TempDir, Vec<Guest>) {
        let root = tempfile::tempdir().unwrap();
        for guest in [
            "rust/counter",
            "go/counter",
            "go/token",
            ".git/refs",
            "rust/.cache",
        ] {
            fs::create_dir_all(root.path().join(guest)).unwrap();
        }
        fs::write(root.path().join("README.md"), "").unwrap();
        let guests = guests_in(root.path()).unwrap();
        (root, guests)
    }

    fn selected(asked: &[&str]) -> Result<Vec<String>, Error> {
        let asked: Vec<_> = asked.iter().map(|&asked| asked.to_owned()).collect();
        Ok(select(three().1, &asked)?
            .iter()
            .map(Guest::to_string)
            .collect())
    }

    #[test]
    fn folders_are_guests() {
        let (root, guests) = three();
        let names: Vec<_> = guests.iter().map(Guest::to_string).collect();
        assert_eq!(names, ["go/counter", "go/token", "rust/counter"]);
        assert_eq!(guests[1].folder, root.path().join("go/token"));
    }

    #[test]
    fn the_source_says_what_it_is() {
        let (_root, guests) = three();
        let has = |file: &str| {
            fs::write(guests[0].folder.join(file), "").unwrap();
            guests[0].world()
        };
        has("notes.txt").unwrap_err();
        assert_eq!(has("updater.go").unwrap(), World::Plugin);
        let error = has("program.go").unwrap_err().to_string();
        assert!(error.contains("either updater.* or program.*"), "{error}");
        fs::remove_file(guests[0].folder.join("updater.go")).unwrap();
        assert_eq!(guests[0].world().unwrap(), World::Program);
    }

    #[test]
    fn all_or_one_language_or_one() {
        assert_eq!(
            selected(&[]).unwrap(),
            ["go/counter", "go/token", "rust/counter"]
        );
        assert_eq!(selected(&["go"]).unwrap(), ["go/counter", "go/token"]);
        assert_eq!(
            selected(&["rust/counter", "go/token", "go"]).unwrap(),
            ["go/counter", "go/token", "rust/counter"]
        );
    }

    #[test]
    fn an_unknown_guest_is_told_the_others() {
        for asked in ["rust/conter", "java", "", "counter", "go/"] {
            assert_eq!(
                selected(&["rust", asked]).unwrap_err().to_string(),
                format!(
                    "there is no guest {asked:?}; there are: go/counter, go/token, rust/counter"
                )
            );
        }
    }
}
