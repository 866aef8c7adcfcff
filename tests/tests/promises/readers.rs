//! The leftovers of a killed process do not hinder readers.
//!
//! A user that may read a document may make an update that changes nothing, and one whose `test` fails. After a process
//! was killed in a shared commit, both ended with "Permission denied": the file with the staged text was not theirs to
//! open for writing.

use crate::scene::{LOG, STRACE, hold, install, one, writer};
use amend_tests::at_call::{CHANGES, signalled};
use amend_tests::ground::{Ground, Kind};
use amend_tests::requirements::{has_root, has_tools};
use amend_tests::updating::{Settings, Updating};
use amend_tests::user::{STRANGER, USERS};
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

fn try_as_a_reader(ground: &Ground, amend: &Path, what: &str) {
    let run = |args: &[&str]| -> Output {
        let mut command = Command::new(amend);
        command.current_dir(&ground.directory).args(args);
        STRANGER.runs(command).output().unwrap()
    };
    let nothing = run(&["update", "d.json", "--set", "/c=\"000000\""]);
    assert_eq!(
        nothing.status.code(),
        Some(0),
        "{what}: no change: {nothing:?}"
    );
    let test = r#"[{"op": "test", "path": "/c", "value": 9}]"#;
    let test = run(&["update", "d.json", "--operations", test]);
    assert_eq!(
        test.status.code(),
        Some(4),
        "{what}: a failing test: {test:?}"
    );
    let get = run(&["get", "d.json"]);
    assert_eq!(get.status.code(), Some(0), "{what}: get: {get:?}");
}

#[test]
fn a_reader_is_not_hindered_by_what_a_killed_process_left() {
    if !has_root() || !has_tools(STRACE) {
        return;
    }
    let ground = Ground::shared(Kind::Private, LOG);
    let amend = install(&ground);
    let settings = |name: &str| Settings {
        user: Some(USERS[0]),
        ..one(&ground, name, Duration::from_secs(60))
    };
    let first = Updating::start(writer(&settings("first"))).unwrap().wait();
    assert!(first.status.success(), "{}", first.status);
    try_as_a_reader(&ground, &amend, "before");
    let mut left = 0;
    for (number, calls) in CHANGES.into_iter().enumerate() {
        let command = writer(&settings(&format!("killed{number}")));
        let command = signalled(&command, &[(calls, "SIGKILL", 2 - number % 2)]);
        let lock = hold(&ground);
        let mut killed = Updating::start(command).unwrap();
        while killed.report().attempts.is_empty() && !killed.is_over() {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(200));
        drop(lock);
        drop(killed.wait());
        left += usize::from(!ground.leftovers().is_empty());
        try_as_a_reader(&ground, &amend, calls);
    }
    println!("{left} of the kills left something behind");
    let last = Updating::start(writer(&settings("last"))).unwrap().wait();
    assert!(last.status.success(), "{}", last.status);
    assert_eq!(ground.leftovers(), [""; 0]);
}
