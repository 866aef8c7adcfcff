//! Computes for as many milliseconds as its arguments say, and answers with what it found.

use amend_guest::{Refusal, Value, json, refuse};
use std::time::{Duration, Instant};

amend_guest::updater!(update);

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what the SDK hands over"
)]
fn update(_: Option<Value>, args: Value) -> Result<Value, Refusal> {
    let Some(time) = args["milliseconds"].as_u64() else {
        refuse!("for how long?");
    };
    let started = Instant::now();
    let mut found = 1_u64;
    while started.elapsed() < Duration::from_millis(time) {
        for _ in 0..10_000 {
            found = std::hint::black_box(
                found
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1),
            );
        }
    }
    Ok(json!({"found": found}))
}

fn main() {}
