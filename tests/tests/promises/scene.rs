//! Helpers of these tests: a lock that is held, an update that is stopped in the middle of its commit.

use amend_tests::amend;
use amend_tests::at_call::{SYNC, go_on, signalled, until_stopped};
use amend_tests::attempt::{Attempt, Report};
use amend_tests::found::{Found, MARGIN};
use amend_tests::ground::Ground;
use amend_tests::updating::{Ended, Settings, Updating};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// A document for `storm_writer`.
pub(crate) const LOG: &str = r#"{"c":"000000","log":[]}"#;

/// The command `strace`, and its package.
pub(crate) const STRACE: &[(&str, &str)] = &[("strace", "strace")];

/// How long a lock is held, at the most, to see whether an update ends without it.
pub(crate) const HELD: Duration = Duration::from_secs(15);

/// How long a process is given to get from the beginning of its update to its wait for the lock.
pub(crate) const TO_WAIT: Duration = Duration::from_millis(300);

/// A copy of the `amend` command that all users can reach, beside the document's directory.
pub(crate) fn install(ground: &Ground) -> PathBuf {
    let installed = ground.beside().join("amend");
    // A second name is enough, where both are on one file system.
    if fs::hard_link(amend(), &installed).is_err() {
        fs::copy(amend(), &installed).unwrap();
    }
    installed
}

/// The command of a `storm_writer`.
pub(crate) fn writer(settings: &Settings) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_storm_writer"));
    command.arg(settings.to_argument());
    command
}

/// A process that makes one update, and has as long as this for it.
pub(crate) fn one(ground: &Ground, name: &str, timeout: Duration) -> Settings {
    Settings {
        count: Some(1),
        timeout,
        ..Settings::new(&ground.document, name)
    }
}

/// Starts a process, and returns once it waits for the lock, or should do so.
pub(crate) fn start_to_wait(command: Command) -> Updating {
    let mut process = Updating::start(command).unwrap();
    process.until_begun(1);
    thread::sleep(TO_WAIT);
    process
}

/// Takes the document's lock, as a foreign program does.
pub(crate) fn hold(ground: &Ground) -> File {
    let lock = File::options()
        .append(true)
        .create(true)
        .open(ground.lock());
    let lock = lock.unwrap();
    lock.lock().unwrap();
    lock
}

/// Starts an update that finds the lock taken, as one does that is to share its commit, and stops it in its first
/// sync.
pub(crate) fn stopped_in_sync(ground: &Ground, settings: &Settings) -> Updating {
    stopped_in(ground, settings, &[(SYNC, "SIGSTOP", 1)])
}

/// The same at other calls, as for [`signalled`].
pub(crate) fn stopped_in(
    ground: &Ground,
    settings: &Settings,
    stops: &[(&str, &str, usize)],
) -> Updating {
    let lock = hold(ground);
    let command = signalled(&writer(settings), stops);
    let process = start_to_wait(command);
    drop(lock);
    until_stopped(process.id());
    process
}

/// Lets a process that was stopped go on to its end, however many of its threads make the call at which it stops.
pub(crate) fn to_its_end(mut process: Updating) -> Ended {
    while !process.is_over() {
        go_on(process.id());
        thread::sleep(Duration::from_millis(10));
    }
    process.wait()
}

/// Waits until all processes have ended, for at most [`HELD`]. Returns whether they have.
pub(crate) fn until_all_end(processes: &mut [Updating]) -> bool {
    let started = Instant::now();
    while !processes.iter_mut().all(Updating::is_over) {
        if started.elapsed() > HELD {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}

/// The only update of a report.
#[track_caller]
pub(crate) fn only(report: &Report) -> &Attempt {
    let [attempt] = report.attempts.as_slice() else {
        panic!("one update was expected: {report:?}");
    };
    attempt
}

/// Makes an update with no other process around: it has to succeed, and to leave nothing behind.
#[track_caller]
pub(crate) fn quiet_update(ground: &Ground) {
    let settings = one(ground, "quiet", Duration::from_secs(10));
    let ended = Updating::start(writer(&settings)).unwrap().wait();
    assert!(only(&ended.report).is_done(), "{:?}", ended.report);
    assert_eq!(ground.leftovers(), [""; 0], "after a quiet update");
}

/// Checks the document against the reports of processes.
#[track_caller]
pub(crate) fn assert_told_the_truth<'a>(
    ground: &Ground,
    reports: impl IntoIterator<Item = &'a Report>,
) {
    let found = Found::read(&ground.document).unwrap();
    let attempts = reports.into_iter().flat_map(|report| &report.attempts);
    let broken: Vec<_> = attempts
        .filter_map(|attempt| found.broken(attempt))
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Checks that each update ended within its timeout, and the margin of a loaded machine.
#[track_caller]
pub(crate) fn assert_in_time<'a>(reports: impl IntoIterator<Item = &'a Report>) {
    for attempt in reports.into_iter().flat_map(|report| &report.attempts) {
        let overrun = attempt.overrun().expect("it ended, and has a timeout");
        assert!(overrun <= MARGIN, "{overrun:?} too late: {attempt:?}");
    }
}
