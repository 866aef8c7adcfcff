//! What a guest may cost the host, measured by the operating system on the command itself.
//!
//! These tests are a program of their own, which stays small: the system counts the memory of the process that starts a
//! command as if it were the command's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod compiling;
mod disk;
mod options;
mod speaking;
mod zoo;
