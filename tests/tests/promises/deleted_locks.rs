//! A deleted lock file lets two processes in, and then the first one must not put the file of the other in place.
//!
//! Temporary files have one name, because under the lock no process needs that of another. Without a lock, a process took
//! the file of another for a leftover, removed it, and gave its own file the name. The other renamed that, and reported an
//! update that was nowhere: 67 of 471 acknowledged updates, while a program removed the lock file again and again.

use crate::scene::{LOG, STRACE, assert_told_the_truth, one, quiet_update, to_its_end, writer};
use amend_tests::at_call::{LINK, signalled, until_stopped};
use amend_tests::ground::Ground;
use amend_tests::requirements::has_tools;
use amend_tests::updating::Updating;
use std::fs;
use std::time::Duration;

/// A process that is stopped once its temporary file has its name. The lock file gets its own in the same way.
fn stopped_with_a_name(ground: &Ground, name: &str, links: usize) -> Updating {
    let settings = one(ground, name, Duration::from_secs(60));
    let command = signalled(&writer(&settings), &[(LINK, "SIGSTOP", links)]);
    let process = Updating::start(command).unwrap();
    until_stopped(process.id());
    process
}

#[test]
fn a_process_does_not_put_the_file_of_another_in_place() {
    if !has_tools(STRACE) {
        return;
    }
    let ground = Ground::new(LOG);
    quiet_update(&ground);
    let first = stopped_with_a_name(&ground, "first", 1);
    assert_eq!(ground.leftovers().len(), 1, "it has its name");
    fs::remove_file(ground.lock()).unwrap();
    // Its lock file, its attempt to take the name, and the same once more.
    let second = stopped_with_a_name(&ground, "second", 3);
    assert_eq!(ground.leftovers().len(), 1, "it has taken the name");
    let waiting = std::thread::spawn(move || to_its_end(first));
    std::thread::sleep(Duration::from_secs(1));
    let ended = [to_its_end(second), waiting.join().unwrap()];
    let ends: Vec<_> = ended.iter().map(|ended| &ended.report).collect();
    assert_told_the_truth(&ground, ends);
    quiet_update(&ground);
}
