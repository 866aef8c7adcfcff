//! JSON documents in a directory or in etcd, changed safely by many threads and processes at once.
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
//! What somebody may touch who is not trusted with all of this is a [`Grant`]: the right to read or to update, and
//! a scope, which makes what stands at a pointer look like the whole document.
//!
//! # Guarantees
//!
//! Most name the test that fails when they are broken: `simulated` is the simulated disk in `src/simulated`, the others
//! are in `tests` here and in the workspace's `tests/tests`.
//!
//! - **No update is lost.** A process that changes a document holds an exclusive [`flock(2)`] on `<document>.lock`
//!   beside it, from before the read until after the replacement. Where processes share commits it takes the lock again
//!   for the replacement, and compares the document's bytes with those that its text was made from. Any program that
//!   locks the same file, in any language, is serialised with this one, whether it replaces the document or writes it in
//!   place. The kernel releases the lock when the process ends, and a child process does not inherit it. Where there is
//!   no `flock`, nothing is changed. (`simulated::schedules`, `storm`, `concurrency`, `promises::foreign_in_place`)
//! - **No document is torn.** The new text is written to a temporary file in the same directory, synced
//!   with [`fsync(2)`], and renamed over the document. After `kill -9` at any instruction, and after a
//!   power failure on a file system that keeps `rename(2)` atomic and a disk that keeps its promises,
//!   the document is the old one or the new one, whole. No order is assumed in which writes that
//!   were not synced reach the disk. (`simulated::power`, `crash`)
//! - **An acknowledged update is durable.** [`Store::update`] returns after the file and its directory have been
//!   synced, and for a new document every directory above it up to the store's ([`Durability::Full`], the
//!   default). An update that changes nothing syncs the same, the document included: its content may have been written
//!   by a process that was killed, or that does not sync. A read promises no durability: it may see a document just
//!   before it is durable. (`simulated::power`, `promises::noop_durability`)
//! - **A failed update changes nothing**, now or later. The document, its mode, its times and its directory are as
//!   before. Where there is no lock file yet the updater is asked without a lock, and its answer counts if the document
//!   is still the same under the lock: an update that is refused, or whose patch does not fit, makes no lock file and no
//!   directory. (One that fails later, when the new text is written, can leave them.) A file whose fsync has failed is
//!   thrown away and never synced again. Two errors say that it is otherwise: after [`Error::DurabilityUnknown`] the new
//!   document is in place, and its directory could not be synced; after [`Error::OutcomeUnknown`] the update was made or
//!   not. (`simulated::faults`, `simulated::schedules`, `promises::failed_updates`, `rehearsal`, `storm`)
//! - **A call ends by its deadline**, [`Options::lock_timeout`] after it began, as far as it waits for others: for the
//!   lock, for another process's commit, for a program that is writing the document. To withdraw its update it takes a
//!   few milliseconds more, and at most half a second where a process is stopped while it has the lock of the staging
//!   file's header. Its own reads, writes and syncs, and those of the thread that commits for it, take as long as
//!   the disk takes. A wait that has ended leaves no thread and no descriptor behind. (`promises::deadlines`,
//!   `promises::kept_waiting`)
//! - **A change that changes nothing writes nothing**: inode and times stay. It needs no permission to write.
//! - **Processes share commits.** An update that had to wait for the lock of a document of up to 64 KiB does
//!   not sync under it: it writes the next text to a *staging file* beside the document, from which the next process
//!   continues, and one of them commits for all. None is acknowledged before it is durable. Only processes of the
//!   document's owner take part; the file is theirs alone (mode 0600). When the document is changed by a program that
//!   does not take part, or when the committing process is killed or fails, the others do their updates again.
//!   (`simulated::schedules`, `simulated::staging_files`, `shared_commit`, `storm`)
//! - **One caller's trouble is its own.** Threads that update one document at once through clones of a store
//!   are committed together ([`Store::update`] says how). A refusal, a panic, a deadline, or a document that becomes too
//!   large for the disk is that caller's alone. After 1000 updates or 50 ms the lock is given up, so that
//!   other processes get their turn.
//! - **Mode, owner, group, extended attributes, access control lists, inode flags (`chattr(1)`) and the project ID are
//!   kept** where the process may. Where the file system ignores a mode that is set, nothing is changed. A
//!   new document gets 0666 less the umask. Set-user-ID, set-group-ID and sticky bits are dropped. A group
//!   that cannot be given away takes the access list with it, and then the new group and all others get
//!   only the rights that all had. At no moment can a user read the temporary file who could not read the document.
//!   (`traps_metadata`, `promises::inode_flags`)
//! - **A document is replaced also where an open file cannot be.** The old document is closed before the rename, except on
//!   local file systems. The kernel's SMB client removes an open target and then fails the rename, so a rename that fails is
//!   tried again for two seconds if its target is gone or doomed. After that the new text is kept beside it under a name
//!   that is in the error ([`Uncertainty::Removed`]). Up to the comparison before the rename the old document is open, and no
//!   other file has its inode number. (`simulated::faults`)
//! - **The limits of a file system are known before the commit**: a directory that cannot be synced is
//!   [`Error::CannotSync`], and nothing is changed. [`Store::check`] reports the limits of a file system before any document
//!   is changed there. (`simulated::faults`, `file_systems`)
//! - **Lock files in a directory of their own have the same names for all who share the documents**, in other containers and
//!   after other starts, and whatever the spelling. A file `.amend-settings.json` in the directory of the documents settles
//!   which directory that is, and an option that contradicts it is refused ([`Error::LockDirectories`]). Only settings of
//!   root and of the directory's owner are believed; those of another user stop every change, except in a sticky directory,
//!   where they are ignored. They name only a directory whose owner, group and mode
//!   admit all who can rename files beside them. (`lock_directories`)
//! - **Permissions are asked for**, as if the file were written in place: a user who may not write to a document
//!   (mode 0444, for example) may not change it, though the directory would allow a rename over it
//!   ([`Error::NotWritable`]). The superuser may.
//! - **A file with several hard links is not changed** ([`Error::HardLinked`]), because the other names would
//!   keep the old text; [`HardLinks::Separate`] allows that.
//! - **Nothing outside the store's directory is touched**, whatever the path says and wherever symbolic
//!   links lead. A link inside the directory is followed, stays a link, and its target is replaced.
//! - **Nothing outside a grant's scope is seen or touched**: it stays byte for byte, no version depends on it, and
//!   no error shows any of it. Two facts show through a scope: whether the document as a whole is too large, and the
//!   line at which it is not JSON. Updates of different scopes of one document are committed together.
//! - **A crash leaves at most three files a document and user** beside it: two temporary files and a staging file. The next
//!   update by a user who may remove them does so. A temporary file that is left has the mode that the document had. It
//!   has no name, and so is not left, while it is written, and on XFS and on ext4 with a journal also while it is synced.
//!   (`promises::leftovers`, `simulated::schedules`)
//! - **A program that takes no lock is noticed**: when the file, its size, its times, its mode or its bytes are not as
//!   they were when it was read, nothing is replaced. The update is done again on the new document, until its deadline
//!   ([`Error::ChangedMeanwhile`]). The bytes of a document of more than 1 MiB are compared where its times are too
//!   recent to show every change.
//! - **A document that is being written is waited for.** A program that opens it with `O_TRUNC` leaves it empty or half
//!   written for a moment. A document that is empty or not JSON is therefore read again until no process has it open for
//!   writing, as far as the kernel tells (to the file's owner and to privileged processes, on most local file systems),
//!   else until it has not changed for 50 ms. After the deadline the error is [`Error::BeingWritten`].
//!   (`unfinished`, `promises::truncating_writers`)
//!
//! An empty file is no document: an updater sees none, and a patch begins with `{}`. The receipt says so
//! ([`Receipt::from_empty_file`]). A file of anything else than JSON is never overwritten.
//!
//! # Limitations
//!
//! - Unix only: the protocol is `flock`, and directories are synced.
//! - A program that writes the document without taking the lock can still lose its own write in the moment
//!   between our last look and the rename.
//! - One writer with [`Durability::None`] replaces the document by a file that is not synced. A power failure can then
//!   take the whole document, earlier acknowledged updates included, until an update with [`Durability::Full`] has
//!   followed.
//! - A lock file is never deleted: a process that waits for a deleted one notices, and starts again,
//!   but a program that does not check after it has the lock can be let in beside another.
//! - A lock file is made for those who may write to the document, and no others: a user who can open it can hold the lock for
//!   ever. It follows a later change of the document's mode or access control list when its own owner, or root, changes the
//!   document, while both have the same owner. Until then a user who was admitted to the document later is denied. A lock
//!   file that another user made, or that stayed when its document was removed, is used as it is.
//! - While a lock file is removed or replaced again and again, acknowledged updates can be lost.
//! - A file whose name ends with `.lock` is a document if it begins with `{` or `[`, and a lock file otherwise. Where `x` and
//!   `x.lock` are both documents, `x` can only be changed with the lock files in another directory.
//! - All programs that change a document must look for its lock in the same place ([`Options::lock_directory`]).
//! - `flock` has no order: of several processes that wait, any may be next.
//! - The update of a process that is killed before it is acknowledged may be done or not. Where processes share commits
//!   another may still commit it, as long as any process waits for the same commit.
//! - When a process is killed in the very rename of a shared commit, and a program that does not take part changes the
//!   document before any other looks, the outcome of that commit is [`Error::OutcomeUnknown`].
//! - The wait for a lock is ended by the signal `SIGURG`, sent to a thread of this crate. A process with a handler of
//!   its own for it that restarts system calls keeps a thread for each wait that has ended, until the lock is free.
//! - Where other users may make files, they can take both names that a user's temporary file has, with files that cannot be
//!   removed. Then it gets a random name, and one that a killed process leaves under such a name stays.
//! - In a directory to which names can only be added (`chattr +a`), every update fails, and leaves a temporary file.
//! - Access control lists and project IDs of a user namespace that names no such user or group cannot be kept: an update
//!   fails, and nothing is changed.
//! - Journalled data (`chattr +j`) is an inode flag that only a process with `CAP_SYS_RESOURCE` keeps. In a directory that
//!   gives its project to all files in it (`chattr +P`), the document gets that project.
//! - In a file system of user space without `hard_remove` (libfuse), the replacement of a document that a program has open
//!   is two renames. Between them other programs find no document, and a power failure leaves none. Reads of this crate
//!   look five times before they say that there is none.
//! - On SMB an update waits up to two seconds for a program of the same machine that has the document open, and up to five
//!   for the client to find a file that was replaced, also past its deadline. The
//!   updates of two clients of one share can lose each other, in spite of their locks: let one machine change the documents.
//!   A `user.*` attribute was not kept there in tests, and the count of hard links was an old one.
//! - On 9p the server may grant a lock to several clients, as qemu's does. Within one mount locks work.
//! - In a directory for lock files, two documents of the same name can share a lock if their directories have the same inode
//!   number on different file systems, or if their names differ only in case, accents or signs. Their updates wait for each
//!   other, and an updater that updates the other document waits for itself, until its deadline.
//! - Directories that existed when the store was opened are taken to be durable, and so is the store's own.
//! - `security.*` and `trusted.*` attributes are the system's to give where the process may not set them.
//! - A grant of a scope shows some facts about the file: whether it can be read and
//!   written, and how long its lock is held. A document that is too large is refused with its size.
//! - A file that is mounted on its own cannot be replaced ([`Error::MountPoint`]).
//!
//! # Documents in etcd
//!
//! With the feature `etcd`, `Store::etcd` is a store of documents under a prefix in etcd. Updaters, patches, grants,
//! limits and errors are the same, and so are the guarantees about failed updates, changes that change nothing, callers'
//! trouble, and scopes. In the place of locks and files:
//!
//! - **No update is lost.** An update is one transaction that compares the key's revision with that of the document it
//!   was made from. When somebody was faster, the updater is asked again about the newer document, after a random pause
//!   and until [`Options::lock_timeout`] is over: [`Error::Contended`].
//! - **An update is made once or not at all, also when no answer comes.** Every transaction puts a mark besides, by
//!   which it is recognised afterwards; one that has not been applied by then is kept from being applied ever after.
//!   When no member can be asked in time the outcome is unknown, and said to be: [`Error::OutcomeUnknown`]. The time for
//!   asking is at least twice `EtcdOptions::request_timeout`, whatever patience is left.
//! - **What was acknowledged stays**, and a read that begins afterwards sees it, whichever member it asks: reads are
//!   linearizable.
//! - **The version is the revision and the hash of the text** ([`Version`]), but for what stands at a scope, whose
//!   version is the hash of its text as with files.
//! - **What etcd cannot hold is not sent** ([`Error::RequestTooLarge`]).
//!
//! A mark's key follows that of its document: it is the document's key, a zero byte, and a rest. A role that may write a range of keys with
//! the document in it may write them, and no other role may. They are bound to a lease of two minutes, which is revoked
//! when the store is dropped, and are no documents. A program that changes a document without amend takes part by
//! comparing its revision. All updates of one document by threads of one process share transactions; those of several
//! processes do not, and a process that meets many others waits.
//!
//! A deleted key that comes back has a higher revision, and after a restore from a snapshot another text has another hash,
//! so that no version returns. When a mark is gone, because an outage was longer than the lease or another program has
//! removed it, the outcome of an update that was not answered is found in etcd's history. It is unknown where etcd was
//! compacted meanwhile, and where the document did not exist before. Members that cannot be reached are waited for until
//! [`Options::lock_timeout`] is over. Etcd before 3.4 has no JSON gateway of this form. Symbolic links, modes and lock
//! files have no meaning there.
//!
//! [`flock(2)`]: https://man7.org/linux/man-pages/man2/flock.2.html
//! [`fsync(2)`]: https://man7.org/linux/man-pages/man2/fsync.2.html

#[cfg(not(unix))]
compile_error!("amend-store needs flock(2) and directories that can be synced: it runs on Unix");

mod acl;
mod allowance;
mod answer;
mod batch;
mod byte_lock;
mod change;
mod check;
mod clock;
mod commit;
mod copy;
mod deadline;
mod disk;
mod early;
mod error;
mod error_kind;
#[cfg(test)]
mod error_kind_tests;
mod error_path;
#[cfg(test)]
mod error_tests;
#[cfg(feature = "etcd")]
mod etcd;
mod etcd_error;
mod file_system;
mod folded;
mod followed;
mod grant;
mod holder;
mod identity;
mod inode_flags;
mod inside;
mod interrupt;
mod job;
#[cfg(target_os = "linux")]
mod late_link;
mod list;
mod locate;
mod lock;
mod lock_access;
mod lock_directory;
mod lock_or_document;
mod memory;
mod metadata;
#[cfg(test)]
mod modelled;
mod options;
mod path;
mod path_problem;
mod place;
mod planted_link;
mod preview;
mod queue;
#[cfg(test)]
mod queue_tests;
mod queues;
mod read;
mod receipt;
mod rehearsal;
mod settings;
mod settled;
#[cfg(test)]
mod simulated;
mod smb;
mod snapshot;
mod staging;
mod store;
mod sync;
mod temp;
mod together;
mod uncertainty;
mod unchanged;
mod unfinished;
mod unix;
mod update;
mod updater;
mod version;
mod wait;
mod write;

pub use allowance::Allowance;
pub use amend_document::{
    self as document, ApplyError, ApplyErrorKind, Json, Limits, Obstacle, Operations, Patch,
    PatchError, Pointer, SyntaxError,
};
pub use answer::Answer;
pub use check::{FileSystemReport, Limit, LimitKind};
pub use copy::{Copied, copy};
pub use error::Error;
pub use error_kind::ErrorKind;
#[cfg(feature = "etcd")]
pub use etcd::{EtcdOptions, MAX_REQUEST, REQUEST_TIMEOUT};
pub use etcd_error::{AddressProblem, EtcdError, EtcdProblem};
pub use grant::Grant;
pub use holder::LockHolder;
pub use options::{DEFAULT_LOCK_TIMEOUT, Durability, HardLinks, Options};
pub use path_problem::PathProblem;
pub use receipt::{Preview, Receipt};
pub use store::Store;
pub use uncertainty::Uncertainty;
pub use updater::{Updater, UpdaterError};
pub use version::{ParseVersionError, Snapshot, Version};
