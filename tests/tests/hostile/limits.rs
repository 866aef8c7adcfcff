//! Guests that use up what there is: each runs into a limit, and is told its name and its setting.

use crate::ground::{SHORT, ends, hasty, nothing_comes_of, patient};
use amend_runtime::CallError;
use std::time::Duration;

#[test]
fn eats_memory() {
    let error = nothing_comes_of("eats-memory", patient());
    ends!(
        error,
        CallError::Memory { limit: 0x1000_0000 },
        "268435456 bytes",
        "limit on its memory"
    );
}

#[test]
fn grows_in_small_steps() {
    let error = nothing_comes_of("grows-in-small-steps", patient().with_memory(64 << 20));
    ends!(
        error,
        CallError::Memory { limit: 0x400_0000 },
        "67108864 bytes",
        "limit on its memory"
    );
}

/// The limit is on their sum: each of them is well below it.
#[test]
fn grows_four_memories() {
    let error = nothing_comes_of("grows-four-memories", patient().with_memory(64 << 20));
    ends!(error, CallError::Memory { .. }, "limit on its memory");
}

#[test]
fn grows_its_table() {
    let error = nothing_comes_of("grows-its-table", patient());
    ends!(
        error,
        CallError::Table { limit: 100_000 },
        "100000 table elements",
        "limit on its tables"
    );
}

#[test]
fn recurses() {
    let error = nothing_comes_of("recurses", patient());
    ends!(
        error,
        CallError::Stack { limit: 524_288, .. },
        "call stack exhausted",
        "limit on its stack"
    );
}

#[test]
fn prints_forever() {
    let error = nothing_comes_of("prints-forever", patient());
    ends!(
        error,
        CallError::Lines { limit: 10_000 },
        "10000 lines",
        "limit on its lines"
    );
}

#[test]
fn prints_a_gigabyte() {
    let error = nothing_comes_of("prints-a-gigabyte", patient());
    ends!(
        error,
        CallError::Output { limit: 0x10_0000 },
        "1048576 bytes",
        "limit on its output"
    );
}

#[test]
fn answers_too_much() {
    let error = nothing_comes_of("answers-too-much", patient());
    ends!(
        error,
        CallError::Answer { limit: 0x400_0000 },
        "67108864 bytes",
        "limit on its answer"
    );
}

#[test]
fn answers_a_hundred_megabytes() {
    let error = nothing_comes_of("answers-a-hundred-megabytes", patient());
    ends!(error, CallError::Answer { .. }, "limit on its answer");
}

#[test]
fn loops_in_update() {
    let error = nothing_comes_of("loops-in-update", hasty());
    ends!(
        error,
        CallError::TimedOut { limit: SHORT },
        "300ms",
        "limit on its time"
    );
}

#[test]
fn a_loop_uses_up_its_fuel() {
    let limits = patient().with_fuel(Some(1_000_000));
    let error = nothing_comes_of("loops-in-update", limits);
    ends!(
        error,
        CallError::Fuel { limit: 1_000_000 },
        "1000000 units",
        "limit on its fuel"
    );
}

/// Each call is short and none blocks, so it is the guest's own code that has to be stopped.
#[test]
fn asks_the_time_forever() {
    let error = nothing_comes_of("asks-the-time-forever", hasty());
    ends!(error, CallError::TimedOut { limit: SHORT }, "300ms");
}

/// It is in a call of the host when its time is up.
#[test]
fn sleeps() {
    let error = nothing_comes_of("sleeps", hasty());
    ends!(error, CallError::TimedOut { limit: SHORT }, "300ms");
}

#[test]
fn no_time_at_all_is_an_error_and_not_an_endless_one() {
    let limits = patient().with_time(Duration::ZERO);
    let scratch = tempfile::tempdir().unwrap();
    let component = amend_tests::hostile("loops-in-start", scratch.path());
    let error = crate::ground::engine().load(component, limits).unwrap_err();
    assert!(error.to_string().contains("limit on its time"), "{error}");
}
