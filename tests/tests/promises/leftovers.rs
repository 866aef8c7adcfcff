//! Nothing is left beside the document: not by a failed update, and not after the next one by a process that was killed.
//!
//! A shared commit that failed left its temporary file. A file size limit killed the process and left one as well. The
//! temporary file of a killed process kept the mode of its time: it stayed readable after `chmod 600`, and outlived the
//! document.

use crate::scene::{
    HELD, LOG, STRACE, assert_told_the_truth, hold, one, quiet_update, stopped_in_sync, writer,
};
use amend_tests::amend;
use amend_tests::at_call::{CHANGES, LINK, WRITE, go_on, signalled};
use amend_tests::ground::Ground;
use amend_tests::requirements::{has_tools, skipped};
use amend_tests::updating::Updating;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The update has written its text when a foreign program takes the lock for longer than its timeout.
#[test]
fn an_update_that_times_out_in_its_commit_leaves_nothing() {
    if !has_tools(STRACE) {
        return;
    }
    let ground = Ground::new(LOG);
    let mut update = stopped_in_sync(&ground, &one(&ground, "late", Duration::from_secs(1)));
    // Taken already where a commit holds it throughout: then it goes on, and succeeds.
    let lock = ground.try_hold();
    let started = Instant::now();
    while !update.is_over() && started.elapsed() < HELD {
        go_on(update.id());
        thread::sleep(Duration::from_millis(10));
    }
    assert!(update.is_over(), "it waits on, long after its timeout");
    let left = ground.leftovers();
    drop(lock);
    let ended = update.wait();
    assert_eq!(left, [""; 0], "left over by {:?}", ended.report);
    assert_told_the_truth(&ground, [&ended.report]);
    quiet_update(&ground);
    assert_told_the_truth(&ground, [&ended.report]);
}

/// As `ulimit -f` in a shell: the system sends SIGXFSZ, which ends a process that is not prepared.
#[test]
fn a_file_size_limit_is_an_error_and_leaves_nothing() {
    let padding = "x".repeat(20_000);
    let text = format!(r#"{{"padding": "{padding}", "a": 1}}"#);
    for waits in [false, true] {
        let ground = Ground::new(&text);
        let lock = waits.then(|| hold(&ground));
        let mut command = Command::new(amend());
        command.arg("update").arg(&ground.document);
        command.args(["--set", "/a=2"]).stderr(Stdio::piped());
        let limit = libc::rlimit {
            rlim_cur: 8 << 10,
            rlim_max: 8 << 10,
        };
        let set_limit = move || {
            // SAFETY: the call reads the structure that it is given.
            if unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) } != 0 {
                return Err(std::io::Error::last_os_error());
            }
            Ok(())
        };
        // SAFETY: between fork and exec there is one system call.
        unsafe { command.pre_exec(set_limit) };
        let update = command.spawn().unwrap();
        if lock.is_some() {
            thread::sleep(Duration::from_secs(1));
        }
        drop(lock);
        let output = update.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(fs::read_to_string(&ground.document).unwrap(), text);
        assert_eq!(ground.leftovers(), [""; 0], "{output:?}");
    }
}

/// Its temporary file has no name until it is complete, where the file system has such files.
#[test]
fn a_process_that_is_killed_while_it_writes_leaves_nothing() {
    let unnamed = |ground: &Ground| {
        let mut options = File::options();
        options.write(true).custom_flags(libc::O_TMPFILE);
        options.open(&ground.directory)
    };
    if unnamed(&Ground::new(LOG)).is_err() {
        return skipped("this file system has no files without a name");
    }
    if !has_tools(STRACE) {
        return;
    }
    // The first `write` is the report that the update begins.
    let mut killed_at = Vec::new();
    for (calls, time) in [("write", 2), (WRITE, 1), (LINK, 1)] {
        let ground = Ground::new(LOG);
        let command = writer(&one(&ground, "killed", Duration::from_secs(60)));
        let command = signalled(&command, &[(calls, "SIGKILL", time)]);
        let ended = Updating::start(command).unwrap().wait();
        if ended.status.signal() == Some(libc::SIGKILL) {
            killed_at.push(calls);
        }
        assert_eq!(ground.leftovers(), [""; 0], "after a kill at {calls}");
        quiet_update(&ground);
        assert_told_the_truth(&ground, [&ended.report]);
    }
    // Else it had its name from the first, and was removed by a process that was not killed.
    assert!(killed_at.contains(&LINK), "killed only at {killed_at:?}");
}

#[derive(Debug, Clone, Copy)]
enum Then {
    Hidden,
    Removed,
}

/// A process is killed before a call that changes something. Then the document's owner takes it from all others, or
/// removes it. After the next update no other file is there that they could read.
fn kill_at(calls: &str, time: usize, waits: bool, then: Then) -> bool {
    let ground = Ground::new(LOG);
    fs::set_permissions(&ground.document, Permissions::from_mode(0o644)).unwrap();
    let command = writer(&one(&ground, "killed", Duration::from_secs(60)));
    let command = signalled(&command, &[(calls, "SIGKILL", time)]);
    let ended = if waits {
        let lock = hold(&ground);
        let killed = start_or_die(command);
        drop(lock);
        killed.wait()
    } else {
        Updating::start(command).unwrap().wait()
    };
    let was_left = !ground.leftovers().is_empty();
    match then {
        Then::Hidden => {}
        Then::Removed => {
            fs::remove_file(&ground.document).unwrap();
            fs::write(&ground.document, LOG).unwrap();
        }
    }
    fs::set_permissions(&ground.document, Permissions::from_mode(0o600)).unwrap();
    quiet_update(&ground);
    let mode = fs::metadata(&ground.document).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    if matches!(then, Then::Hidden) {
        assert_told_the_truth(&ground, [&ended.report]);
    }
    if was_left {
        println!("left over by a kill at {calls} {time}, and removed");
    }
    ended.status.signal() == Some(libc::SIGKILL)
}

/// A process that may be killed before its update has begun.
fn start_or_die(command: Command) -> Updating {
    let mut process = Updating::start(command).unwrap();
    let started = Instant::now();
    while process.report().attempts.is_empty() && !process.is_over() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "it does not begin"
        );
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(200));
    process
}

#[test]
fn after_a_kill_the_next_update_leaves_no_readable_copy() {
    if !has_tools(STRACE) {
        return;
    }
    let mut kills = 0;
    for calls in CHANGES {
        for time in 1..=3 {
            for (waits, then) in [(true, Then::Hidden), (false, Then::Removed)] {
                kills += usize::from(kill_at(calls, time, waits, then));
            }
        }
    }
    // Not every kind of call is made so many times. The report itself is written, so some kills always come.
    assert!(kills >= 8, "only {kills} processes were killed");
}
