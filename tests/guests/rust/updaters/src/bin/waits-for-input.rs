//! Waits for an input that nobody gives it.

use amend_guest::{Refusal, Value, refuse};
use std::io::read_to_string;

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    let input = read_to_string(std::io::stdin())?;
    refuse!("{} bytes came", input.len());
}

fn main() {}
