//! What real runs look like from outside: a history of updates and reads, checked afterwards.
//!
//! Two stores on one directory stand for two processes: they share no queue, only the lock file. Each writer
//! counts in a member of its own, so that a read tells exactly which updates it has seen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_store::{Options, Patch, Store, Version};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const WRITERS: usize = 8;
const UPDATES: u64 = 300;

/// From before the call until after it returned.
struct Span {
    began: Instant,
    ended: Instant,
}

struct Update {
    span: Span,
    writer: usize,
    /// What it made of its writer's member.
    number: u64,
    version: Version,
}

struct Read {
    span: Span,
    /// What each writer's member was.
    seen: Vec<u64>,
    version: Version,
}

fn timed<T>(work: impl FnOnce() -> T) -> (Span, T) {
    let began = Instant::now();
    let done = work();
    let ended = Instant::now();
    (Span { began, ended }, done)
}

fn open(directory: &Path) -> Store {
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(300)));
    Store::open_with(directory, patient).unwrap()
}

fn write(store: &Store, writer: usize) -> Vec<Update> {
    let member = format!("w{writer}");
    let update = |number| {
        let (span, receipt) = timed(|| {
            store.update("state.json", |current: Option<&str>| {
                let state: Value = serde_json::from_str(current.unwrap_or("{}"))?;
                // Nobody else writes this member.
                assert_eq!(state[&member].as_u64().unwrap_or(0), number - 1);
                let merge = serde_json::json!({ &member: number });
                let patch = Patch::merge(merge.to_string())?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Some(patch))
            })
        });
        let receipt = receipt.unwrap();
        assert!(receipt.changed);
        Update {
            span,
            writer,
            number,
            version: receipt.version,
        }
    };
    (1..=UPDATES).map(update).collect()
}

fn read(store: &Store, is_over: &AtomicBool) -> Vec<Read> {
    let mut reads = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let (span, snapshot) = timed(|| store.read("state.json").unwrap());
        let Some(snapshot) = snapshot else { continue };
        assert_eq!(snapshot.version, Version::of(snapshot.text.as_bytes()));
        let state: Value = serde_json::from_str(&snapshot.text).unwrap();
        let seen = (0..WRITERS)
            .map(|writer| state[format!("w{writer}")].as_u64().unwrap_or(0))
            .collect();
        // Every pair of reads is compared: not too many of them.
        thread::sleep(Duration::from_micros(100));
        reads.push(Read {
            span,
            seen,
            version: snapshot.version,
        });
    }
    reads
}

/// Ends the readers, also when a writer has failed.
struct OnDrop<'o>(&'o AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_read_sees_what_was_acknowledged_before_it_and_nothing_goes_back() {
    let scratch = tempfile::tempdir().unwrap();
    let (one, two) = (open(scratch.path()), open(scratch.path()));
    let is_over = AtomicBool::new(false);
    let (updates, reads) = thread::scope(|scope| {
        let readers: Vec<_> = [&one, &two]
            .map(|store| scope.spawn(|| read(store, &is_over)))
            .into();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let store = if writer % 2 == 0 { &one } else { &two };
                scope.spawn(move || write(store, writer))
            })
            .collect();
        let over = OnDrop(&is_over);
        let updates: Vec<Update> = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect();
        drop(over);
        let reads: Vec<Read> = readers
            .into_iter()
            .flat_map(|reader| reader.join().unwrap())
            .collect();
        (updates, reads)
    });
    assert!(reads.len() > 20, "only {} reads", reads.len());
    check(&updates, reads);
}

fn check(updates: &[Update], mut reads: Vec<Read>) {
    let versions: HashSet<Version> = updates.iter().map(|update| update.version).collect();
    assert_eq!(
        versions.len(),
        updates.len(),
        "two updates made one version"
    );

    reads.sort_by_key(|read| read.span.began);
    let mut content = HashMap::new();
    for read in &reads {
        // A version names one content.
        let known = content.entry(read.version).or_insert(&read.seen);
        assert_eq!(**known, read.seen);
        for update in updates {
            let seen = read.seen[update.writer] >= update.number;
            if update.span.ended < read.span.began {
                assert!(seen, "an acknowledged update is missing from a later read");
            }
            if read.span.ended < update.span.began {
                assert!(!seen, "a read saw an update that had not begun");
            }
        }
    }
    // Of two reads, one after the other, the second sees all that the first has seen.
    for (number, earlier) in reads.iter().enumerate() {
        let later = reads[number..]
            .iter()
            .filter(|later| earlier.span.ended < later.span.began);
        for later in later {
            let goes_back = earlier.seen.iter().zip(&later.seen).any(|(a, b)| a > b);
            assert!(
                !goes_back,
                "from {:?} back to {:?}",
                earlier.seen, later.seen
            );
        }
    }
}
