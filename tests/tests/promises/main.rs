//! The promises of the store, each kept by real processes: a test for every way in which one was broken.
//!
//! Where a fault needs a process to be stopped or killed at one moment, `strace` does it at a system call. Where it needs
//! other users, or a file system of its own, the test needs root. A test that lacks one of them says that it is skipped.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod deadlines;
mod deleted_locks;
mod editors;
mod failed_updates;
mod foreign_in_place;
mod inode_flags;
mod kept_waiting;
mod leftovers;
mod noop_durability;
mod readers;
mod scene;
mod truncating_writers;
