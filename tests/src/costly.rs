//! Answers that ask for as much of the host's work and memory as they can: a seed gives one, always the same.

mod answer;
mod guest;
mod merges;
mod operations;
mod run;
mod shape;

pub use answer::{Answer, Kind};
pub use run::{Costly, Spent};
