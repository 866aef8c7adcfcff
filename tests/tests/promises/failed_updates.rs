//! A failed update is not applied later.
//!
//! A process could write the document and could not remove names in its directory: a document of mode 0664 in another
//! user's directory, or in a sticky one. It staged its text for a shared commit, could not commit it, reported the
//! error, and could not remove the staged text. The next process committed it. In a storm 195 of 256 failed updates
//! were in the document.

use crate::scene::{LOG, assert_told_the_truth, writer};
use amend_tests::attempt::Attempt;
use amend_tests::found::Found;
use amend_tests::ground::{Ground, Kind};
use amend_tests::requirements::has_root;
use amend_tests::updating::{Settings, Updating};
use amend_tests::user::{USERS, User};

const OWNERS: usize = 3;
const EACH: u64 = 150;

fn try_in(kind: Kind) {
    if !has_root() {
        return;
    }
    let ground = Ground::shared(kind, LOG);
    let settings = |name: &str, user: User| Settings {
        user: Some(user),
        ..Settings::new(&ground.document, name)
    };
    // Processes that contend for the lock share their commits, and the other user's finds what they have staged.
    let owners: Vec<_> = (0..OWNERS)
        .map(|number| Settings {
            count: Some(EACH),
            ..settings(&format!("owner{number}"), USERS[0])
        })
        .map(|owner| Updating::start(writer(&owner)).unwrap())
        .collect();
    let other = Settings {
        threads: 2,
        ..settings("other", USERS[1])
    };
    let other = Updating::start(writer(&other)).unwrap();
    let owners: Vec<_> = owners.into_iter().map(Updating::wait).collect();
    let other = other.finish();
    assert!(other.status.success(), "{}", other.status);

    let attempts = &other.report.attempts;
    assert!(attempts.len() > 20, "only {} failed", attempts.len());
    let found = Found::read(&ground.document).unwrap();
    let failed = attempts.iter().filter(|attempt| attempt.has_failed());
    let applied = failed.filter(|attempt| found.times(&attempt.token) > 0);
    let applied = applied.count();
    assert_eq!(
        applied,
        0,
        "of {} updates so many failed and are there",
        attempts.len()
    );
    // Not even with the help of a process that may.
    assert!(
        attempts.iter().all(Attempt::has_failed),
        "it may not replace the document"
    );
    for owner in &owners {
        assert_eq!(owner.report.attempts.len() as u64, EACH);
        assert!(owner.report.attempts.iter().all(Attempt::is_done));
    }
    assert_told_the_truth(&ground, owners.iter().map(|owner| &owner.report));
    assert_eq!(ground.leftovers(), [""; 0]);
}

#[test]
fn a_failed_update_is_not_applied_in_the_directory_of_another_user() {
    try_in(Kind::Private);
}

#[test]
fn a_failed_update_is_not_applied_in_a_sticky_directory() {
    try_in(Kind::Sticky);
}
