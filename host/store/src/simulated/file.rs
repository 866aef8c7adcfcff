//! The trait of the store's files, on the simulated disk.

use super::disk::Disk;
use super::harm::Broken;
use super::world::Node;
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
    pub(super) what: What,
}

/// What a file is opened as, where that makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    DocumentAsLock,
    StagingFile,
    Other,
}

impl SimulatedFile {
    /// The name of a call: there are more on drafts than on all else, and each name fails as often as any other.
    fn named(&self, other: &'static str, on_staging_file: &'static str) -> &'static str {
        match self.what {
            What::StagingFile => on_staging_file,
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
        let name = self.named("read", "read staging file");
        self.disk.call(self.writer, name, |state| {
            let bytes = &state.world.file(self.inode).bytes;
            let rest = bytes.get(at as usize..).unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            Ok(read)
        })
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<usize> {
        let name = self.named("write", "write staging file");
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

    fn lock(self, patience: Option<Duration>) -> io::Result<Waited<SimulatedFile>> {
        let mut has_waited = false;
        loop {
            let name = self.named("lock", "take the turn");
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
                    return Ok(Waited::Locked(Locked {
                        file: self,
                        has_waited,
                    }));
                }
                Ok(false) => has_waited = true,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Ok(Waited::TimedOut(Some(self)));
                }
                Err(error) => return Err(error),
            }
            // Alone on its thread, it would wait for itself.
            if patience.is_some_and(|left| left.is_zero()) || !self.disk.lock().is_scheduled {
                return Ok(Waited::TimedOut(Some(self)));
            }
        }
    }

    fn lock_byte(&self, at: u64, kind: ByteLock, patience: Duration) -> io::Result<bool> {
        /// More than the others need to give it back, unless one of them has failed to.
        const TRIES: usize = 1000;
        let byte = (self.inode, at);
        for _ in 0..TRIES {
            let locked = self.disk.call(self.writer, "lock byte", |state| {
                let holders = state.world.byte_locks.entry(byte).or_default();
                let conflicts = holders.iter().any(|(other, held)| {
                    *other != self.id && (kind, *held) != (ByteLock::Shared, ByteLock::Shared)
                });
                if !conflicts {
                    holders.retain(|(holder, _)| *holder != self.id);
                    holders.push((self.id, kind));
                    return Ok(true);
                }
                if state.is_late_now() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Ok(false)
            });
            match locked {
                Ok(false) if patience.is_zero() || !self.disk.lock().is_scheduled => {
                    return Ok(false);
                }
                Ok(false) => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(false),
                other => return other,
            }
        }
        Ok(false)
    }

    fn unlock_byte(&self, at: u64) -> io::Result<()> {
        self.disk.call(self.writer, "unlock byte", |state| {
            let holders = state.world.byte_locks.entry((self.inode, at)).or_default();
            holders.retain(|(holder, _)| *holder != self.id);
            Ok(())
        })
    }

    fn is_byte_locked(&self, at: u64) -> io::Result<bool> {
        self.disk
            .call(self.writer, "look at a byte's lock", |state| {
                let holders = state.world.byte_locks.get(&(self.inode, at));
                Ok(holders
                    .is_some_and(|holders| holders.iter().any(|(other, _)| *other != self.id)))
            })
    }

    fn is_being_written(&self) -> Option<bool> {
        Some(false)
    }
}
