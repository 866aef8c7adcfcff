//! Making a file again only when what it is made of has changed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Error, files, publish::publish};

/// What a file is made of. Two recipes are the same when every ingredient is, byte for byte, in the same order.
///
/// This is for the languages whose own tools do not know what has changed, or take seconds to find out.
#[derive(Debug, Default)]
pub(crate) struct Recipe {
    hasher: blake3::Hasher,
}

impl Recipe {
    pub(crate) fn new() -> Recipe {
        Recipe::default()
    }

    /// A folder with all that is in it: the names of its files, and what they contain.
    pub(crate) fn folder(mut self, folder: &Path) -> Result<Recipe, Error> {
        for file in files::below(folder)? {
            let name = file.strip_prefix(folder).unwrap_or(&file);
            self = self.text(&name.to_string_lossy()).file(&file)?;
        }
        // So that a file that moves to the next folder makes a difference.
        Ok(self.text(""))
    }

    /// What a file contains.
    pub(crate) fn file(self, file: &Path) -> Result<Recipe, Error> {
        let bytes = fs::read(file).map_err(Error::file("read", file))?;
        Ok(self.bytes(&bytes))
    }

    /// Whatever else makes a difference: the source code of who makes it, a version, an option.
    pub(crate) fn text(self, text: &str) -> Recipe {
        self.bytes(text.as_bytes())
    }

    fn bytes(mut self, bytes: &[u8]) -> Recipe {
        // Ingredients of any length, one after another: the lengths keep them apart.
        self.hasher.update(&(bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
        self
    }

    /// The name of what this recipe makes.
    pub(crate) fn name(&self) -> String {
        self.hasher.finalize().to_hex()[..32].to_owned()
    }

    /// Makes `output`, unless it was made of the same the last time. What makes it gets an empty folder to
    /// work in, and says which file it made there. When it fails, `output` is as it was.
    ///
    /// Only for the one who holds the build's lock.
    pub(crate) fn make(
        self,
        output: &Path,
        make: impl FnOnce(&Path) -> Result<PathBuf, Error>,
    ) -> Result<PathBuf, Error> {
        let name = self.name();
        let stamp = output.with_extension("made-of");
        if output.exists() && fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == name) {
            return Ok(output.to_owned());
        }
        let scratch = output.with_extension("scratch");
        files::empty(&scratch)?;
        let made = make(&scratch)?;
        publish(&made, output)?;
        // Last: whoever is interrupted before it makes the file again.
        fs::write(&stamp, name).map_err(Error::file("write", &stamp))?;
        fs::remove_dir_all(&scratch).map_err(Error::file("delete", &scratch))?;
        Ok(output.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Makes `out.wasm` of a folder, and counts how often that takes work.
    fn make(directory: &Path, times: &Cell<u32>) -> Result<PathBuf, Error> {
        let recipe = Recipe::new().folder(&directory.join("source"))?.text("v1");
        recipe.make(&directory.join("out.wasm"), |scratch| {
            times.set(times.get() + 1);
            let made = scratch.join("made");
            fs::write(&made, format!("made {}", times.get())).unwrap();
            Ok(made)
        })
    }

    #[test]
    fn only_a_change_takes_work() {
        let directory = tempfile::tempdir().unwrap();
        let source = directory.path().join("source");
        fs::create_dir_all(source.join("deep")).unwrap();
        fs::write(source.join("a"), "1").unwrap();
        let times = Cell::new(0);
        let made = || {
            let out = make(directory.path(), &times).unwrap();
            (fs::read_to_string(out).unwrap(), times.get())
        };
        assert_eq!(made(), ("made 1".into(), 1));
        assert_eq!(made(), ("made 1".into(), 1));
        fs::write(source.join("a"), "2").unwrap();
        assert_eq!(made(), ("made 2".into(), 2));
        fs::rename(source.join("a"), source.join("deep/a")).unwrap();
        assert_eq!(made().1, 3);
        fs::remove_file(source.join("deep/a")).unwrap();
        assert_eq!(made().1, 4);
        fs::remove_file(directory.path().join("out.wasm")).unwrap();
        assert_eq!(made().1, 5);
    }

    #[test]
    fn what_failed_is_made_again_and_the_old_one_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("source")).unwrap();
        let times = Cell::new(0);
        let out = make(directory.path(), &times).unwrap();
        fs::write(directory.path().join("source/a"), "1").unwrap();
        let recipe = Recipe::new().text("another");
        let failed = recipe.make(&out, |scratch| Ok(scratch.join("was not made")));
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&out).unwrap(), "made 1");
        make(directory.path(), &times).unwrap();
        assert_eq!(times.get(), 2);
    }

    #[test]
    fn ingredients_are_kept_apart() {
        let name = |parts: &[&str]| {
            let recipe = parts
                .iter()
                .fold(Recipe::new(), |made, part| made.text(part));
            recipe.name()
        };
        assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
        assert_ne!(name(&["a"]), name(&["a", ""]));
    }
}
