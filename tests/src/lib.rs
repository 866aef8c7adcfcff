//! What the tests of several parts together share: the built command, guests, and a look at a directory.

mod command;
mod directory;
mod guests;
mod made;
mod zoo;

pub use command::{amend, run, status};
pub use directory::{Entry, look};
pub use guests::{example, hostile, program};
pub use made::{component, contract};
pub use zoo::{names, tested};

/// The Rust code in the README is compiled, and run where it is complete.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
