//! One guest at its deadline never ends another that runs beside it.

use crate::ground::{engine, load};
use amend_runtime::{CallError, Limits};
use amend_store::Json;
use amend_tests::contract;
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
