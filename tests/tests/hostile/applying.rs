//! Guests whose answers are cheap to give and expensive to apply: the host's own work has the limits of the guest.

use crate::ground::{ends, nothing_comes_of, patient};
use amend_runtime::{CallError, Limits};
use amend_tests::measure::thread_time;
use amend_tests::{cost, hostile};
use std::fs;
use std::time::Duration;

/// What the host takes for itself: its code, and what it maps of the guest.
const HOST: u64 = 256 << 20;

/// The limits on time and memory that the command gives a guest of this test.
const TIME: Duration = Duration::from_secs(1);
const GRANTED: u64 = 256 << 20;

/// Runs a guest with the command, and checks what the whole command has cost.
#[track_caller]
fn ends_within_its_limits(guest: &str, says: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let component = hostile(guest, scratch.path());
    let document = scratch.path().join("state.json");
    fs::write(&document, "{\"count\": 1}").unwrap();
    let args = [
        "update",
        document.to_str().unwrap(),
        "--with",
        component.to_str().unwrap(),
        "--timeout",
        "1s",
    ];
    // Compiling has limits of its own.
    let _ = cost(scratch.path(), &args);
    let cost = cost(scratch.path(), &args);
    assert_eq!(cost.code, Some(6), "{cost:?}");
    assert!(cost.errors.contains(says), "{}", cost.errors);
    assert!(cost.memory < HOST + GRANTED, "{cost:?}");
    // Twice: the processor is shared, and a process has to start and to end.
    assert!(cost.time < TIME * 2, "{cost:?}");
    assert_eq!(fs::read_to_string(&document).unwrap(), "{\"count\": 1}");
}

/// Found by an attack: 1.7 KB of WebAssembly held the lock for some 40 minutes.
#[test]
fn answers_many_copies() {
    let limits = patient().with_host_work(1 << 28);
    let error = nothing_comes_of("answers-many-copies", limits);
    ends!(
        error,
        CallError::HostWork { limit: 0x1000_0000 },
        "268435456 units of work",
        "limit on the host's work"
    );
    ends_within_its_limits("answers-many-copies", "limit on");
}

/// Found by an attack: each test read the 30 million digits again.
#[test]
fn tests_a_long_number() {
    let limits = patient().with_host_work(1 << 28);
    let error = nothing_comes_of("tests-a-long-number", limits);
    ends!(
        error,
        CallError::HostWork { .. },
        "limit on the host's work"
    );
    ends_within_its_limits("tests-a-long-number", "limit on");
}

/// Found by an attack: it made the host use 1.6 GB.
#[test]
fn copies_into_itself() {
    let error = nothing_comes_of("copies-into-itself", patient());
    ends!(
        error,
        CallError::HostMemory { limit: 0x1000_0000 },
        "268435456 bytes of memory",
        "limit on the host's memory"
    );
    ends_within_its_limits("copies-into-itself", "limit on");
}

/// The time that is left after the guest has answered is all there is for its answer.
#[test]
fn an_answer_is_not_applied_after_the_time() {
    for guest in ["answers-many-copies", "tests-a-long-number"] {
        let limits = Limits::default().with_time(TIME).with_host_work(u64::MAX);
        let error = nothing_comes_of(guest, limits);
        let (call, message) = crate::ground::call(&error);
        // A guest that is slow to answer on a busy machine has no time left.
        assert!(
            matches!(
                call,
                CallError::NotAppliedInTime { limit: TIME } | CallError::TimedOut { .. }
            ),
            "{call:?}"
        );
        assert!(message.contains("limit on its time"), "{message}");
    }
}

/// How much processor time there may be between the end of the time and the moment at which the lock is free.
const LATE: Duration = Duration::from_millis(100);

/// Measured on the thread that holds the lock: it asks the guest, applies the answer, and clears up.
#[test]
fn the_lock_is_free_soon_after_the_time() {
    for guest in [
        "answers-many-copies",
        "tests-a-long-number",
        "loops-in-update",
        "asks-the-time-forever",
    ] {
        let limits = Limits::default().with_time(TIME).with_host_work(u64::MAX);
        let plugin = crate::ground::load(guest, limits);
        let started = thread_time();
        crate::ground::Ground::new().withstands(&plugin, "{}");
        let took = thread_time() - started;
        assert!(took < TIME + LATE, "{guest}: {took:?}");
    }
}
