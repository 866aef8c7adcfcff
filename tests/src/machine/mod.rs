//! `cargo machine`: real mounts of network and foreign file systems, in a small virtual machine.
//!
//! The host's part builds the programs, fetches kernels of Debian, starts file servers, runs the machine, and prints the
//! table. The guest's part runs inside, as the machine's only process: it mounts each file system and does the checks.

mod checks;
mod event;
mod guest;
mod host;
mod known;
mod mounts;
mod plan;
mod table;

pub use guest::run as run_guest;
pub use host::run as run_host;
