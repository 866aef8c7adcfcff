//! The traits of the store's disk, on the simulated one.

use super::disk::{Broken, Disk, State};
use super::world::{Change, Directory as Entries, File as Bytes, Node, ROOT, World};
use crate::disk::{Directory, Facts, File, Locked, Open};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// The lock file has this identity where the document is locked in its place.
const DOCUMENT_AS_LOCK: u64 = u64::MAX;

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
            Open::Draft => "open draft",
            Open::New { .. } => "make temporary file",
        };
        self.disk.call(self.writer, call, |state| {
            let is_draft = name.as_encoded_bytes().ends_with(b".draft.tmp");
            let mut name = name.to_owned();
            let as_lock = state.broken == Broken::LockOnDocument && how == Open::Lock;
            if as_lock {
                name = name.to_str().unwrap().trim_end_matches(".lock").into();
            }
            let found = state.world.find(self.inode, &name);
            let inode = match (how, found) {
                (Open::Read | Open::Lock | Open::Draft, Some(inode)) => inode,
                (Open::Read | Open::Draft, None) => return Err(Errno::NOENT.into()),
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
            } else if is_draft {
                What::Draft
            } else {
                What::Other
            };
            Ok(self.handle(state, inode, what))
        })
    }

    fn open_unnamed(&self, mode: u32) -> io::Result<Option<SimulatedFile>> {
        self.disk
            .call(self.writer, "make file without a name", |state| {
                let made = state.world.make(mode, Node::File(Bytes::default()));
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

    fn boot(&self) -> Option<u128> {
        Some(self.disk.lock().world.boot)
    }

    fn as_file(&self) -> io::Result<SimulatedFile> {
        self.disk
            .call(self.writer, "open directory to sync", |state| {
                Ok(self.handle(state, self.inode, What::Other))
            })
    }
}

#[derive(Debug)]
pub(super) struct SimulatedFile {
    disk: Disk,
    writer: usize,
    inode: u64,
    /// The writer and the number of this handle.
    id: u64,
    what: What,
}

/// What a file is opened as, where that makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    DocumentAsLock,
    Draft,
    Other,
}

impl SimulatedFile {
    /// The name of a call: there are more on drafts than on all else, and each name fails as often as any other.
    fn named(&self, other: &'static str, on_draft: &'static str) -> &'static str {
        match self.what {
            What::Draft => on_draft,
            _ => other,
        }
    }
}

impl Drop for SimulatedFile {
    fn drop(&mut self) {
        self.disk.forget_lock(self.id);
    }
}

impl File for SimulatedFile {
    fn facts(&self) -> io::Result<Facts> {
        self.disk.call(self.writer, "look at a file", |state| {
            let facts = state.facts(self.inode);
            Ok(if self.what == What::DocumentAsLock {
                Facts {
                    inode: DOCUMENT_AS_LOCK,
                    ..facts
                }
            } else {
                facts
            })
        })
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let name = self.named("read", "read draft");
        self.disk.call(self.writer, name, |state| {
            let bytes = &state.world.file(self.inode).bytes;
            let rest = bytes.get(at as usize..).unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            Ok(read)
        })
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<usize> {
        let name = self.named("write", "write draft");
        self.disk.call(self.writer, name, |state| {
            let taken = if state.is_short_now() { 1 } else { bytes.len() };
            let (now, at) = (state.world.tick(), at as usize);
            let inode = state.world.inodes.get_mut(&self.inode).unwrap();
            (inode.modified, inode.changed) = (now, now);
            let file = state.world.file(self.inode);
            let end = at + taken;
            file.bytes.resize(file.bytes.len().max(end), 0);
            file.bytes[at..end].copy_from_slice(&bytes[..taken]);
            file.is_dirty = true;
            let ignored = state.broken == Broken::IgnoreShortWrite;
            Ok(if ignored { bytes.len() } else { taken })
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.call(self.writer, "set length", |state| {
            let now = state.world.tick();
            state.world.inodes.get_mut(&self.inode).unwrap().modified = now;
            let file = state.world.file(self.inode);
            file.bytes.resize(len as usize, 0);
            file.is_dirty = true;
            Ok(())
        })
    }

    fn begin_sync(&self, _: u64, _: u64) {}

    fn sync(&self) -> io::Result<()> {
        let is_file = matches!(
            self.disk.lock().world.inodes[&self.inode].node,
            Node::File(_)
        );
        let name = if is_file {
            "sync file"
        } else {
            "sync directory"
        };
        let broken = self.disk.lock().broken;
        match (is_file, broken) {
            (true, Broken::NoFileSync | Broken::RenameFirst) => return Ok(()),
            (false, Broken::NoDirectorySync) => return Ok(()),
            _ => {}
        }
        self.disk.call(self.writer, name, |state| {
            if is_file {
                state.sync_file(self.inode);
            } else {
                state.sync_directory(self.inode);
            }
            Ok(())
        })
    }

    fn set_owner(&self, _: Option<u32>, _: Option<u32>) -> io::Result<()> {
        self.disk.call(self.writer, "set owner", |_| Ok(()))
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.disk.call(self.writer, "set mode", |state| {
            let now = state.world.tick();
            let inode = state.world.inodes.get_mut(&self.inode).unwrap();
            (inode.mode, inode.changed) = (mode, now);
            state.world.file(self.inode).is_dirty = true;
            Ok(())
        })
    }

    fn attributes(&self) -> io::Result<Vec<(OsString, Vec<u8>)>> {
        self.disk
            .call(self.writer, "list attributes", |_| Ok(vec![]))
    }

    fn set_attribute(&self, _: &OsStr, _: &[u8]) -> io::Result<()> {
        self.disk.call(self.writer, "set attribute", |_| Ok(()))
    }

    fn remove_attribute(&self, _: &OsStr) -> io::Result<()> {
        self.disk.call(self.writer, "remove attribute", |_| Ok(()))
    }

    fn lock(self, patience: Option<Duration>) -> io::Result<Option<Locked<SimulatedFile>>> {
        let mut has_waited = false;
        loop {
            let name = self.named("lock", "lock draft");
            let locked = self.disk.call(self.writer, name, |state| {
                let holder = state.world.locks.entry(self.inode).or_insert(self.id);
                if *holder == self.id {
                    return Ok(true);
                }
                if patience.is_some() && state.is_late_now() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Ok(false)
            });
            match locked {
                Ok(true) => {
                    return Ok(Some(Locked {
                        file: self,
                        has_waited,
                    }));
                }
                Ok(false) => has_waited = true,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(None),
                Err(error) => return Err(error),
            }
            // Alone on its thread, it would wait for itself.
            if patience.is_some_and(|left| left.is_zero()) || !self.disk.lock().is_scheduled {
                return Ok(None);
            }
        }
    }
}
