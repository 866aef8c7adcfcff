//! Ends itself instead of answering, and says that all is well.

use amend_guest::{Refusal, Value};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    std::process::exit(0);
}

fn main() {}
