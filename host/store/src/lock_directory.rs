//! The directory of a document's lock file.

use crate::disk::Directory;
use crate::error::Error;
use crate::place::Root;
use crate::settings::{Found, settings};
use std::ffi::OsStr;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the lock files of a directory's documents are.
#[derive(Debug)]
pub(crate) enum LockDirectory<'r, D> {
    /// Beside the documents.
    Beside,
    /// Where the options of the store say.
    Option(&'r Named<D>),
    /// Where the settings of the directory say.
    Settings(Named<D>),
    /// The settings say it, and it cannot be opened.
    Unopened {
        path: PathBuf,
        error: Arc<io::Error>,
    },
}

/// A directory, and its path for messages.
#[derive(Debug)]
pub(crate) struct Named<D> {
    pub(crate) dir: D,
    pub(crate) path: PathBuf,
}

impl<'r, D: Directory> LockDirectory<'r, D> {
    /// Finds it for the documents of a directory.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`], and [`Error::LockDirectories`] when the options and the settings disagree.
    pub(crate) fn find(
        root: &'r Root<D>,
        dir: &D,
        document: &Path,
    ) -> Result<LockDirectory<'r, D>, Error> {
        let option = root.lock_directory();
        let Found::Settings(settings, owner) = settings(root, dir, document)? else {
            return Ok(option.map_or(LockDirectory::Beside, LockDirectory::Option));
        };
        let contradicts = |settings| Error::LockDirectories {
            path: root.show(document),
            settings,
            options: option.map(|option| option.path.clone()),
        };
        let Some(path) = settings.lock_directory else {
            return match option {
                None => Ok(LockDirectory::Beside),
                Some(_) => Err(contradicts(None)),
            };
        };
        let opened = if path.is_absolute() {
            dir.open_anywhere(&path)
        } else {
            dir.open_directory(&path)
        };
        // For messages: the settings may name it from the document's directory.
        let path = root.show(document).with_file_name(path);
        let opened = opened.and_then(|opened| of_owner(opened, owner));
        let is_beside = |opened: &D| Ok::<_, io::Error>(opened.identity()? == dir.identity()?);
        if let (Ok(opened), None) = (&opened, option)
            && matches!(is_beside(opened), Ok(true))
        {
            return Ok(LockDirectory::Beside);
        }
        let is_same = |opened: &D, option: &Named<D>| {
            Ok::<_, io::Error>(opened.identity()? == option.dir.identity()?)
        };
        match (opened, option) {
            (Ok(opened), Some(option)) => match is_same(&opened, option) {
                Ok(true) => Ok(LockDirectory::Option(option)),
                _ => Err(contradicts(Some(path))),
            },
            (Err(_), Some(_)) => Err(contradicts(Some(path))),
            (Ok(dir), None) => Ok(LockDirectory::Settings(Named { dir, path })),
            (Err(error), None) => Ok(LockDirectory::Unopened {
                path,
                error: error.into(),
            }),
        }
    }

    /// The directory itself, and that of the document where the lock file is beside it.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] when it cannot be opened.
    pub(crate) fn open<'d>(
        &'d self,
        beside: &'d impl Deref<Target = D>,
        document: &Path,
    ) -> Result<&'d D, Error> {
        match self {
            LockDirectory::Beside => Ok(beside),
            LockDirectory::Option(named) => Ok(&named.dir),
            LockDirectory::Settings(named) => Ok(&named.dir),
            LockDirectory::Unopened { path, error } => {
                let path = path.display();
                let text = format!(
                    "the lock directory {path} cannot be opened: {error}; make it, or name another one"
                );
                Err(Error::Settings {
                    path: document.to_owned(),
                    source: Arc::new(io::Error::new(error.kind(), text)),
                })
            }
        }
    }

    /// Its path; `None` where the lock file is beside the document.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            LockDirectory::Beside => None,
            LockDirectory::Option(named) => Some(&named.path),
            LockDirectory::Settings(named) => Some(&named.path),
            LockDirectory::Unopened { path, .. } => Some(path),
        }
    }
}

/// A process that changes a document makes a lock file in this directory, and gives it to the document's owner. A user's
/// settings could therefore make root create files in a directory of another user. So they name only a directory of that
/// user. Those of root name any.
fn of_owner<D: Directory>(directory: D, owner: u32) -> io::Result<D> {
    let facts = directory.facts(OsStr::new("."))?;
    match facts {
        Some(facts) if owner != 0 && facts.user != owner => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "it belongs to user {}, and the settings to user {owner}, who is not root",
                facts.user
            ),
        )),
        _ => Ok(directory),
    }
}
