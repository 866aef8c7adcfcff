//! How a command ends: its exit code, and the message of a failure.

mod code;
mod failure;
pub(crate) mod hint;
mod kind;

pub(crate) use code::{Code, help};
pub(crate) use failure::Failure;
