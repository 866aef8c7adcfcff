//! JSON documents in a directory, changed safely by many threads and processes at once.
//!
//! A [`Store`] is a directory. [`Store::update`] takes the document's lock, reads the document, asks an
//! [`Updater`] for a [`Patch`], applies it, and replaces the file atomically and durably. [`Store::read`]
//! takes no lock: it sees the document before or after a change, never a mixture.
//!
//! An updater is a patch, a closure, or anything that implements the trait (a WebAssembly guest does, in
//! `amend-runtime`; this crate compiles none):
//!
//! ```
//! use amend_store::{Patch, Store};
//!
//! # let dir = tempfile::tempdir()?;
//! # let root = dir.path();
//! let store = Store::open(root)?;
//!
//! // A change that does not depend on what is there is a patch.
//! store.update("state.json", Patch::merge(r#"{"count": 4}"#)?)?;
//!
//! // One that does is a closure: it runs under the lock and sees the document as it is then.
//! let receipt = store.update("state.json", |current: Option<&str>| {
//!     let state: serde_json::Value = serde_json::from_str(current.unwrap_or("{}"))?;
//!     let count = state["count"].as_u64().ok_or("/count is not a number")?;
//!     let patch = Patch::merge(format!(r#"{{"count": {}}}"#, count + 1))?;
//!     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Some(patch))
//! })?;
//! assert!(receipt.changed);
//!
//! let snapshot = store.read("state.json")?.expect("it was just written");
//! assert_eq!(snapshot.text, "{\n  \"count\": 5\n}\n");
//! assert_eq!(snapshot.version, receipt.version);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Guarantees
//!
//! - **No update is lost.** Whoever changes a document holds an exclusive [`flock(2)`] on `<document>.lock`
//!   beside it, from before the read until after the replacement. Any program that locks the same file, in
//!   any language, is serialised with this one. The lock is not held across a crash: the kernel drops it
//!   with the process. A child process does not inherit it.
//! - **No document is torn.** The new text is written to a temporary file in the same directory, synced
//!   with [`fsync(2)`], and renamed over the document. After `kill -9` at any instruction, and after a
//!   power failure on a file system that keeps `rename(2)` atomic, the document is the old one or the new
//!   one, whole.
//! - **What was acknowledged stays.** [`Store::update`] returns after the file, its directory, and every
//!   directory it had to make have been synced ([`Durability::Full`], the default).
//! - **A failed update changes nothing.** The document, its mode, its times and its directory are as
//!   before; only a lock file, and directories the path needed, may be new. The one exception says so:
//!   [`Error::DurabilityUnknown`] means that the new document is in place and its directory could not be
//!   synced.
//! - **A change that changes nothing writes nothing**: inode and times stay.
//! - **Mode, owner and group are kept** where the process may. A new document gets 0666 less the umask.
//!   Set-user-ID and set-group-ID bits are dropped. A temporary file is never more readable than the
//!   document.
//! - **Nothing outside the store's directory is touched**, whatever the path says and wherever symbolic
//!   links lead. A link inside the directory is followed, stays a link, and its target is replaced.
//! - **A crash leaves at most one temporary file a document**, and the next update of it removes that.
//!
//! # Limitations
//!
//! - Unix only: the protocol is `flock`, and directories are synced.
//! - A program that writes the document without taking the lock can lose its own write; it is noticed
//!   ([`Error::ChangedMeanwhile`]) when it comes between our read and our rename, but for the moment
//!   between that check and the rename.
//! - A file with several hard links is replaced by a new one: the other names keep the old text.
//! - Extended attributes and access control lists are not carried over to the new file.
//! - A lock file is never deleted: who deletes one while others wait for it can let two in.
//!
//! [`flock(2)`]: https://man7.org/linux/man-pages/man2/flock.2.html
//! [`fsync(2)`]: https://man7.org/linux/man-pages/man2/fsync.2.html

#[cfg(not(unix))]
compile_error!("amend-store needs flock(2) and directories that can be synced: it runs on Unix");

mod batch;
mod change;
mod commit;
mod disk;
mod early;
mod error;
mod holder;
mod inside;
mod job;
mod locate;
mod lock;
mod memory;
mod metadata;
#[cfg(test)]
mod modelled;
mod options;
mod path;
mod place;
mod preview;
mod queue;
#[cfg(test)]
mod queue_tests;
mod queues;
mod read;
mod receipt;
mod settled;
#[cfg(test)]
mod simulated;
mod store;
mod sync;
mod unix;
mod update;
mod updater;
mod version;
mod wait;
mod write;

pub use amend_document::{
    self as document, ApplyError, Json, Limits, Operations, Patch, PatchError, Pointer, SyntaxError,
};
pub use error::{Error, PathProblem};
pub use holder::LockHolder;
pub use options::{DEFAULT_LOCK_TIMEOUT, Durability, HardLinks, Options};
pub use receipt::{Preview, Receipt};
pub use store::Store;
pub use updater::{Updater, UpdaterError};
pub use version::{ParseVersionError, Snapshot, Version};
