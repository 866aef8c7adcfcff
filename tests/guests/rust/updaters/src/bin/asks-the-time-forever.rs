//! Calls the host without end.

use amend_guest::{Refusal, Value};
use std::time::Instant;

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    loop {
        std::hint::black_box(Instant::now());
    }
}

fn main() {}
