//! The shared commit: updates of several processes become durable together.
//!
//! Syncing takes most of an update's time. An update that had to wait for the document's lock therefore does not sync
//! under it. It *stages*: it writes the text that it has made into a file beside the document, the *staging file*, and
//! gives the lock back. The next process continues from the staged text. Each of them then waits for the *turn*; the
//! process that has it commits all that is staged by then, as any update is committed: temporary file, write, fsync,
//! rename, fsync of the directory. A process that gets the turn and finds its update committed is done.
//!
//! ```text
//! document's lock   stage A | stage B | stage C | rename A  | stage D | stage E | rename A to C …
//! turn                       commit A ……… fsync …………… fsync | commit A to C … fsync ……………………
//! ```
//!
//! # Locks
//!
//! | lock | on | held |
//! | --- | --- | --- |
//! | the document's | `flock` on `<document>.lock` | to stage, to begin a commit, to rename |
//! | the turn | `flock` on the staging file | from before a commit begins until its directory is synced |
//! | the header's | byte 0 of the staging file | while the header is read and written; across the rename |
//! | a mark of life | byte 1, shared | from staging until the update has its answer |
//!
//! They are taken in the order turn, document's lock, header's lock. The kernel gives all of them back when their process
//! ends.
//!
//! # Rules
//!
//! - Only processes of the document's owner take part, and only on a local file system, where they may change names in
//!   the directory. The staging file belongs to that user and has mode 0600, so nothing in it was written by a user who
//!   may not write to the document. Other processes commit alone and leave the file as it is.
//! - A staged text replaces the document only after the document's bytes were compared, under the document's lock, with
//!   the bytes that the text was made from. A file's times and its inode number prove nothing.
//! - A batch is withdrawn by the *content* of the staging file: the header says that it is void. That takes the header's
//!   lock and no other, so a process that must give up can do it whoever holds the document's lock. The committing
//!   process reads the header under the same lock, just before the rename and until after it. Removing the file's name is
//!   tidying; a commit also requires that the name is still there, for the case that the header could not be written.
//! - A staging file in which no process has a mark of life is dead: its processes were killed or have their answers.
//!   Nobody continues from it.
//! - Nothing is acknowledged before it is durable. The directory is synced before the turn is given back.
//! - The header records a rename before it is done. When the process is killed in it, the next one that reads the header
//!   finds out whether it was done: the temporary file still has its name, or the document has the committed text.
//!   Otherwise the outcome is unknown, and is reported as that.
//!
//! An update that finds the document's lock free and no staging file takes no part in any of this.

mod commit;
mod file;
mod find;
mod header;
mod resolve;
mod staged;

#[cfg(test)]
pub(crate) use header::peek;

pub(crate) use find::{Pending, begin, find};
pub(crate) use staged::{Settlement, Staged};

use std::time::Duration;

/// Larger documents are committed by each process alone: a staged text is written twice, and hashed, read and parsed
/// besides, and the syncs that are saved are the smaller part of a large update.
pub(crate) const LARGEST: usize = 64 << 10;

/// The most that the header's lock is waited for at once, also by a call whose deadline is past. A call that gives up waits
/// for it a few times at most.
pub(crate) const GRACE: Duration = Duration::from_millis(100);

type Hash = [u8; 32];

fn hash(bytes: &[u8]) -> Hash {
    *blake3::hash(bytes).as_bytes()
}
