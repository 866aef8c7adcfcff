//! Processes that share commits: some are killed, one is stopped in the middle of it, and nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_store::{Error, Options, Patch, Store};
use amend_tests::{increment, look};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const WRITERS: usize = 6;

fn writer(document: &Path, count: usize) -> Child {
    Command::new(env!("CARGO_BIN_EXE_writer"))
        .arg(document)
        .arg(count.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The counts that a writer was told it has made, as far as it came.
fn told(writer: &mut Child) -> Vec<u64> {
    let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    lines.map(|line| line.unwrap().parse().unwrap()).collect()
}

fn counted(document: &Path) -> u64 {
    let text = fs::read_to_string(document).unwrap();
    let state: Value = serde_json::from_str(&text).expect("the document is whole");
    state["count"].as_u64().unwrap()
}

fn staging_file(directory: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.find(|path| path.to_string_lossy().ends_with(".staging.tmp"))
}

fn start(directory: &Path) -> (Store, PathBuf) {
    let store = Store::open(directory).unwrap();
    let patch = Patch::merge(r#"{"count": 0}"#).unwrap();
    store.update("state.json", patch).unwrap();
    (store, directory.join("state.json"))
}

fn names(directory: &Path) -> Vec<String> {
    look(directory).into_keys().collect()
}

/// Each of them is killed while it shares commits with the others, again and again.
#[test]
fn a_killed_process_takes_no_update_of_the_others_with_it() {
    const KILLS: usize = 150;
    let scratch = tempfile::tempdir().unwrap();
    let (store, document) = start(scratch.path());
    let (kills, all) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let was_shared = AtomicBool::new(false);
    thread::scope(|scope| {
        for number in 0..WRITERS {
            let (document, kills, all, was_shared) = (&document, &kills, &all, &was_shared);
            scope.spawn(move || {
                while kills.fetch_add(1, Ordering::Relaxed) < KILLS {
                    let mut writer = writer(document, 1_000_000);
                    // Each after another number of its updates, and at whatever moment of the next one.
                    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
                    let mut made: Vec<u64> = Vec::new();
                    for _ in 0..5 + 3 * number {
                        made.push(lines.next().expect("it updates").unwrap().parse().unwrap());
                        was_shared.fetch_or(
                            staging_file(document.parent().unwrap()).is_some(),
                            Ordering::Relaxed,
                        );
                    }
                    writer.kill().unwrap();
                    // What it had said before it died is still in the pipe.
                    made.extend(lines.map(|line| line.unwrap().parse::<u64>().unwrap()));
                    writer.wait().unwrap();
                    all.lock().unwrap().extend(made);
                }
            });
        }
    });
    assert!(
        was_shared.into_inner(),
        "there was never a staging file: they did not share commits"
    );
    let all = all.into_inner().unwrap();
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!(
        distinct.len(),
        all.len(),
        "two updates made the same count: one is lost"
    );
    // An update that a killed process has staged may be committed with the next.
    store.update("state.json", increment).unwrap();
    let (acknowledged, count) = (all.len() as u64 + 1, counted(&document));
    // The last that each of them had begun may be there as well.
    let most = acknowledged + KILLS as u64;
    assert!(
        (acknowledged..=most).contains(&count),
        "{count} are there, {acknowledged} to {most} expected"
    );
    assert_eq!(names(scratch.path()), ["state.json", "state.json.lock"]);
}

/// Whether a process has the turn to commit, by the kernel's list of locks.
fn has_turn(writer: &Child, directory: &Path) -> bool {
    let Some(inode) = staging_file(directory).and_then(|file| Some(fs::metadata(file).ok()?.ino()))
    else {
        return false;
    };
    let (process, inode) = (format!(" {} ", writer.id()), format!(":{inode} "));
    let locks = fs::read_to_string("/proc/locks").unwrap();
    locks
        .lines()
        .any(|lock| !lock.contains("->") && lock.contains(&process) && lock.contains(&inode))
}

/// A process is stopped in the middle of a commit. A later update waits no longer than its deadline, its error names the
/// stopped process, and the update is not made later.
#[test]
fn a_stopped_process_delays_no_update_beyond_its_deadline() {
    const EACH: usize = 1000;
    let scratch = tempfile::tempdir().unwrap();
    let (_, document) = start(scratch.path());
    let mut writers: Vec<_> = (0..WRITERS).map(|_| writer(&document, EACH)).collect();
    let stopped = &writers[0];
    let process = Pid::from_child(stopped);
    loop {
        kill_process(process, Signal::STOP).unwrap();
        if has_turn(stopped, scratch.path()) {
            break;
        }
        kill_process(process, Signal::CONT).unwrap();
        assert!(
            counted(&document) < (WRITERS * EACH) as u64,
            "it was never stopped in a commit"
        );
        thread::yield_now();
    }
    let hasty = Options::default().with_lock_timeout(Some(Duration::from_millis(300)));
    let store = Store::open_with(scratch.path(), hasty).unwrap();
    let refused = store.update("state.json", Patch::merge(r#"{"hasty": true}"#).unwrap());
    let Err(Error::LockTimeout { holder, .. }) = &refused else {
        panic!("{refused:?}");
    };
    let holder = holder.as_ref().map(|holder| holder.process);
    assert_eq!(holder, Some(stopped.id()), "{refused:?}");
    kill_process(process, Signal::CONT).unwrap();
    let made: Vec<_> = writers.iter_mut().flat_map(told).collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    assert_eq!(made.len(), WRITERS * EACH);
    assert_eq!(counted(&document), (WRITERS * EACH) as u64);
    let text = fs::read_to_string(&document).unwrap();
    assert!(!text.contains("hasty"), "it was done after all: {text}");
    assert_eq!(names(scratch.path()), ["state.json", "state.json.lock"]);
}
