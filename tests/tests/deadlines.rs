//! Many guests under one clock: a deadline ends the guest whose it is, in time, and no other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{CallError, CompiledCache, Engine, Limits, Plugin};
use amend_store::Json;
use amend_tests::{contract, hostile};
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

/// Counts down from a thousand million, for a second or so, and answers `none`. It calls nobody meanwhile: all that can
/// stop it, rightly or wrongly, is the clock that its own code looks at.
const COUNTS: &str = r#"(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "amend:document/updater@0.1.0#update") (param i32 i32 i32 i32 i32) (result i32)
    (local $left i32)
    (local.set $left (i32.const 1000000000))
    (loop
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if 0 (local.get $left)))
    (i32.const 0)))"#;

/// Ends a guest that never would, as often as there is time for while the others count.
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
    let looping = hostile("loops-in-update", scratch.path());
    let looping = engine.load(looping, limits.clone()).unwrap();
    let counting = contract("0.1.0", "export updater;", COUNTS);
    let counting = engine.load_bytes("counts", &counting, limits).unwrap();
    let args = Json::parse("null").unwrap();

    for _ in 0..ROUNDS {
        thread::scope(|threads| {
            for limit in SHORT {
                threads.spawn(|| {
                    let started = Instant::now();
                    let answer = counting.call(None, &args);
                    assert!(matches!(answer, Ok(None)), "{answer:?}");
                    let took = started.elapsed();
                    let longest = SHORT[SHORT.len() - 1];
                    assert!(
                        took > longest,
                        "only {took:?}: no deadline has passed meanwhile"
                    );
                });
                let looping = &looping;
                threads.spawn(move || times_out(looping, limit));
            }
        });
    }
}
