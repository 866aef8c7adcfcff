//! Looks for what it could learn of the machine that it runs on: arguments, variables, a directory.

use amend_guest::{Refusal, Value, refuse};
use std::env;

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    let args: Vec<_> = env::args().collect();
    let variables: Vec<_> = env::vars().collect();
    let directory = env::current_dir().unwrap_or_default();
    refuse!("args: {args:?}, variables: {variables:?}, directory: {directory:?}");
}

fn main() {}
