//! The exit codes: each is reached, and means for the document what the README and the help say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod committed;
mod denied;
mod durability;
mod empty_file;
mod file_size;
mod scene;
mod standard_error;
mod table;
mod unchanged;
