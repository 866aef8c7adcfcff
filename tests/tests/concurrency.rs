//! Many at once, and nothing lost: threads, processes, guests, and programs that are not ours.
//!
//! A plain read-modify-write of a JSON file by 50 threads x 20 keeps some 30 of 1000 updates. Locking the
//! document itself and then replacing it does not help: the replacement is a new inode with a lock of its
//! own. Each test here counts what arrived.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{Engine, Limits};
use amend_store::{Json, Options, Patch, Receipt, Store};
use amend_tests::{amend, example};
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

type Outcome = Result<Option<Patch>, Box<dyn std::error::Error + Send + Sync>>;

const THREADS: usize = 50;
const EACH: usize = 20;

fn store(directory: &Path) -> Store {
    // Fsync can be slow on a busy machine, and these tests are not about time.
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(300)));
    Store::open_with(directory, patient).unwrap()
}

fn count(directory: &Path) -> u64 {
    let text = std::fs::read_to_string(directory.join("state.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["count"]
        .as_u64()
        .unwrap()
}

fn increment(current: Option<&str>) -> Outcome {
    let state: Value = serde_json::from_str(current.unwrap_or("{}"))?;
    let count = state["count"].as_u64().unwrap_or(0) + 1;
    Ok(Some(Patch::merge(format!(r#"{{"count": {count}}}"#))?))
}

/// Runs an update in many threads, and checks that each made a version of its own.
fn from_threads(update: impl Fn() -> Receipt + Sync) {
    let versions = Mutex::new(HashSet::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    let receipt = update();
                    assert!(receipt.changed);
                    assert!(
                        versions.lock().unwrap().insert(receipt.version),
                        "two updates made one version"
                    );
                }
            });
        }
    });
}

#[test]
fn fifty_threads_lose_nothing_with_closures() {
    let scratch = tempfile::tempdir().unwrap();
    let store = store(scratch.path());
    from_threads(|| store.update("state.json", increment).unwrap());
    assert_eq!(count(scratch.path()), (THREADS * EACH) as u64);
}

#[test]
fn fifty_threads_lose_nothing_with_a_guest() {
    let scratch = tempfile::tempdir().unwrap();
    let store = store(scratch.path());
    let engine = Engine::new().unwrap();
    let counter = engine
        .load(example("rust/counter"), Limits::default())
        .unwrap();
    from_threads(|| {
        store
            .update(
                "state.json",
                counter.with_args(Json::parse(r#"{"by": 3}"#).unwrap()),
            )
            .unwrap()
    });
    assert_eq!(count(scratch.path()), 3 * (THREADS * EACH) as u64);
}

#[test]
fn eight_processes_lose_nothing_with_closures() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    let mut writers: Vec<_> = (0..8)
        .map(|_| {
            Command::new(env!("CARGO_BIN_EXE_writer"))
                .arg(&document)
                .arg("100")
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for writer in &mut writers {
        assert!(writer.wait().unwrap().success());
    }
    assert_eq!(count(scratch.path()), 800);
}

#[test]
fn eight_processes_lose_nothing_through_the_command_line_and_a_guest() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    let (amend, counter) = (amend(), example("rust/counter"));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let status = Command::new(&amend)
                        .arg("update")
                        .arg(&document)
                        .arg("--with")
                        .arg(&counter)
                        .args(["--lock-timeout", "300s"])
                        .status()
                        .unwrap();
                    assert!(status.success());
                }
            });
        }
    });
    assert_eq!(count(scratch.path()), 800);
}

/// A program that knows nothing of amend but the lock file, as anybody would write it.
const PEER: &str = r#"
import fcntl, json, os, sys, tempfile

path, times = sys.argv[1], int(sys.argv[2])
for _ in range(times):
    with open(path + ".lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            with open(path) as document:
                state = json.load(document)
        except FileNotFoundError:
            state = {}
        state["count"] = state.get("count", 0) + 1
        with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(path), delete=False) as new:
            json.dump(state, new)
            new.flush()
            os.fsync(new.fileno())
        os.replace(new.name, path)
"#;

#[test]
fn a_python_program_with_the_same_lock_is_a_peer() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    let python = || {
        let mut command = Command::new("python3");
        command.args(["-c", PEER]).arg(&document).arg("100");
        command
    };
    let writer = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_writer"));
        command.arg(&document).arg("100").stdout(Stdio::null());
        command
    };
    let mut peers: Vec<_> = [python(), writer(), python(), writer()]
        .iter_mut()
        .map(|peer| peer.spawn().unwrap())
        .collect();
    for peer in &mut peers {
        assert!(peer.wait().unwrap().success());
    }
    assert_eq!(count(scratch.path()), 400);
}

#[test]
fn a_reader_sees_whole_documents_that_only_go_forward() {
    let scratch = tempfile::tempdir().unwrap();
    let store = store(scratch.path());
    store
        .update("state.json", Patch::merge(r#"{"count": 0}"#).unwrap())
        .unwrap();
    thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for _ in 0..300 {
                store.update("state.json", increment).unwrap();
            }
        });
        let mut last = 0;
        while !writing.is_finished() {
            let snapshot = store
                .read("state.json")
                .unwrap()
                .expect("the document is always there");
            let state: Value =
                serde_json::from_str(&snapshot.text).expect("the document is always whole");
            let count = state["count"].as_u64().unwrap();
            assert!(count >= last, "the count went from {last} back to {count}");
            last = count;
        }
    });
    assert_eq!(count(scratch.path()), 300);
}

#[test]
fn a_guest_may_be_called_inside_of_an_async_runtime() {
    let scratch = tempfile::tempdir().unwrap();
    let store = store(scratch.path());
    let counter = Engine::new()
        .unwrap()
        .load(example("rust/counter"), Limits::default())
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    // It blocks this thread, as documented, but it does not panic for being there.
    runtime.block_on(async {
        store
            .update("state.json", counter.with_args(Json::parse("{}").unwrap()))
            .unwrap()
    });
    assert_eq!(count(scratch.path()), 1);
}
