//! A thread that panics while it commits the updates of others: their outcome is unknown, and they are told so.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, ErrorKind, Uncertainty};
use common::batch::{THREADS, in_one_batch};
use common::*;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, subscriber};

/// Whether the next commit panics.
static IS_ARMED: AtomicBool = AtomicBool::new(false);

/// A log that panics at the start of a commit, as any code on the leader's way could.
struct Faulty;

impl Subscriber for Faulty {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "commit"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        assert!(!IS_ARMED.swap(false, Ordering::SeqCst), "the commit panics");
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn the_outcome_is_unknown_to_the_threads_whose_updates_it_had_taken() {
    subscriber::set_global_default(Faulty).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("a.json");
    let store = patient(scratch.path());
    let outcomes = in_one_batch(
        scratch.path(),
        || {
            fs::write(&document, "{}").unwrap();
            IS_ARMED.store(true, Ordering::SeqCst);
        },
        |_, ran_on| {
            catch_unwind(AssertUnwindSafe(|| {
                store.update("a.json", |current: Option<&str>| {
                    ran_on.lock().unwrap().push(thread::current().id());
                    increment(current)
                })
            }))
        },
    );
    let (mut panicked, mut unknown) = (0, 0);
    for outcome in outcomes {
        match outcome {
            Err(panic) => {
                assert_eq!(panic.downcast_ref(), Some(&"the commit panics"));
                panicked += 1;
            }
            Ok(Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                let Error::OutcomeUnknown { path, source } = &error else {
                    panic!("{error:?}");
                };
                assert_eq!(path, &document);
                assert!(matches!(source, Uncertainty::Panicked), "{source:?}");
                unknown += 1;
            }
            Ok(Ok(receipt)) => panic!("{receipt:?} of a commit that panicked"),
        }
    }
    assert_eq!((panicked, unknown), (1, THREADS - 1));
    assert_eq!(fs::read_to_string(&document).unwrap(), "{}");
    // The next update finds neither the lock nor the queue taken.
    store.update("a.json", increment).unwrap();
    assert_eq!(count(&document), 1);
}
