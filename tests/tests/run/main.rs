//! `amend run`: what scripts rely on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ends;
mod grants;
mod passing;
mod told;
