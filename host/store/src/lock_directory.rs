//! The directory of a document's lock file.

use crate::disk::{Directory, Facts};
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
        let Found::Settings(settings) = settings(root, dir, document)? else {
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
        let opened = opened.and_then(|opened| if_allowed(opened, dir));
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

/// The directory for lock files, if the settings may name it.
///
/// A process that changes a document makes a lock file there, and gives it to the document's owner. Every user who may rename
/// files in the documents' directory can have made these settings, of a file of another user. So they name only a directory
/// in which each of these users could make files without them. Those in a directory of root that only root can write to
/// name any.
fn if_allowed<D: Directory>(locks: D, documents: &D) -> io::Result<D> {
    let here = OsStr::new(".");
    let (Some(documents), Some(found)) = (documents.facts(here)?, locks.facts(here)?) else {
        return Ok(locks);
    };
    if may_name(&documents, &found) {
        return Ok(locks);
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "users who can write to the documents' directory cannot write to it, so give both the same owner, group and mode",
    ))
}

fn may_name(documents: &Facts, locks: &Facts) -> bool {
    const GROUP: u32 = 0o020;
    const ALL: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let is_for = |facts: &Facts, who| facts.mode & who != 0;
    // In a sticky directory only its owner renames the files of others.
    let renames = |who| is_for(documents, who) && !is_for(documents, STICKY);
    let is_for_group = is_for(locks, GROUP) && documents.group == locks.group;
    is_for(locks, ALL)
        || (documents.user == 0 || documents.user == locks.user)
            && (!renames(GROUP) || is_for_group)
            && !renames(ALL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Kind;

    fn directory(mode: u32, user: u32, group: u32) -> Facts {
        Facts {
            device: 1,
            inode: 1,
            kind: Kind::Directory,
            mode,
            user,
            group,
            links: 2,
            size: 0,
            modified: (0, 0),
            changed: (0, 0),
        }
    }

    #[test]
    fn settings_name_a_directory_that_their_possible_authors_can_write_to() {
        for (documents, locks, is_allowed) in [
            ((0o755, 0, 0), (0o700, 0, 0), true),
            ((0o755, 0, 0), (0o700, 7, 7), true),
            ((0o755, 7, 7), (0o700, 0, 0), false),
            ((0o755, 7, 7), (0o700, 7, 7), true),
            ((0o755, 7, 7), (0o1777, 0, 0), true),
            ((0o2770, 0, 5), (0o700, 0, 0), false),
            ((0o2770, 0, 5), (0o770, 0, 6), false),
            ((0o2770, 0, 5), (0o2770, 0, 5), true),
            ((0o2770, 7, 5), (0o2770, 0, 5), false),
            ((0o777, 0, 0), (0o770, 0, 0), false),
            ((0o777, 0, 0), (0o1777, 0, 0), true),
            ((0o1777, 0, 0), (0o700, 0, 0), true),
            ((0o1777, 7, 7), (0o700, 0, 0), false),
        ] {
            let facts = |(mode, user, group)| directory(mode, user, group);
            let allowed = may_name(&facts(documents), &facts(locks));
            assert_eq!(allowed, is_allowed, "{documents:?} {locks:?}");
        }
    }
}
