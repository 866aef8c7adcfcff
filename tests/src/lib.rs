//! What the tests of several parts together share: the built command, guests, a look at a directory, and how
//! benchmarks compare.

pub mod at_call;
pub mod attempt;
pub mod bare;
pub mod bombs;
mod command;
mod console;
mod contract;
mod cost;
pub mod costly;
pub mod crowd;
mod directory;
pub mod etcd;
pub mod etcd_gateway;
pub mod etcd_members;
pub mod file_systems;
pub mod found;
mod fuzzed;
mod fuzzing;
pub mod ground;
mod guests;
mod increment;
pub mod large;
pub mod loading;
pub mod machine;
mod made;
pub mod measure;
pub mod mounted;
pub mod proxy;
mod raw;
pub mod requirements;
mod updated;
mod updaters;
pub mod updating;
pub mod user;
mod zoo;

pub use command::{amend, run, status};
pub use console::{Happened, Step, steps, type_in};
pub use cost::{Cost, cost};
pub use directory::{Entry, look};
pub use fuzzing::{Fuzzing, Report};
pub use guests::{example, hostile, program};
pub use increment::increment;
pub use made::{component, contract};
pub use raw::{raw, raw_in_threads};
pub use updated::updated;
pub use updaters::{Updater, table_of_program, updaters};
pub use zoo::{names, tested};

/// The Rust code in the README is compiled, and run where it is complete.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The same of the README for authors of Rust guests.
#[cfg(doctest)]
#[doc = include_str!("../../guest/rust/README.md")]
pub struct GuestReadme;
