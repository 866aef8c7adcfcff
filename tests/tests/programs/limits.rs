//! Programs that never end, call too often or print too much.

use crate::scene::{SHORT, Scene, all_are, engine, run, run_with};
use amend_runtime::{CallError, Grants, Invocation, Limits};
use amend_store::{Grant, Options, Store};
use amend_tests::{amend, hostile, program};
use std::fs::File;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn calls_too_often() {
    let scene = Scene::new();
    let before = scene.look();
    let limits = Limits::for_programs().with_store_calls(5);
    let exit = run_with("calls-too-often", &[], &scene.grants(), limits);
    assert_eq!(
        scene.said(&exit.unwrap()),
        "answered: 5\nupdate: Denied(\"the guest may call the store no more than 5 times (the limit on its calls)\")\n"
    );
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

/// Runs a program that would never end, with no limit but that on its time.
#[track_caller]
fn is_stopped(scene: &Scene, name: &str) {
    let before = scene.look();
    let limits = Limits::for_programs()
        .with_time(SHORT)
        .with_store_calls(usize::MAX);
    let started = Instant::now();
    let ended = run_with(name, &[], &scene.grants(), limits);
    assert!(started.elapsed() < Duration::from_secs(30));
    assert!(
        matches!(ended, Err(CallError::TimedOut { limit: SHORT })),
        "{ended:?}"
    );
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

#[test]
fn reads_for_ever() {
    is_stopped(&Scene::new(), "reads-for-ever");
}

#[test]
fn fails_for_ever() {
    is_stopped(&Scene::new(), "fails-for-ever");
}

#[test]
fn sleeps_for_an_hour() {
    is_stopped(&Scene::new(), "sleeps-for-an-hour");
}

/// The call that waits for the lock ends with the program's time, and whichever comes first says so.
#[test]
fn waits_for_a_lock() {
    let scene = Scene::new();
    let lock = File::open(scene.lock_file()).unwrap();
    lock.lock().unwrap();
    let before = scene.look();
    let limits = Limits::for_programs().with_time(SHORT);
    let started = Instant::now();
    match run_with("waits-for-a-lock", &[], &scene.grants(), limits) {
        Err(CallError::TimedOut { .. }) => {}
        Ok(exit) => all_are(&scene.said(&exit), "update: TimedOut("),
        Err(other) => panic!("{other}"),
    }
    // Sooner than the store itself would give up.
    assert!(started.elapsed() < Duration::from_secs(8));
    assert_eq!(scene.look(), before);
    drop(lock);
    scene.works();
}

/// The store's patience is shorter here, so the guest lives to be told, and to print it. Another process has the lock
/// until it is killed.
#[test]
fn whoever_holds_the_lock_is_not_told() {
    let scene = Scene::new();
    let updater = hostile("loops-in-update", scene.scratch.path());
    let mut holder = Command::new(amend())
        .args([
            "update",
            scene.document().to_str().unwrap(),
            "--timeout",
            "60s",
        ])
        .args(["--with", updater.to_str().unwrap()])
        .spawn()
        .unwrap();
    let lock = File::open(scene.lock_file()).unwrap();
    while lock.try_lock().is_ok() {
        lock.unlock().unwrap();
        thread::yield_now();
    }
    let options = Options::default().with_lock_timeout(Some(Duration::from_millis(50)));
    let store = Store::open_with(scene.root(), options).unwrap();
    let grants = Grants::new().with_documents("state", Grant::new(store));
    let said = scene.said(&run("waits-for-a-lock", &grants.unwrap()).unwrap());
    holder.kill().unwrap();
    holder.wait().unwrap();
    all_are(
        &said,
        "update: TimedOut(\"state/app.json: another process held the lock for more than",
    );
    for hidden in [".lock", "(amend)", &holder.id().to_string()] {
        assert!(!said.contains(hidden), "{said}");
    }
    scene.works();
}

/// Where the host keeps what a program prints, or logs it, it is bounded, and the error says which bound it was.
#[test]
fn what_is_printed_without_end_is_bounded_where_it_is_kept() {
    let scene = Scene::new();
    let before = scene.look();
    let program = program("prints-without-end");
    let limits = Limits::for_programs().with_output(100_000);
    let program = engine().load_program(program, limits).unwrap();
    for invocation in [Invocation::new(), Invocation::new().collecting()] {
        let error = program.run(&scene.grants(), invocation).unwrap_err();
        assert!(
            matches!(error, CallError::Output { limit: 100_000 }),
            "{error:?}"
        );
        let message = error.to_string();
        assert!(
            message.contains("100000 bytes (the limit on its output)"),
            "{message}"
        );
    }
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

/// A program's fuel pays for all of it, and its calls of the store are not counted.
#[test]
fn fuel_ends_a_program() {
    let scene = Scene::new();
    let limits = Limits::for_programs()
        .with_store_calls(usize::MAX)
        .with_fuel(Some(1_000_000));
    let error = run_with("reads-for-ever", &[], &scene.grants(), limits).unwrap_err();
    assert!(
        matches!(error, CallError::Fuel { limit: 1_000_000 }),
        "{error:?}"
    );
    scene.goes_on();
}
