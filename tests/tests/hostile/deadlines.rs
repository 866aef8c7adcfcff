//! One guest at its deadline never ends another that runs beside it.

use crate::ground::load;
use amend_runtime::{CallError, Limits};
use amend_store::Json;
use std::thread;
use std::time::{Duration, Instant};

/// How long the patient ones compute: several deadlines of the hasty ones pass meanwhile.
const LONG: Duration = Duration::from_millis(1500);

/// They loop until they are stopped, again and again, each with another deadline; others compute for longer than any
/// of them has, and answer.
#[test]
fn computes() {
    let patient = load(
        "computes",
        Limits::default().with_time(Duration::from_secs(60)),
    );
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
