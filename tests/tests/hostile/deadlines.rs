//! One guest at its deadline never ends another that runs beside it.

use crate::ground::{engine, load};
use amend_runtime::{CallError, Engine, Limits};
use amend_store::Json;
use amend_tests::{contract, example};
use std::thread;
use std::time::{Duration, Instant};

/// How long the patient ones compute: several deadlines of the hasty ones pass meanwhile.
const LONG: Duration = Duration::from_millis(1500);

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

/// They loop until they are stopped, again and again, each with another deadline; others compute for longer than any
/// of them has, and answer.
#[test]
fn computes() {
    let minute = Limits::default().with_time(Duration::from_secs(60));
    let patient = load("computes", minute.clone());
    let counting = contract("0.1.0", "export updater;", COUNTS);
    let counting = engine().load_bytes("counts", &counting, minute).unwrap();
    let args = Json::parse(format!("{{\"milliseconds\":{}}}", LONG.as_millis())).unwrap();
    let hasty = load("loops-in-update", Limits::default());
    let asleep = load("sleeps", Limits::default());
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let answer = patient.call(Some("{}"), &args);
                assert!(answer.unwrap().is_some());
                assert!(started.elapsed() >= LONG, "it has really computed");
            });
        }
        scope.spawn(|| {
            let answer = counting.call(None, &args);
            assert!(matches!(answer, Ok(None)), "{answer:?}");
            let passed = started.elapsed();
            assert!(passed > Duration::from_millis(60), "no deadline has passed");
        });
        let others = [
            (&hasty, 60),
            (&hasty, 110),
            (&hasty, 230),
            (&hasty, 370),
            (&asleep, 150),
        ];
        for (plugin, milliseconds) in others {
            let limit = Duration::from_millis(milliseconds);
            let plugin = plugin.within(limit);
            scope.spawn(move || {
                while started.elapsed() < LONG {
                    let begun = Instant::now();
                    let error = plugin.call(Some("{}"), &Json::parse("{}").unwrap());
                    let took = begun.elapsed();
                    let Err(CallError::TimedOut { limit: said }) = error else {
                        panic!("{error:?}");
                    };
                    assert_eq!(said, limit);
                    assert!(took >= limit, "{limit:?} were over after {took:?}");
                }
            });
        }
    });
}

/// The time in which it waits for its turn is time in which its caller may hold a lock.
#[test]
fn waits_for_its_turn_no_longer_than_its_time() {
    let engine = Engine::builder().with_updaters_at_once(1).build().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let load = |guest| {
        let component = amend_tests::hostile(guest, scratch.path());
        let limits = Limits::default().with_time(Duration::from_secs(60));
        engine.load(component, limits).unwrap()
    };
    let (computes, hasty) = (load("computes"), load("loops-in-update"));
    let hasty = hasty.within(Duration::from_millis(100));
    let args = Json::parse("{\"milliseconds\":3000}").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| computes.call(Some("{}"), &args).unwrap());
        let all = Instant::now();
        loop {
            let begun = Instant::now();
            assert!(
                all.elapsed() < Duration::from_secs(30),
                "it always had a turn"
            );
            let error = hasty.call(Some("{}"), &args).unwrap_err();
            let took = begun.elapsed();
            match error {
                // It was the first.
                CallError::TimedOut { .. } => {}
                CallError::NotStarted { limit } => {
                    assert_eq!(limit, Duration::from_millis(100));
                    assert!(took < Duration::from_secs(2), "after {took:?}");
                    let message = error.to_string();
                    assert!(message.contains("limit on its time"), "{message}");
                    break;
                }
                error => panic!("{error:?}"),
            }
        }
    });
}

/// The clock of guests ticks every ten milliseconds. A guest that has answered before the tick may be late all the same.
#[test]
fn an_answer_that_comes_late_is_none() {
    let counter = engine().load(example("rust/counter"), Limits::default());
    let hasty = counter.unwrap().within(Duration::from_nanos(1));
    let error = hasty.call(Some("{\"count\": 1}"), &Json::parse("{}").unwrap());
    let error = error.unwrap_err();
    assert!(matches!(error, CallError::TimedOut { .. }), "{error:?}");
}
