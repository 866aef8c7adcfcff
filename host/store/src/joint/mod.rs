//! The joint commit: what several processes change at once becomes durable together.
//!
//! Syncing is what takes the time. So an update that had to wait for the document's lock does not sync under it. It
//! *stages*: the text that it has made goes into a file beside the document, the *draft*, which nobody syncs, and the
//! lock is free again for the next one, who goes on from the text in the draft. Then each waits for the draft's own
//! lock. Who gets it *commits* what is staged by then, as any update is committed: temporary file, write, fsync,
//! rename, fsync of the directory. Whoever finds, when he gets that lock, that his update is among what was committed
//! has nothing left to do.
//!
//! ```text
//! document's lock   stage A | stage B | stage C | rename A  | stage D | stage E | rename A to C …
//! draft's lock               commit A ……… fsync …………… fsync | commit A to C … fsync ……………………
//! ```
//!
//! What holds it together:
//!
//! - The draft is looked at, staged on and made under the document's lock only. It says which document it is made
//!   from; when that is not the one in place, because a program that knows nothing of drafts has changed it under
//!   the lock, or without it, the draft is thrown away.
//! - To throw a draft away is safe at any moment, whoever does it: its name is removed. Whoever commits looks under the
//!   document's lock, just before the rename, that the draft still has its name, that the document is the one
//!   that it was made from, and that the temporary file's name leads to the file that he has synced. Those whose
//!   updates were not in place by then make them again, each as if it were alone.
//! - Nothing is acknowledged before it is durable, and whatever was made from it becomes durable with it or
//!   after it: the directory is synced before the draft's lock is given up.
//! - Before the rename the draft is told what is about to be renamed, and after it that it was. Whoever finds only the
//!   first, because the process was killed in between, sees by the names whether it was done.
//!   Therefore nobody removes the temporary file of a draft before he has looked.
//! - A draft is trusted when it belongs to the document's owner. Who may write to the document may write to it, and
//!   nobody else.
//!
//! A draft goes away with the rename after which nothing is staged in it. A crash may leave one; the next update
//! throws it away, or goes on from it when it was staged a moment ago: others may wait for that.
//!
//! An update that finds the lock free and no draft knows nothing of all this.

mod commit;
mod draft;
mod end;
mod head;
mod staged;

pub(crate) use draft::{Draft, Pending};
pub(crate) use staged::{Settlement, Staged};
