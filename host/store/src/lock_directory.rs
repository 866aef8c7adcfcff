//! The directory of a document's lock file.

use crate::acl::ACL;
use crate::disk::{Directory, Facts, File};
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
        let contradiction = |settings| Error::LockDirectories {
            path: root.show(document),
            settings,
            options: option.map(|option| option.path.clone()),
        };
        let Some(named) = settings.lock_directory else {
            return match option {
                None => Ok(LockDirectory::Beside),
                Some(_) => Err(contradiction(None)),
            };
        };
        // For messages: the settings may name it from the document's directory.
        let path = root.show(document).with_file_name(&named);
        let opened = open(dir, &named).and_then(|locks| Ok((locks.identity()?, locks)));
        let (identity, locks) = match (opened, option) {
            (Ok(opened), _) => opened,
            (Err(_), Some(_)) => return Err(contradiction(Some(path))),
            (Err(error), None) => {
                let error = error.into();
                return Ok(LockDirectory::Unopened { path, error });
            }
        };
        let looking = |error| Error::Io {
            path: root.show(document),
            action: "looking at the directory for lock files",
            source: Arc::new(error),
        };
        if let Some(option) = option
            && option.dir.identity().map_err(looking)? != identity
        {
            return Err(contradiction(Some(path)));
        }
        // By whichever path and option it is named: a lock file beside the document has another name.
        if dir.identity().map_err(looking)? == identity {
            return Ok(LockDirectory::Beside);
        }
        Ok(LockDirectory::Settings(Named { dir: locks, path }))
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
                let remedy = match error.kind() {
                    io::ErrorKind::NotFound => "make it, or name another one",
                    _ => "or name another one",
                };
                let path = path.display();
                let text = format!("the lock directory {path} cannot be used: {error}; {remedy}");
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

/// Opens the directory that the settings name: by an absolute path, or by one below the documents' directory.
fn open<D: Directory>(documents: &D, path: &Path) -> io::Result<D> {
    let locks = if path.is_absolute() {
        documents.open_anywhere(path)?
    } else {
        documents.open_directory(path)?
    };
    if_allowed(locks, documents)
}

/// The directory for lock files, if the settings may name it.
///
/// A process that changes a document makes a lock file there, and gives it to the document's owner. Every user who may rename
/// files in the documents' directory can have made these settings, of a file of another user. So they name only a directory
/// in which each of these users could make files without them. Those in a directory of root that only root can write to
/// name any.
fn if_allowed<D: Directory>(locks: D, documents_directory: &D) -> io::Result<D> {
    let here = OsStr::new(".");
    let found = (documents_directory.facts(here)?, locks.facts(here)?);
    let (Some(documents), Some(found)) = found else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let lists = [has_list(documents_directory)?, has_list(&locks)?];
    if may_name(&documents, &found, lists) {
        return Ok(locks);
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "users who can write to the documents' directory cannot write to it; give both the same owner, group and mode",
    ))
}

/// Whether a directory has an access control list.
fn has_list<D: Directory>(directory: &D) -> io::Result<bool> {
    let attributes = directory.as_file()?.attributes()?;
    Ok(attributes.iter().any(|(name, _)| name == ACL))
}

/// `lists` tells whether either directory has an access control list. Its entries are not compared: a list of the documents'
/// directory can admit any user, and one of the lock directory can keep any user out.
fn may_name(documents: &Facts, locks: &Facts, lists: [bool; 2]) -> bool {
    const GROUP: u32 = 0o020;
    const ALL: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let [is_documents_listed, is_locks_listed] = lists;
    // To make a file takes the right to write and to search.
    let admits = |bits: u32| !is_locks_listed && locks.mode & bits == bits;
    // In a sticky directory only its owner renames the files of others.
    let renames = |bits: u32| documents.mode & bits != 0 && documents.mode & STICKY == 0;
    let admits_owner = documents.user == 0 || documents.user == locks.user;
    let admits_group = documents.group == locks.group && admits(0o030) && !is_documents_listed;
    admits(0o333) || admits_owner && (!renames(GROUP) || admits_group) && !renames(ALL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Kind;

    fn directory(mode: u32, user: u32, group: u32) -> Facts {
        Facts::sample(Kind::Directory, mode, user, group)
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
            ((0o777, 0, 0), (0o776, 0, 0), false),
            ((0o777, 0, 0), (0o1757, 0, 5), false),
        ] {
            let facts = |(mode, user, group)| directory(mode, user, group);
            let (documents, locks) = (facts(documents), facts(locks));
            let allowed = may_name(&documents, &locks, [false; 2]);
            assert_eq!(allowed, is_allowed, "{documents:?} {locks:?}");
        }
        let group = directory(0o2770, 0, 5);
        for lists in [[true, false], [false, true]] {
            assert!(!may_name(&group, &group, lists), "{lists:?}");
        }
    }
}
