//! From guests to components.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
};

use crate::{
    Error, Guest, Progress, files, guest,
    language::{self, Language},
    publish,
    tool::Tools,
    workspace,
};

/// Where the examples are, seen from the top of the workspace.
const EXAMPLES: &str = "guest/examples";

/// Compiles the guests of one folder, and keeps the components where others find them.
#[derive(Debug)]
pub struct Builder {
    guests: Vec<Guest>,
    /// Where the components go.
    components: PathBuf,
    /// Where the languages' tools keep what they like, and where the lock file is.
    work: PathBuf,
    progress: Progress,
}

impl Builder {
    /// For the examples: `guest/examples/<language>/<name>` becomes
    /// `<target>/guests/<language>/<name>.wasm`, where `<target>` is the workspace's target directory.
    ///
    /// # Errors
    /// When the folder cannot be read, or cargo does not say where its target directory is.
    pub fn new(progress: Progress) -> Result<Self, Error> {
        Builder::of(EXAMPLES, progress)
    }

    /// For the guests of another folder, given as seen from the top of the workspace and laid out in the same
    /// way: `<folder>/<language>/<name>` becomes `<target>/guests/<folder>/<language>/<name>.wasm`.
    ///
    /// # Errors
    /// As [`Builder::new`].
    pub fn of(folder: &str, progress: Progress) -> Result<Self, Error> {
        let root = workspace::root();
        let target = workspace::metadata(&root.join("Cargo.toml"))?.target_directory;
        let built = target.join("guests");
        Ok(Builder {
            guests: guest::guests_in(&root.join(folder))?,
            components: if folder == EXAMPLES {
                built.clone()
            } else {
                built.join(folder)
            },
            work: built,
            progress,
        })
    }

    /// The guests that are asked for, each as `language` or `language/name`; all when nothing is asked for.
    ///
    /// # Errors
    /// [`Error::UnknownGuest`].
    pub fn select(&self, asked: &[String]) -> Result<Vec<Guest>, Error> {
        guest::select(self.guests.clone(), asked)
    }

    /// Compiles a guest unless nothing has changed since the last time, and returns its component's path.
    /// Waits while another process compiles.
    ///
    /// # Errors
    /// When something is missing on this machine, when the guest does not compile, when a file cannot be
    /// written, or when the guest is made of several components.
    pub fn compile(&self, guest: &Guest) -> Result<PathBuf, Error> {
        self.compile_into(&self.components.join(&guest.language), guest)
    }

    /// Compiles a guest that is one component, and keeps that in a folder under the guest's name.
    pub(crate) fn compile_into(&self, folder: &Path, guest: &Guest) -> Result<PathBuf, Error> {
        let only = |mut made: BTreeMap<String, PathBuf>| match made.pop_first() {
            Some((_, component)) if made.is_empty() => {
                Ok(BTreeMap::from([(guest.name.clone(), component)]))
            }
            _ => Err(Error::SeveralComponents {
                guest: guest.to_string(),
            }),
        };
        self.build(guest, folder, only)?;
        Ok(place(folder, &guest.name))
    }

    /// The same for a guest of any number of components, such as a cargo package with many binaries: they are
    /// compiled in one go, and each becomes `<name of the guest>/<name of the component>.wasm`. Returns their
    /// paths by their names.
    ///
    /// # Errors
    /// As [`Builder::compile`].
    pub fn compile_all(&self, guest: &Guest) -> Result<BTreeMap<String, PathBuf>, Error> {
        let folder = self.components.join(&guest.language).join(&guest.name);
        self.build(guest, &folder, Ok)
    }

    /// Compiles a guest and puts into a folder what is kept of its components, under the names they are kept by.
    fn build(
        &self,
        guest: &Guest,
        folder: &Path,
        keep: impl FnOnce(BTreeMap<String, PathBuf>) -> Result<BTreeMap<String, PathBuf>, Error>,
    ) -> Result<BTreeMap<String, PathBuf>, Error> {
        let language = language::language_of(guest)?;
        files::create(folder)?;
        self.with_tools(language, |tools| {
            let mut components = keep(language.compile(guest, tools)?)?;
            for (name, component) in &mut components {
                let made = std::mem::replace(component, place(folder, name));
                publish::publish(&made, component)?;
            }
            Ok(components)
        })
    }

    /// Calls a function with a language's tools, while no other process uses them.
    pub(crate) fn with_tools<T>(
        &self,
        language: &dyn Language,
        work: impl FnOnce(&Tools) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let tools = self.tools(language.name())?;
        let _lock = self.lock()?;
        language.prepare(&tools)?;
        work(&tools)
    }

    /// What to work with, and a folder of this name to work in.
    pub(crate) fn tools(&self, name: &str) -> Result<Tools, Error> {
        let work = self.work.join("work").join(name);
        files::create(&work)?;
        Ok(Tools {
            work,
            installed: self.work.join("tools"),
            progress: self.progress,
        })
    }

    /// Waits for the lock file, which is held as long as the file that comes back is open. It is never deleted:
    /// somebody might be waiting for it.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.work.join("lock");
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::file("open", &path))?;
        file.lock().map_err(Error::file("lock", &path))?;
        Ok(file)
    }

    /// The folder of all that is compiled.
    pub(crate) fn compiled(&self) -> &Path {
        &self.work
    }
}

/// Where a component of this name is kept.
fn place(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wasm"))
}
