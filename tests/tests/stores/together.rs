//! Threads that update one document at once.

use crate::scene::behaviours;
use amend_store::{Error, Patch};
use amend_tests::increment;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;

behaviours! {
    fn fifty_threads_lose_no_update(scene) {
        let versions = Mutex::new(HashSet::new());
        thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let receipt = scene.store.update("a.json", increment).expect("updated");
                        assert!(versions.lock().expect("unpoisoned").insert(receipt.version));
                    }
                });
            }
        });
        assert_eq!(scene.stored("a.json").as_deref(), Some("{\n  \"count\": 1000\n}\n"));
        let last = scene.store.read("a.json").expect("no error").expect("a document");
        assert!(versions.lock().expect("unpoisoned").contains(&last.version));
    }

    fn of_those_that_are_committed_together_each_has_its_own_answer(scene) {
        let start = Barrier::new(40);
        let asked = AtomicUsize::new(0);
        thread::scope(|scope| {
            for number in 0..40 {
                let (start, asked) = (&start, &asked);
                scope.spawn(move || {
                    start.wait();
                    asked.fetch_add(1, Ordering::Relaxed);
                    match number % 4 {
                        0 => {
                            let refused = scene.store.update("a.json", |_: Option<&str>| Err::<Option<Patch>, _>("no"));
                            assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
                        }
                        1 => {
                            let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                                scene.store.update("a.json", |_: Option<&str>| -> Result<Option<Patch>, String> {
                                    std::panic::panic_any(number)
                                })
                            }));
                            assert_eq!(panicked.expect_err("a panic").downcast_ref(), Some(&number));
                        }
                        2 => {
                            let failed = Patch::operations(r#"[{"op": "remove", "path": "/nowhere"}]"#).expect("a patch");
                            let failed = scene.store.update("a.json", failed);
                            assert!(matches!(failed, Err(Error::Apply { .. })), "{failed:?}");
                        }
                        _ => {
                            let receipt = scene.store.update("a.json", increment).expect("updated");
                            assert!(receipt.changed);
                        }
                    }
                });
            }
        });
        assert_eq!(scene.stored("a.json").as_deref(), Some("{\n  \"count\": 10\n}\n"));
    }

    fn a_version_that_was_overtaken_in_its_batch_is_no_longer_the_documents(scene) {
        // Each expects the version that its own last update made: of several, one at most is right each time.
        scene.put("a.json", "{\"count\": 0}");
        let done = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let before = scene.store.update("a.json", increment).expect("updated");
                        done.fetch_add(1, Ordering::Relaxed);
                        let result = scene.store.update_if("a.json", Some(before.version), increment);
                        match result {
                            Ok(receipt) => {
                                assert_ne!(receipt.version, before.version);
                                done.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(Error::VersionMismatch { found, expected, .. }) => {
                                assert_ne!(Some(found), expected);
                                assert_ne!(found.to_string(), "pending");
                            }
                            Err(other) => panic!("{other}"),
                        }
                    }
                });
            }
        });
        let count = done.load(Ordering::Relaxed);
        assert_eq!(scene.stored("a.json"), Some(format!("{{\"count\": {count}}}")));
    }
}
