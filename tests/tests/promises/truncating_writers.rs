//! A document that another program is writing is not taken for an empty one.
//!
//! `open(f, "w")` and `fs.writeFileSync` truncate the file, and write it a moment later. An update that read the file in
//! between took it for an absent document, started from `{}` and replaced it: beside an ordinary Python program, 6 of 928
//! updates erased everything. With half of the text in place the message advised to remove the file.

use crate::scene::install;
use amend_store::{Durability, Error, Options, Patch, Store};
use amend_tests::amend;
use amend_tests::ground::{Ground, Kind};
use amend_tests::requirements::has_root;
use amend_tests::updating::Updating;
use amend_tests::user::USERS;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const TEXT: &str = r#"{"keep": 1, "another": [1, 2, 3]}"#;

/// How long the other program takes to write, from the moment at which the update has the lock.
const WRITES: Duration = Duration::from_millis(300);

fn start_update(ground: &Ground, timeout: &str) -> Child {
    update(ground, Command::new(amend()), timeout)
        .spawn()
        .unwrap()
}

fn update(ground: &Ground, mut command: Command, timeout: &str) -> Command {
    command.arg("update").arg(&ground.document);
    command.args(["--set", "/amend=1", "--lock-timeout", timeout]);
    command.stderr(Stdio::piped());
    command
}

fn truncate(ground: &Ground) -> File {
    let mut options = File::options();
    options.write(true).truncate(true);
    options.open(&ground.document).unwrap()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The other program has written this much when the update looks, and the rest a moment later.
fn is_kept_when_found_at(written: usize) {
    let ground = Ground::new(TEXT);
    is_kept(&ground, written, || Command::new(amend()));
}

fn is_kept(ground: &Ground, written: usize, amend: impl Fn() -> Command) {
    // Without a lock file the updater is asked before the lock is taken. So the first update waits without a lock, and the
    // second one with it.
    for is_locked in [false, true] {
        fs::write(&ground.document, TEXT).unwrap();
        is_kept_by_one(ground, written, amend(), is_locked);
    }
}

fn is_kept_by_one(ground: &Ground, written: usize, amend: Command, is_locked: bool) {
    let (first, rest) = TEXT.split_at(written);
    let mut file = truncate(ground);
    file.write_all(first.as_bytes()).unwrap();
    let update = update(ground, amend, "30s").spawn().unwrap();
    if is_locked {
        let lock = File::open(ground.lock()).unwrap();
        until("the update has begun", || {
            let is_free = lock.try_lock().is_ok();
            lock.unlock().unwrap();
            !is_free
        });
    }
    thread::sleep(WRITES);
    file.write_all(rest.as_bytes()).unwrap();
    drop(file);
    let output = update.wait_with_output().unwrap();
    let text = fs::read_to_string(&ground.document).unwrap();
    let expected = json!({"keep": 1, "another": [1, 2, 3], "amend": 1});
    let found: Option<Value> = serde_json::from_str(&text).ok();
    assert_eq!(found, Some(expected), "{text:?}, {output:?}");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_document_that_is_empty_for_a_moment_is_kept() {
    is_kept_when_found_at(0);
}

#[test]
fn a_document_that_is_half_written_for_a_moment_is_kept() {
    is_kept_when_found_at(TEXT.len() / 2);
}

/// Only root and the file's owner can ask the kernel whether a file is open for writing.
#[test]
fn a_document_that_is_empty_for_a_moment_is_kept_by_its_owner() {
    if !has_root() {
        return;
    }
    for written in [0, TEXT.len() / 2] {
        let ground = Ground::shared(Kind::Private, TEXT);
        let installed = install(&ground);
        is_kept(&ground, written, || USERS[0].runs(Command::new(&installed)));
    }
}

#[test]
fn a_document_that_is_still_being_written_at_the_deadline_is_a_timeout() {
    for written in [0, TEXT.len() / 2] {
        let ground = Ground::new(TEXT);
        let (first, rest) = TEXT.split_at(written);
        let mut file = truncate(&ground);
        file.write_all(first.as_bytes()).unwrap();
        let mut update = start_update(&ground, "300ms");
        until("the update ends", || update.try_wait().unwrap().is_some());
        let output = update.wait_with_output().unwrap();
        assert_eq!(fs::read_to_string(&ground.document).unwrap(), first);
        assert_eq!(output.status.code(), Some(7), "{output:?}");
        assert!(!message(&output).contains("remove"), "{output:?}");
        file.write_all(rest.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&ground.document).unwrap(), TEXT);
        assert_eq!(ground.leftovers(), [""; 0]);
    }
}

#[test]
fn an_update_that_starts_from_an_empty_file_warns() {
    let ground = Ground::new("");
    let output = start_update(&ground, "10s").wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let path = ground.document.to_str().unwrap();
    assert!(message(&output).contains(path), "no warning: {output:?}");
}

#[test]
fn a_document_that_stays_half_written_is_not_to_be_removed() {
    let ground = Ground::new(&TEXT[..TEXT.len() / 2]);
    let output = start_update(&ground, "1s").wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(!message(&output).contains("remove"), "{output:?}");
    let text = fs::read_to_string(&ground.document).unwrap();
    assert_eq!(text, TEXT[..TEXT.len() / 2]);
}

/// An ordinary program that reads the document and writes it back again and again, without a lock. It may overwrite
/// updates, and the rest of the document is there all the time. A read lease that it breaks ends no process.
#[test]
fn an_ordinary_program_that_writes_all_the_time_erases_nothing() {
    const UPDATES: u64 = 400;
    let ground = Ground::new(TEXT);
    let mut careless = Command::new(env!("CARGO_BIN_EXE_foreign_writer"));
    careless.args(["careless".as_ref(), ground.document.as_os_str()]);
    careless.args(["careless", "-", "2"]);
    let mut careless = Updating::start(careless).unwrap();
    let options = Options::default()
        .with_durability(Durability::None)
        .with_lock_timeout(Some(Duration::from_secs(5)));
    let (store, path) = Store::locate(&ground.document, options).unwrap();
    careless.until_begun(1);
    let mut done = 0;
    for number in 0..UPDATES {
        let patch = Patch::merge(format!(r#"{{"amend": {number}}}"#)).unwrap();
        match store.update(&path, patch) {
            Ok(_) => done += 1,
            // Its time was up.
            Err(
                Error::ChangedMeanwhile { .. }
                | Error::LockTimeout { .. }
                | Error::BeingWritten { .. },
            ) => {}
            Err(error) => panic!("update {number}: {error}"),
        }
    }
    let ended = careless.finish();
    assert!(ended.status.success(), "{}", ended.status);
    let text = fs::read_to_string(&ground.document).unwrap();
    assert!(
        text.contains(r#""keep": 1"#),
        "everything was erased: {text:?}"
    );
    assert!(
        done > UPDATES / 4,
        "only {done} of {UPDATES} updates were made"
    );
    let written = ended.report.attempts.len();
    println!("{done} of {UPDATES} updates were made beside {written} writes");
}
