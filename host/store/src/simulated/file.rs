//! The trait of the store's files, on the simulated disk.

use super::disk::Disk;
use super::locks::{self, Taken};
use super::mutation::Mutation;
use super::node::Node;
use super::watch::DOCUMENT;
use crate::disk::{ByteLock, Facts, File, Locked, Waited};
use std::ffi::{OsStr, OsString};
use std::io;
use std::time::Duration;

/// The lock file has this identity where the document is locked in its place.
pub(super) const DOCUMENT_AS_LOCK: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct SimulatedFile {
    pub(super) disk: Disk,
    pub(super) writer: usize,
    pub(super) inode: u64,
    /// The writer and the number of this handle.
    pub(super) id: u64,
    pub(super) role: Role,
}

/// The role of a file, going by the name that it was opened by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Document,
    Lock,
    DocumentAsLock,
    StagingFile,
    Other,
}

impl Role {
    pub(super) fn of(name: &OsStr) -> Role {
        let bytes = name.as_encoded_bytes();
        if name == DOCUMENT {
            Role::Document
        } else if bytes.ends_with(b".lock") {
            Role::Lock
        } else if bytes.ends_with(b".staging.tmp") {
            Role::StagingFile
        } else {
            Role::Other
        }
    }
}

impl SimulatedFile {
    /// The name of a call: there are more on staging files than on all else, and each name fails as often as any other.
    fn named(&self, other: &'static str, on_staging_file: &'static str) -> &'static str {
        match self.role {
            Role::StagingFile => on_staging_file,
            _ => other,
        }
    }
}

impl Drop for SimulatedFile {
    fn drop(&mut self) {
        self.disk.close(self.id);
    }
}

impl File for SimulatedFile {
    fn facts(&self) -> io::Result<Facts> {
        self.disk.call(self.writer, "look at a file", |state| {
            state.looks(self.writer, self.inode, false);
            let facts = state.facts(self.inode);
            Ok(if self.role == Role::DocumentAsLock {
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
        let name = self.named("read", "read staging file");
        self.disk.call(self.writer, name, |state| {
            state.looks(self.writer, self.inode, true);
            let bytes = state.document_for(self);
            let rest = bytes.get(at as usize..).unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            Ok(read)
        })
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<usize> {
        let name = self.named("write", "write staging file");
        self.disk.call(self.writer, name, |state| {
            state.writes(self.writer, self.inode);
            if state.mutation.skips_write(self.role, bytes) {
                return Ok(bytes.len());
            }
            let taken = state.taken_of(bytes);
            let (now, at) = (state.model.now(), at as usize);
            let inode = state.model.inode(self.inode);
            (inode.modified, inode.changed) = (now, now);
            let text = state.model.file(self.inode).change();
            let end = at + taken;
            text.resize(text.len().max(end), 0);
            text[at..end].copy_from_slice(&bytes[..taken]);
            let ignored = state.mutation == Mutation::IgnoreShortWrite;
            Ok(if ignored { bytes.len() } else { taken })
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.call(self.writer, "set length", |state| {
            state.writes(self.writer, self.inode);
            let now = state.model.now();
            let inode = state.model.inode(self.inode);
            (inode.modified, inode.changed) = (now, now);
            let text = state.model.file(self.inode).change();
            text.resize(len as usize, 0);
            Ok(())
        })
    }

    fn begin_sync(&self, _: u64, _: u64) {}

    fn sync(&self) -> io::Result<()> {
        let is_file = matches!(
            self.disk.lock().model.inodes[&self.inode].node,
            Node::File(_)
        );
        let name = if is_file {
            "sync file"
        } else {
            "sync directory"
        };
        let mutation = self.disk.lock().mutation;
        if mutation.skips_sync(self.role, is_file) {
            return Ok(());
        }
        self.disk.call(self.writer, name, |state| {
            if is_file {
                state.sync_file(self.inode);
            } else if mutation == Mutation::ToldBeforeSync && state.has_turn(self.writer) {
                state.put_off.insert(self.writer, self.inode);
            } else {
                state.sync_directory(self.inode);
            }
            Ok(())
        })
    }

    fn set_owner(&self, user: Option<u32>, _: Option<u32>) -> io::Result<()> {
        self.disk.call(self.writer, "set owner", |state| {
            let own = state.user(self.writer);
            state.model.check_owner(own, self.inode)?;
            let user = user.unwrap_or(state.model.inodes[&self.inode].user);
            if own != 0 && user != own {
                return Err(rustix::io::Errno::PERM.into());
            }
            let now = state.model.now();
            let inode = state.model.inode(self.inode);
            (inode.user, inode.changed) = (user, now);
            Ok(())
        })
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.disk.call(self.writer, "set mode", |state| {
            let user = state.user(self.writer);
            state.model.check_owner(user, self.inode)?;
            let now = state.model.now();
            let inode = state.model.inode(self.inode);
            (inode.mode, inode.changed) = (mode, now);
            state.model.file(self.inode).is_dirty = true;
            Ok(())
        })
    }

    fn take_over_flags(&self, _: &SimulatedFile) -> io::Result<()> {
        self.disk.call(self.writer, "take over flags", |_| Ok(()))
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

    fn lock(self, patience: Option<Duration>) -> io::Result<Waited<SimulatedFile>> {
        let name = self.named("lock", "take the turn");
        let taken = locks::take(&self, name, locks::Kind::File, patience)?;
        let has_waited = taken == Taken::AfterWaiting;
        Ok(match taken {
            Taken::Not => Waited::TimedOut(Some(self)),
            _ => Waited::Locked(Locked {
                file: self,
                has_waited,
            }),
        })
    }

    fn lock_byte(&self, at: u64, kind: ByteLock, patience: Duration) -> io::Result<bool> {
        let kind = locks::Kind::Byte(at, kind);
        let taken = locks::take(self, "lock byte", kind, Some(patience))?;
        Ok(taken != Taken::Not)
    }

    fn unlock_byte(&self, at: u64) -> io::Result<()> {
        self.disk.call(self.writer, "unlock byte", |state| {
            let holders = state.model.byte_locks.entry((self.inode, at)).or_default();
            holders.retain(|(holder, _)| *holder != self.id);
            Ok(())
        })?;
        let put_off = self.disk.lock().put_off.remove(&self.writer);
        if let Some(directory) = put_off {
            self.disk.call(self.writer, "sync directory", |state| {
                state.sync_directory(directory);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn is_byte_locked(&self, at: u64) -> io::Result<bool> {
        self.disk
            .call(self.writer, "look at a byte's lock", |state| {
                let holders = state.model.byte_locks.get(&(self.inode, at));
                let is_other = |(holder, _): &(u64, ByteLock)| *holder != self.id;
                let is_locked = holders.is_some_and(|holders| holders.iter().any(is_other));
                Ok(is_locked || state.mutation == Mutation::AlwaysAlive)
            })
    }

    fn is_being_written(&self) -> Option<bool> {
        let state = self.disk.lock();
        let user = state.user(self.writer);
        let mut others = state.model.open.iter();
        let is_written = others.any(|(id, open)| *id != self.id && *open == (self.inode, true));
        state.model.owns(user, self.inode).then_some(is_written)
    }
}
