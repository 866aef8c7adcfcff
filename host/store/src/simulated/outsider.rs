//! A program that shares the lock, as any in another language may, and knows nothing of drafts.

use super::disk::Disk;
use crate::disk::{Directory, File, Open, Waited, Writer, read_to_end};
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{self, Write};

/// Adds one to a member: locks, reads, writes a file, syncs it, renames it, and syncs the directory.
pub(super) fn increment(disk: &Disk, number: usize, member: &str) -> io::Result<()> {
    let directory = disk.root(number);
    let (document, temp) = (OsStr::new("state.json"), OsStr::new("outsider"));
    let lock = directory.open(OsStr::new("state.json.lock"), Open::Lock)?;
    let Waited::Locked(lock) = lock.lock(None)? else {
        return Err(io::ErrorKind::WouldBlock.into());
    };
    let mut bytes = Vec::new();
    read_to_end(&directory.open(document, Open::Read)?, 1 << 20, &mut bytes)?;
    let mut state: Value = serde_json::from_slice(&bytes)?;
    let next = state[member].as_u64().unwrap_or(0) + 1;
    state[member] = next.into();
    directory.remove(temp)?;
    let file = directory.open(temp, Open::New { mode: 0o640 })?;
    Writer { file: &file, at: 0 }.write_all(state.to_string().as_bytes())?;
    file.sync()?;
    directory.rename(temp, document)?;
    drop(lock);
    directory.as_file()?.sync()
}
