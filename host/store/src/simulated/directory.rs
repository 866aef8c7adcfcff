//! The trait of the store's directories, on the simulated disk.

use super::disk::{Disk, State};
use super::file::{DOCUMENT_AS_LOCK, SimulatedFile, What};
use super::harm::Broken;
use super::world::{Change, Directory as Entries, File as Bytes, Node, ROOT, World};
use crate::disk::{Directory, Facts, Open};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

#[derive(Debug)]
pub(super) struct SimulatedDirectory {
    disk: Disk,
    writer: usize,
    inode: u64,
}

impl SimulatedDirectory {
    pub(super) fn root(disk: Disk, writer: usize) -> SimulatedDirectory {
        SimulatedDirectory {
            disk,
            writer,
            inode: ROOT,
        }
    }

    fn walk(&self, world: &World, path: &Path) -> io::Result<u64> {
        path.components().try_fold(self.inode, |at, part| {
            let found = match part {
                Component::CurDir => Some(at),
                Component::Normal(name) => world.find(at, name),
                other => panic!("{other:?} in a path"),
            };
            found.ok_or_else(|| Errno::NOENT.into())
        })
    }

    fn handle(&self, state: &mut State, inode: u64, what: What) -> SimulatedFile {
        state.handles += 1;
        SimulatedFile {
            disk: self.disk.clone(),
            writer: self.writer,
            inode,
            id: (self.writer as u64) << 32 | state.handles,
            what,
        }
    }
}

impl Directory for SimulatedDirectory {
    type File = SimulatedFile;

    fn open_directory(&self, path: &Path) -> io::Result<SimulatedDirectory> {
        self.disk.call(self.writer, "open directory", |state| {
            Ok(SimulatedDirectory {
                disk: self.disk.clone(),
                writer: self.writer,
                inode: self.walk(&state.world, path)?,
            })
        })
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.disk.call(self.writer, "make directory", |state| {
            let parent = self.walk(&state.world, path.parent().unwrap())?;
            let name = path.file_name().unwrap();
            if state.world.find(parent, name).is_some() {
                return Err(Errno::EXIST.into());
            }
            let made = state.world.make(0o755, Node::Directory(Entries::default()));
            state.world.change(parent, Change::Set(name.into(), made));
            Ok(())
        })
    }

    fn link_target(&self, _: &OsStr) -> io::Result<Option<PathBuf>> {
        self.disk.call(self.writer, "read link", |_| Ok(None))
    }

    fn open(&self, name: &OsStr, how: Open) -> io::Result<SimulatedFile> {
        let call = match how {
            Open::Read => "open document",
            Open::Lock => "open lock file",
            Open::Write => "open to write",
            Open::New { .. } => "make temporary file",
        };
        self.disk.call(self.writer, call, |state| {
            let is_staging_file = name.as_encoded_bytes().ends_with(b".staging.tmp");
            let mut name = name.to_owned();
            let as_lock = state.broken == Broken::LockOnDocument && how == Open::Lock;
            if as_lock {
                name = name.to_str().unwrap().trim_end_matches(".lock").into();
            }
            let found = state.world.find(self.inode, &name);
            let inode = match (how, found) {
                (Open::Read | Open::Lock | Open::Write, Some(inode)) => inode,
                (Open::Read | Open::Write, None) => return Err(Errno::NOENT.into()),
                (Open::New { .. }, Some(_)) => return Err(Errno::EXIST.into()),
                (Open::Lock | Open::New { .. }, None) => {
                    let mode = match how {
                        Open::New { mode } => mode & !0o022,
                        _ => 0o644,
                    };
                    let made = state.world.make(mode, Node::File(Bytes::default()));
                    state.world.change(self.inode, Change::Set(name, made));
                    made
                }
            };
            let what = if as_lock {
                What::DocumentAsLock
            } else if is_staging_file {
                What::StagingFile
            } else {
                What::Other
            };
            Ok(self.handle(state, inode, what))
        })
    }

    fn open_unnamed(&self, mode: u32) -> io::Result<Option<SimulatedFile>> {
        self.disk
            .call(self.writer, "make file without a name", |state| {
                let made = state
                    .world
                    .make(mode & !0o022, Node::File(Bytes::default()));
                Ok(Some(self.handle(state, made, What::Other)))
            })
    }

    fn link(&self, file: &SimulatedFile, name: &OsStr) -> io::Result<()> {
        self.disk.call(self.writer, "link", |state| {
            if state.world.find(self.inode, name).is_some() {
                return Err(Errno::EXIST.into());
            }
            let change = Change::Set(name.into(), file.inode);
            state.world.change(self.inode, change);
            Ok(())
        })
    }

    fn facts(&self, name: &OsStr) -> io::Result<Option<Facts>> {
        self.disk.call(self.writer, "look at a name", |state| {
            if state.broken == Broken::LockOnDocument && name.as_encoded_bytes().ends_with(b".lock")
            {
                return Ok(Some(Facts {
                    inode: DOCUMENT_AS_LOCK,
                    ..state.facts(self.inode)
                }));
            }
            let found = state.world.find(self.inode, name);
            Ok(found.map(|inode| state.facts(inode)))
        })
    }

    fn check_writable(&self, _: &OsStr) -> io::Result<()> {
        self.disk.call(self.writer, "check permissions", |_| Ok(()))
    }

    fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        let inode = self.disk.call(self.writer, "rename", |state| {
            let inode = state.world.find(self.inode, from);
            let inode = inode.ok_or(Errno::NOENT)?;
            let now = state.world.tick();
            state.world.inodes.get_mut(&inode).unwrap().changed = now;
            let change = Change::Rename {
                from: from.into(),
                to: to.into(),
                inode,
            };
            state.world.change(self.inode, change);
            Ok(inode)
        })?;
        if self.disk.lock().broken == Broken::RenameFirst {
            self.disk.call(self.writer, "sync file", |state| {
                state.sync_file(inode);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn remove(&self, name: &OsStr) -> io::Result<()> {
        self.disk.call(self.writer, "remove", |state| {
            if state.world.find(self.inode, name).is_some() {
                state.world.change(self.inode, Change::Remove(name.into()));
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
        0
    }

    fn may_change_names(&self) -> io::Result<bool> {
        self.disk
            .call(self.writer, "check permissions of the directory", |_| {
                Ok(true)
            })
    }

    fn pause(&self, _: std::time::Duration) {
        if self.disk.lock().is_scheduled {
            shuttle::thread::yield_now();
        }
    }

    fn is_local(&self) -> io::Result<bool> {
        Ok(true)
    }

    fn as_file(&self) -> io::Result<SimulatedFile> {
        self.disk
            .call(self.writer, "open directory to sync", |state| {
                Ok(self.handle(state, self.inode, What::Other))
            })
    }
}
