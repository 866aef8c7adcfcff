//! Panics, as a guest with a mistake in it does. Why is on its standard error.

use amend_guest::{Refusal, Value};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    panic!("seven is not a number");
}

fn main() {}
