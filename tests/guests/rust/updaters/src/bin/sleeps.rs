//! Sleeps for an hour, in a call of the host, where epochs do not reach it.

use amend_guest::{Refusal, Value};
use std::thread::sleep;
use std::time::Duration;

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Option<Value>, Refusal> {
    sleep(Duration::from_secs(3600));
    Ok(None)
}

fn main() {}
