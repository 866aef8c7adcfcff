//! Prints a gigabyte, in one line.

use amend_guest::{Refusal, Value};
use std::io::{Write, stdout};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    let piece = [b'x'; 1 << 16];
    for _ in 0..1 << 14 {
        stdout().write_all(&piece)?;
    }
    Ok(None)
}

fn main() {}
