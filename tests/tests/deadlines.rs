//! Many guests under one clock: a deadline ends the guest whose it is, in time, and no other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{CallError, CompiledCache, Engine, Limits, Plugin};
use amend_store::Json;
use amend_tests::hostile;
use std::thread;
use std::time::{Duration, Instant};

/// Each has a deadline of its own, so that they end out of step.
const SHORT: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(90),
    Duration::from_millis(140),
    Duration::from_millis(200),
];

/// What a busy machine may be late by.
const LATE: Duration = Duration::from_secs(10);

const ROUNDS: usize = 3;

/// Ends a guest that never would, as often as there is time for while the others compute for a second.
fn times_out(looping: &Plugin, limit: Duration) {
    let plugin = looping.within(limit);
    let args = Json::parse("null").unwrap();
    for _ in 0..4 {
        let started = Instant::now();
        let ended = plugin.call(None, &args);
        let took = started.elapsed();
        assert!(
            matches!(&ended, Err(CallError::TimedOut { limit: told }) if *told == limit),
            "{ended:?}"
        );
        assert!(limit <= took, "ended after {took:?} already");
        assert!(took < limit + LATE, "only ended after {took:?}");
    }
}

#[test]
fn those_who_have_time_answer_while_others_time_out() {
    let scratch = tempfile::tempdir().unwrap();
    let cache = CompiledCache::Directory(scratch.path().join("cache"));
    let engine = Engine::builder().with_cache(cache).build().unwrap();
    let limits = Limits::default().with_time(Duration::from_secs(60));
    let load = |guest| engine.load(hostile(guest, scratch.path()), limits.clone());
    let looping = load("loops-in-update").unwrap();
    let computing = load("computes").unwrap();
    let args = Json::parse(r#"{"milliseconds": 1000}"#).unwrap();

    for _ in 0..ROUNDS {
        thread::scope(|threads| {
            for limit in SHORT {
                threads.spawn(|| {
                    let answer = computing.call(None, &args);
                    assert!(matches!(answer, Ok(Some(_))), "{answer:?}");
                });
                let looping = &looping;
                threads.spawn(move || times_out(looping, limit));
            }
        });
    }
}
