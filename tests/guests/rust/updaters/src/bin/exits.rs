//! Ends itself instead of answering.

use amend_guest::{Refusal, Value};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    println!("that is all");
    std::process::exit(3);
}

fn main() {}
