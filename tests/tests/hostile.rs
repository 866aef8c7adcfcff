//! Guests that refuse, crash, hang or lie: the document, its mode and its directory stay as they were, the
//! lock is free, and the next update works.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_tests::{example, hostile, look, status};
use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// Runs a guest of the zoo on a document through the command line, and checks that nothing came of it.
fn nothing_comes_of(guest: &str, code: i32, says: &str) {
    let guests = tempfile::tempdir().unwrap();
    let component = hostile(guest, guests.path());
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    fs::write(&document, "{ \"count\":4 }").unwrap();
    fs::write(scratch.path().join("state.json.lock"), "").unwrap();
    fs::set_permissions(&document, Permissions::from_mode(0o640)).unwrap();
    let before = look(scratch.path());

    let file = document.to_str().unwrap();
    // Those that would never end are given a short time, the others all that a busy machine may need.
    let timeout = if says == "300ms" { says } else { "60s" };
    let started = Instant::now();
    let (found, message) = status(&[
        "update",
        file,
        "--with",
        component.to_str().unwrap(),
        "--timeout",
        timeout,
    ]);
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "{guest} was not stopped"
    );
    assert_eq!(found, code, "{message}");
    assert!(message.contains(says), "{message:?} does not say {says:?}");
    // Who is to blame is named: the document, or the guest when it never came so far.
    assert!(
        message.contains(file) || message.contains(guest),
        "{message}"
    );
    assert_eq!(
        look(scratch.path()),
        before,
        "{guest} left something behind"
    );

    let (code, message) = status(&[
        "update",
        file,
        "--with",
        example("rust/counter").to_str().unwrap(),
        "--lock-timeout",
        "0s",
    ]);
    assert_eq!(code, 0, "after {guest}: {message}");
    assert_eq!(fs::read_to_string(&document).unwrap(), "{ \"count\":5 }");
    assert_eq!(
        fs::metadata(&document).unwrap().permissions().mode() & 0o7777,
        0o640
    );
}

/// One test for each guest of the zoo. A guest that no test is about is caught by the last test of all.
macro_rules! zoo {
    ($($name:ident: $guest:literal => $code:literal, $says:literal;)*) => {
        $(
            #[test]
            fn $name() {
                nothing_comes_of($guest, $code, $says);
            }
        )*

        #[test]
        fn every_guest_of_the_zoo_has_its_test() {
            let tested: BTreeSet<String> = [$($guest),*].map(str::to_owned).into();
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests");
            let there: BTreeSet<String> = ["wat", "rust"]
                .iter()
                .flat_map(|kind| fs::read_dir(folder.join(kind)).unwrap())
                .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            assert_eq!(there, tested);
        }
    };
}

zoo! {
    refuses: "refuses" => 5, "refused: not today";
    traps: "traps" => 6, "unreachable";
    loops_in_update: "loops-in-update" => 6, "300ms";
    loops_in_start: "loops-in-start" => 6, "300ms";
    answers_garbage: "answers-garbage" => 9, "not a patch";
    answers_no_operations: "answers-no-operations" => 9, "explode";
    answers_bad_utf8: "answers-bad-utf8" => 6, "utf-8";
    answers_outside_memory: "answers-outside-memory" => 6, "out of bounds";
    answers_too_much: "answers-too-much" => 6, "limit on its answer";
    eats_memory: "eats-memory" => 6, "limit on its memory";
    panics: "panics" => 6, "seven is not a number";
    prints_forever: "prints-forever" => 6, "limit on its output";
    sleeps: "sleeps" => 6, "300ms";
    recurses: "recurses" => 6, "call stack exhausted";
}
