//! An update ends within its timeout, however far it has come.
//!
//! The timeout bounded the first wait for the lock, and not the waits after the update was staged: with three seconds an
//! update took 15.7, and behind a stopped process it had no bound. Each wait that timed out left a thread and an open
//! file behind until the lock was free.

use crate::scene::{
    LOG, STRACE, TO_WAIT, assert_in_time, assert_told_the_truth, hold, one, quiet_update,
    stopped_in, stopped_in_sync, to_its_end, until_all_end, writer,
};
use amend_tests::at_call::{RENAME, SYNC, go_on, until_stopped};
use amend_tests::attempt::{Attempt, Failure, Outcome};
use amend_tests::ground::Ground;
use amend_tests::requirements::has_tools;
use amend_tests::updating::{Ended, Settings, Updating};
use std::thread;
use std::time::Duration;

const PATIENT: Duration = Duration::from_secs(60);

fn start_three(ground: &Ground, timeout: Duration) -> Vec<Updating> {
    let settings = (0..3).map(|number| one(ground, &format!("w{number}"), timeout));
    settings
        .map(|settings| Updating::start(writer(&settings)).unwrap())
        .collect()
}

/// The updates have staged their text, and cannot commit it: another program has taken the lock.
#[test]
fn an_update_that_has_staged_ends_in_time_when_the_lock_is_taken_again() {
    if !has_tools(STRACE) {
        return;
    }
    const TIMEOUT: Duration = Duration::from_secs(4);
    let ground = Ground::new(LOG);
    let stopped = stopped_in_sync(&ground, &one(&ground, "first", TIMEOUT));
    let mut writers = start_three(&ground, TIMEOUT);
    for writer in &mut writers {
        writer.until_begun(1);
    }
    thread::sleep(TO_WAIT);
    // Taken already where a commit holds it throughout: then all of them are done in the end.
    let lock = ground.try_hold();
    go_on(stopped.id());
    writers.push(stopped);
    let have_ended = until_all_end(&mut writers);
    let left = ground.leftovers();
    drop(lock);
    let ended: Vec<_> = writers.into_iter().map(Updating::wait).collect();
    assert!(have_ended, "they waited until the lock was free: {ended:?}");
    assert_eq!(left, [""; 0]);
    assert_definite(&ended);
    assert_in_time(ended.iter().map(|ended| &ended.report));
    quiet_update(&ground);
    assert_told_the_truth(&ground, ended.iter().map(|ended| &ended.report));
}

/// Each is done or has timed out: none is unknown, as no process was in the middle of a rename.
fn assert_definite(ended: &[Ended]) {
    for attempt in ended.iter().flat_map(|ended| &ended.report.attempts) {
        let is_timeout = matches!(attempt.end, Some((_, Outcome::Failed(Failure::Timeout, _))));
        assert!(attempt.is_done() || is_timeout, "{attempt:?}");
    }
}

#[test]
fn an_update_behind_a_stopped_process_ends_in_time() {
    if !has_tools(STRACE) {
        return;
    }
    let ground = Ground::new(LOG);
    let stopped = stopped_in_sync(&ground, &one(&ground, "stopped", PATIENT));
    let mut writers = start_three(&ground, Duration::from_millis(600));
    let have_ended = until_all_end(&mut writers);
    let stopped = to_its_end(stopped);
    let ended: Vec<_> = writers.into_iter().map(Updating::wait).collect();
    assert!(have_ended, "they waited for a stopped process: {ended:?}");
    assert_definite(&ended);
    assert_in_time(ended.iter().map(|ended| &ended.report));
    let all = ended.iter().chain([&stopped]);
    assert_told_the_truth(&ground, all.clone().map(|ended| &ended.report));
    quiet_update(&ground);
    assert_told_the_truth(&ground, all.map(|ended| &ended.report));
}

/// The process is stopped twice: before the others have staged their text, and while it holds the lock to rename its own.
/// An update may then not know whether its text was in that.
#[test]
fn an_update_that_has_staged_behind_a_stopped_process_ends_in_time() {
    if !has_tools(STRACE) {
        return;
    }
    let ground = Ground::new(LOG);
    let stopped = one(&ground, "stopped", PATIENT);
    let stopped = stopped_in(
        &ground,
        &stopped,
        &[(SYNC, "SIGSTOP", 1), (RENAME, "SIGSTOP", 1)],
    );
    let mut writers = start_three(&ground, Duration::from_millis(2000));
    for writer in &mut writers {
        writer.until_begun(1);
    }
    thread::sleep(TO_WAIT);
    go_on(stopped.id());
    until_stopped(stopped.id());
    let have_ended = until_all_end(&mut writers);
    let stopped = to_its_end(stopped);
    let ended: Vec<_> = writers.into_iter().map(Updating::wait).collect();
    assert!(have_ended, "they waited for a stopped process: {ended:?}");
    assert_in_time(ended.iter().map(|ended| &ended.report));
    quiet_update(&ground);
    let all = ended.iter().chain([&stopped]);
    assert_told_the_truth(&ground, all.map(|ended| &ended.report));
}

#[test]
fn a_wait_that_times_out_leaves_no_thread_and_no_open_file() {
    let ground = Ground::new(LOG);
    let lock = hold(&ground);
    let after = |count| {
        let settings = Settings {
            count: Some(count),
            ..one(&ground, &format!("after{count}"), Duration::from_millis(5))
        };
        let ended = Updating::start(writer(&settings)).unwrap().wait();
        assert_in_time([&ended.report]);
        assert_eq!(ended.report.attempts.len() as u64, count);
        let has_failed = ended.report.attempts.iter().all(Attempt::has_failed);
        assert!(has_failed, "the lock is held: {:?}", ended.report);
        ended.report.resources.unwrap()
    };
    let ((threads, files), (more_threads, more_files)) = (after(1), after(300));
    drop(lock);
    // A few may be kept for the next wait.
    assert!(
        more_threads <= threads + 4,
        "{threads} threads became {more_threads}"
    );
    assert!(
        more_files <= files + 4,
        "{files} open files became {more_files}"
    );
}
