//! Guests in C, C++ and Zig, whose languages would round a number, end a string at a NUL, read past the end of an array
//! and write over the stack, if their SDKs let them. The examples have the table of cases for all languages.
//!
//! Each "traps" and "refuses" on the pages `guest/{c,cpp,zig}/README.md` has a test here, which quotes it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod mistakes;
mod refusals;
mod values;

use amend_runtime::{Engine, Limits, Plugin};
use std::sync::LazyLock;

const LANGUAGES: [&str; 3] = ["c", "cpp", "zig"];

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// An example in one of the languages.
fn example(language: &str, name: &str) -> Plugin {
    let component = amend_guest_build::component(&format!("{language}/{name}"))
        .unwrap_or_else(|error| panic!("{language}: {error:?}"));
    ENGINE.load(component, Limits::default()).unwrap()
}

/// A guest of `tests/guests` in one of the languages.
fn guest(language: &str, name: &str, limits: Limits) -> Plugin {
    let component = amend_guest_build::component_in("tests/guests", &format!("{language}/{name}"))
        .unwrap_or_else(|error| panic!("{language}: {error:?}"));
    ENGINE.load(component, limits).unwrap()
}
