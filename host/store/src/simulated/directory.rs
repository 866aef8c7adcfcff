//! The trait of the store's directories, on the simulated disk.

use super::disk::Disk;
use super::file::{DOCUMENT_AS_LOCK, Role, SimulatedFile};
use super::locks;
use super::model::{Model, ROOT};
use super::mutation::Mutation;
use super::node::{Change, Directory as Entries, Node};
use super::users::{READ, WRITE};
use super::watch::DOCUMENT;
use crate::disk::{Directory, Facts, Open};
use crate::file_system::FileSystem;
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

#[derive(Debug)]
pub(super) struct SimulatedDirectory {
    pub(super) disk: Disk,
    pub(super) writer: usize,
    pub(super) inode: u64,
}

impl SimulatedDirectory {
    pub(super) fn root(disk: Disk, writer: usize) -> SimulatedDirectory {
        SimulatedDirectory {
            disk,
            writer,
            inode: ROOT,
        }
    }

    fn walk(&self, model: &Model, path: &Path) -> io::Result<u64> {
        path.components().try_fold(self.inode, |at, part| {
            let found = match part {
                Component::CurDir => Some(at),
                Component::Normal(name) => model.find(at, name),
                other => panic!("{other:?} in a path"),
            };
            found.ok_or_else(|| Errno::NOENT.into())
        })
    }
}

impl Directory for SimulatedDirectory {
    type File = SimulatedFile;

    fn open_directory(&self, path: &Path) -> io::Result<SimulatedDirectory> {
        self.disk.call(self.writer, "open directory", |state| {
            Ok(SimulatedDirectory {
                disk: self.disk.clone(),
                writer: self.writer,
                inode: self.walk(&state.model, path)?,
            })
        })
    }

    fn open_anywhere(&self, _: &Path) -> io::Result<SimulatedDirectory> {
        Err(Errno::NOENT.into())
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.disk.call(self.writer, "make directory", |state| {
            let parent = self.walk(&state.model, path.parent().unwrap())?;
            let name = path.file_name().unwrap();
            if state.model.find(parent, name).is_some() {
                return Err(Errno::EXIST.into());
            }
            let user = state.user(self.writer);
            state.model.check(user, parent, WRITE)?;
            let directory = Node::Directory(Entries::default());
            let made = state.model.make(user, 0o755, directory);
            state.model.change(parent, Change::Set(name.into(), made));
            Ok(())
        })
    }

    fn link_target(&self, _: &OsStr) -> io::Result<Option<PathBuf>> {
        self.disk.call(self.writer, "read link", |_| Ok(None))
    }

    fn open(&self, name: &OsStr, how: Open) -> io::Result<SimulatedFile> {
        self.open_file(name, how)
    }

    fn open_unnamed(&self, mode: u32) -> io::Result<Option<SimulatedFile>> {
        self.disk
            .call(self.writer, "make file without a name", |state| {
                let made = self.make(state, None, mode)?;
                Ok(Some(self.handle(state, made, true, Role::Other)))
            })
    }

    fn is_late_link_durable(&self) -> bool {
        let state = self.disk.lock();
        state.mutation == Mutation::LinkAfterSync || state.model.has_late_links
    }

    fn link(&self, file: &SimulatedFile, name: &OsStr) -> io::Result<()> {
        let call = match Role::of(name) {
            Role::Lock => "link lock file",
            _ => "link",
        };
        self.disk.call(self.writer, call, |state| {
            if state.model.find(self.inode, name).is_some() {
                return Err(Errno::EXIST.into());
            }
            let user = state.user(self.writer);
            state.model.check(user, self.inode, WRITE)?;
            let change = Change::Set(name.into(), file.inode);
            state.model.change(self.inode, change);
            Ok(())
        })
    }

    fn facts(&self, name: &OsStr) -> io::Result<Option<Facts>> {
        self.disk.call(self.writer, "look at a name", |state| {
            if state.mutation == Mutation::LockOnDocument && Role::of(name) == Role::Lock {
                return Ok(Some(Facts {
                    inode: DOCUMENT_AS_LOCK,
                    ..state.facts(self.inode)
                }));
            }
            let found = state.model.find(self.inode, name);
            if let Some(inode) = found {
                state.looks(self.writer, inode, false);
            }
            Ok(found.map(|inode| state.facts(inode)))
        })
    }

    fn check_writable(&self, name: &OsStr) -> io::Result<()> {
        self.disk.call(self.writer, "check permissions", |state| {
            let found = state.model.find(self.inode, name).ok_or(Errno::NOENT)?;
            let user = state.user(self.writer);
            Ok(state.model.check(user, found, WRITE)?)
        })
    }

    fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        let inode = self.disk.call(self.writer, "rename", |state| {
            let inode = state.model.find(self.inode, from).ok_or(Errno::NOENT)?;
            let replaced = state.model.find(self.inode, to);
            let user = state.user(self.writer);
            for file in [inode].into_iter().chain(replaced) {
                state.model.check_unlink(user, self.inode, file)?;
            }
            if let Some(replaced) = replaced
                && state.model.refuses_to_replace(replaced)
            {
                state.model.doom(self.inode, to, replaced);
                return Err(Errno::ACCESS.into());
            }
            if self.inode == ROOT && to == DOCUMENT {
                state.replaces(self.writer, inode);
            }
            let now = state.model.now();
            state.model.inode(inode).changed = now;
            let change = Change::Rename {
                from: from.into(),
                to: to.into(),
                inode,
            };
            state.model.change(self.inode, change);
            Ok(inode)
        })?;
        if self.disk.lock().mutation == Mutation::RenameFirst {
            self.disk.call(self.writer, "sync file", |state| {
                state.sync_file(inode);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn remove(&self, name: &OsStr) -> io::Result<()> {
        self.disk.call(self.writer, "remove", |state| {
            if let Some(inode) = state.model.find(self.inode, name) {
                let user = state.user(self.writer);
                state.model.check_unlink(user, self.inode, inode)?;
                state.model.change(self.inode, Change::Remove(name.into()));
            }
            Ok(())
        })
    }

    /// Another one for every writer: the model checker runs them all on one thread, on which none may update a
    /// document inside of its own update.
    fn identity(&self) -> io::Result<(u64, u64)> {
        Ok((self.writer as u64, self.inode))
    }

    fn user(&self) -> u32 {
        self.disk.lock().user(self.writer)
    }

    fn may_change_names(&self) -> io::Result<bool> {
        let name = "check permissions of the directory";
        self.disk.call(self.writer, name, |state| {
            let user = state.user(self.writer);
            Ok(state.model.check(user, self.inode, WRITE).is_ok())
        })
    }

    fn pause(&self, time: Duration) {
        locks::pause(&self.disk, self.writer, time);
    }

    fn file_system(&self) -> io::Result<FileSystem> {
        Ok(self.disk.lock().model.file_system)
    }

    fn as_file(&self) -> io::Result<SimulatedFile> {
        self.disk
            .call(self.writer, "open directory to sync", |state| {
                let user = state.user(self.writer);
                state.model.check(user, self.inode, READ)?;
                Ok(self.handle(state, self.inode, false, Role::Other))
            })
    }
}
