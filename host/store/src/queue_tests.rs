//! What the model checker cannot show: a leader that panics.

use crate::queue::{Queue, Unanswered};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;

/// A job that tells when it is gone.
struct Job(#[expect(dead_code, reason = "it is counted")] Arc<()>);

/// Waits until so many jobs wait in line. Each has a count of the same `Arc`.
fn until_there_are(jobs: usize, count: &Arc<()>) {
    while Arc::strong_count(count) != jobs + 1 {
        thread::yield_now();
    }
}

/// The leader panics while it holds its own job and that of another. Both are told, and the third leads.
#[test]
fn a_leader_that_panics_takes_down_only_what_it_has_taken() {
    let queue = Queue::<Job, usize>::default();
    let count = Arc::new(());
    let job = || Job(Arc::clone(&count));
    thread::scope(|scope| {
        let panics = scope.spawn(|| {
            let lead = || {
                queue.submit(job(), None, |turn| {
                    let own = turn.take();
                    until_there_are(3, &count);
                    // They are in line when one of them can be taken.
                    let taken = loop {
                        match turn.take() {
                            Some(taken) => break taken,
                            None => thread::yield_now(),
                        }
                    };
                    let _held = (own, taken);
                    resume_unwind(Box::new("on purpose"));
                })
            };
            catch_unwind(AssertUnwindSafe(lead)).is_err()
        });
        until_there_are(1, &count);
        let other = || {
            queue.submit(job(), None, |turn| {
                while let Some(ticket) = turn.take() {
                    ticket.finish(7);
                }
            })
        };
        let others = [scope.spawn(other), scope.spawn(other)].map(|other| other.join().unwrap());
        assert!(panics.join().unwrap());
        assert!(others.contains(&Err(Unanswered::Abandoned)), "{others:?}");
        assert!(others.contains(&Ok(7)), "{others:?}");
    });
    assert_eq!(Arc::strong_count(&count), 1, "a job is still somewhere");
}
