//! A document in a directory that several users share, in one of the usual ways.

use crate::directory::look;
use crate::user::{GROUP, ROOT, USERS, User};
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How users share a directory. The document belongs to the first user and is writable for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Mode 0755, of the first user: the others may create and rename nothing in it.
    Private,
    /// Mode 1777, of root, like `/tmp`: the others may create files, and not replace the first user's.
    Sticky,
    /// Mode 2775, of the common group: all of them may replace the document.
    Shared,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Private, Kind::Sticky, Kind::Shared];

    /// Whether one of [`USERS`], or root, may replace the document.
    pub fn may_commit(self, user: User) -> bool {
        user == ROOT || user == USERS[0] || self == Kind::Shared
    }
}

/// A directory with a document in it.
#[derive(Debug)]
pub struct Ground {
    /// The directory.
    pub directory: PathBuf,
    /// The document, `d.json`.
    pub document: PathBuf,
    scratch: TempDir,
}

impl Ground {
    /// Makes one for this process's user alone.
    ///
    /// # Panics
    ///
    /// When the temporary directory cannot be written.
    pub fn new(text: &str) -> Ground {
        Ground::within(tempfile::tempdir(), text)
    }

    /// The same in another directory, which may be on a file system of its own.
    ///
    /// # Panics
    ///
    /// When the directory cannot be written.
    pub fn in_directory(directory: &Path, text: &str) -> Ground {
        Ground::within(tempfile::tempdir_in(directory), text)
    }

    /// Makes one that [`USERS`] share. Only root can.
    ///
    /// # Panics
    ///
    /// When the process is not root, or the temporary directory cannot be written.
    pub fn shared(kind: Kind, text: &str) -> Ground {
        Ground::new(text).share(kind)
    }

    /// Lets [`USERS`] share it.
    ///
    /// # Panics
    ///
    /// When the process is not root.
    #[must_use]
    pub fn share(self, kind: Kind) -> Ground {
        let ground = self;
        let (owner, mode) = match kind {
            Kind::Private => (USERS[0].id, 0o755),
            Kind::Sticky => (0, 0o1777),
            Kind::Shared => (0, 0o2775),
        };
        let group = if kind == Kind::Sticky { 0 } else { GROUP };
        set(ground.scratch.path(), 0, 0, 0o755);
        set(&ground.directory, owner, group, mode);
        set(&ground.document, USERS[0].id, GROUP, 0o664);
        ground
    }

    fn within(scratch: io::Result<TempDir>, text: &str) -> Ground {
        let scratch = scratch.expect("a temporary directory");
        let directory = scratch.path().join("d");
        let document = directory.join("d.json");
        fs::create_dir(&directory).expect("the temporary directory can be written");
        fs::write(&document, text).expect("the directory can be written");
        Ground {
            directory,
            document,
            scratch,
        }
    }

    /// A directory beside the document's, which all users can reach: for a copy of a program.
    pub fn beside(&self) -> &Path {
        self.scratch.path()
    }

    /// The document's lock file.
    pub fn lock(&self) -> PathBuf {
        self.directory.join("d.json.lock")
    }

    /// Takes the lock, if it is free.
    pub fn try_hold(&self) -> Option<File> {
        let lock = File::open(self.lock()).ok()?;
        lock.try_lock().is_ok().then_some(lock)
    }

    /// The names in the directory, but for those of the document and its lock file.
    pub fn leftovers(&self) -> Vec<String> {
        let names = look(&self.directory).into_keys();
        names
            .filter(|name| !["d.json", "d.json.lock"].contains(&name.as_str()))
            .collect()
    }
}

/// Gives a file or directory this owner, group and mode.
///
/// # Panics
///
/// When the process may not.
pub fn set(path: &Path, user: u32, group: u32, mode: u32) {
    chown(path, Some(user), Some(group)).expect("root may give a file away");
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("root may change a mode");
}
