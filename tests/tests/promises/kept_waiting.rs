//! A caller's timeout is its own, and a shared commit that has come to nothing keeps no process waiting.
//!
//! Threads that update a document through one store are done together by one of them. When that one had a short timeout,
//! all the others failed with it. A process that had staged behind a stopped one waited out its timeout although its
//! staged text could no longer be committed, while later processes passed.

use crate::scene::{
    HELD, LOG, STRACE, assert_told_the_truth, one, quiet_update, start_to_wait, stopped_in_sync,
    to_its_end, writer,
};
use amend_store::{Error, Grant, Options, Patch, Receipt, Store};
use amend_tests::found::{Found, MARGIN};
use amend_tests::ground::Ground;
use amend_tests::requirements::has_tools;
use amend_tests::updating::Updating;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const PATIENT: Duration = Duration::from_secs(60);

/// How long two updates may take that nothing hinders, on a loaded machine.
const PASS: Duration = Duration::from_secs(5);

const HASTY: Duration = Duration::from_secs(2);

fn append(grant: &Grant, token: &str) -> Result<Receipt, Error> {
    let operation = format!(r#"[{{"op": "add", "path": "/log/-", "value": "{token}"}}]"#);
    grant.update("d.json", Patch::operations(&operation).unwrap())
}

/// Two threads of this process are done together, behind a process that is stopped in the middle of its commit.
fn two_threads(hasty_comes_first: bool) {
    if !has_tools(STRACE) {
        return;
    }
    let ground = Ground::new(LOG);
    let stopped = stopped_in_sync(&ground, &one(&ground, "stopped", PATIENT));
    let options = Options::default().with_lock_timeout(Some(PATIENT));
    let store = Store::open_with(&ground.directory, options).unwrap();
    // Where it is free, both wait for it, and are done in one turn.
    let held = ground.try_hold();
    let (grant, (done, ended)) = (Grant::new(store), mpsc::channel());
    thread::scope(|scope| {
        let start = |token: &'static str, timeout| {
            let (grant, done) = (grant.with_patience(timeout), done.clone());
            scope.spawn(move || {
                let (started, result) = (Instant::now(), append(&grant, token));
                done.send((token, started.elapsed(), result)).unwrap();
            });
        };
        if hasty_comes_first {
            start("hasty", HASTY);
            thread::sleep(Duration::from_millis(300));
            start("patient", PATIENT);
        } else {
            start("patient", PATIENT);
            thread::sleep(Duration::from_millis(300));
            start("hasty", HASTY);
        }
        thread::sleep(Duration::from_millis(300));
        drop(held);
        let mut results = Vec::new();
        let is_hasty = |(token, ..): &(&str, _, _)| *token == "hasty";
        while !results.iter().any(is_hasty) {
            match ended.recv_timeout(HELD) {
                Ok(result) => results.push(result),
                Err(_) => break,
            }
        }
        let is_in_time = results.iter().any(is_hasty);
        let stopped = to_its_end(stopped);
        while results.len() < 2 {
            results.push(ended.recv_timeout(PATIENT).unwrap());
        }
        results.sort_by_key(|(token, ..)| *token);
        let [(_, took, hasty), (_, _, patient)] = results.as_slice() else {
            panic!("two were started");
        };
        assert!(
            is_in_time,
            "{hasty:?}, after {took:?}, once the stopped process went on"
        );
        assert!(*took <= HASTY + MARGIN, "{hasty:?} after {took:?}");
        assert!(patient.is_ok(), "it had time, and ended with {patient:?}");
        assert_told_the_truth(&ground, [&stopped.report]);
        quiet_update(&ground);
        let found = Found::read(&ground.document).unwrap();
        assert_eq!(found.times("patient"), 1);
        match hasty {
            Ok(_) => assert_eq!(found.times("hasty"), 1),
            Err(Error::OutcomeUnknown { .. }) => assert!(found.times("hasty") <= 1),
            Err(error) => assert_eq!(found.times("hasty"), 0, "{error}"),
        }
    });
}

#[test]
fn the_timeout_of_one_caller_does_not_end_the_update_of_another() {
    two_threads(true);
}

#[test]
fn a_caller_whose_update_another_thread_makes_still_ends_in_time() {
    two_threads(false);
}

#[test]
fn an_update_behind_a_stopped_process_is_made_again_once_its_staged_text_is_void() {
    if !has_tools(STRACE) {
        return;
    }
    let ground = Ground::new(LOG);
    let stopped = stopped_in_sync(&ground, &one(&ground, "stopped", PATIENT));
    let mut behind = start_to_wait(writer(&one(&ground, "behind", PATIENT)));
    let mut foreign = Command::new(env!("CARGO_BIN_EXE_foreign_writer"));
    foreign.args(["replace".as_ref(), ground.document.as_os_str()]);
    foreign.args(["foreign", "-", "0", "1"]);
    let mut foreign = Updating::start(foreign).unwrap();
    // They pass where a stopped process does not hold the lock. Where it does, all wait alike.
    let mut passed = ends(&mut foreign, PASS);
    let mut later = Updating::start(writer(&one(&ground, "later", PATIENT))).unwrap();
    later.until_begun(1);
    passed &= ends(&mut later, PASS);
    let is_behind = passed && !ends(&mut behind, HELD);
    let stopped = to_its_end(stopped);
    let ended = [stopped, behind.wait(), foreign.wait(), later.wait()];
    assert!(!is_behind, "it was overtaken, and waited on: {ended:?}");
    for ended in &ended {
        assert!(ended.report.attempts[0].is_done(), "{ended:?}");
    }
    assert_told_the_truth(&ground, ended.iter().map(|ended| &ended.report));
    quiet_update(&ground);
}

/// Whether a process ends within this time.
fn ends(process: &mut Updating, within: Duration) -> bool {
    let started = Instant::now();
    while !process.is_over() && started.elapsed() < within {
        thread::sleep(Duration::from_millis(5));
    }
    process.is_over()
}
