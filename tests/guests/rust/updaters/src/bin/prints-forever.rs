//! Prints until it is stopped.

use amend_guest::{Refusal, Value};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    loop {
        println!("and another thing");
    }
}

fn main() {}
