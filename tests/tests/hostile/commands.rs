//! The same through the command: the exit code, a message that names the guest or the document, and nothing else.

use amend_tests::{example, hostile, look, status};
use std::fs::{self, File};
use std::path::Path;

/// Runs an updater on a document, and checks that nothing came of it.
#[track_caller]
fn fails(component: &Path, code: i32, says: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    fs::write(&document, "{ \"count\":4 }").unwrap();
    fs::write(scratch.path().join("state.json.lock"), "").unwrap();
    let before = look(scratch.path());
    let file = document.to_str().unwrap();
    // Those that would never end are given a short time, the others all that a busy machine may need.
    let timeout = if says == "300ms" { says } else { "60s" };
    let guest = component.to_str().unwrap();
    let (found, message) = status(&["update", file, "--with", guest, "--timeout", timeout]);
    assert_eq!(found, code, "{message}");
    assert!(message.contains(says), "{message:?} does not say {says:?}");
    // Who is to blame is named: the document, or the guest when it never came so far.
    assert!(
        message.contains(file) || message.contains(guest),
        "{message}"
    );
    assert_eq!(look(scratch.path()), before);
    let counter = example("rust/counter");
    let counter = counter.to_str().unwrap();
    let (code, message) = status(&["update", file, "--with", counter, "--lock-timeout", "0s"]);
    assert_eq!(code, 0, "afterwards: {message}");
}

#[test]
fn exit_codes_of_updaters_that_fail() {
    let scratch = tempfile::tempdir().unwrap();
    for (guest, code, says) in [
        ("refuses", 5, "refused: not today"),
        ("traps", 6, "unreachable"),
        ("loops-in-update", 6, "300ms"),
        ("loops-in-start", 6, "300ms"),
        ("sleeps", 6, "300ms"),
        ("exits", 6, "instead of answering"),
        ("panics", 6, "seven is not a number"),
        ("eats-memory", 6, "limit on its memory"),
        ("answers-garbage", 9, "not a patch"),
        ("copies-itself", 6, "limit on the host's memory"),
    ] {
        fails(&hostile(guest, scratch.path()), code, says);
    }
}

#[test]
fn exit_codes_of_files_that_are_no_guests() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("guest.wasm");
    for (bytes, says) in [
        (&b""[..], "does not start like WebAssembly"),
        (b"\0asm\x01\0\0\0", "core module"),
        (b"\0asm\x0d\0\x01\0", "does not export"),
    ] {
        fs::write(&file, bytes).unwrap();
        fails(&file, 6, says);
    }
    fails(&scratch.path().join("nowhere.wasm"), 1, "reading the guest");
}

/// A guest that cannot be loaded is noticed before the lock is waited for.
#[test]
fn what_is_wrong_with_a_guest_comes_before_the_lock() {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("state.json");
    fs::write(&document, "{}").unwrap();
    let lock = File::create(scratch.path().join("state.json.lock")).unwrap();
    lock.lock().unwrap();
    let looping = hostile("loops-in-start", scratch.path());
    let (code, message) = status(&[
        "update",
        document.to_str().unwrap(),
        "--with",
        looping.to_str().unwrap(),
        "--timeout",
        "300ms",
        "--lock-timeout",
        "0s",
    ]);
    assert_eq!(code, 6, "{message}");
}

/// What a guest says is shown to people, and must not be able to speak to their terminals.
#[test]
fn steers_the_terminal() {
    let scratch = tempfile::tempdir().unwrap();
    let guest = hostile("steers-the-terminal", scratch.path());
    let document = scratch.path().join("state.json");
    fs::write(&document, "{}").unwrap();
    for (args, code) in [("{}", 5), (r#"{"crash": true}"#, 6)] {
        let file = document.to_str().unwrap();
        let guest = guest.to_str().unwrap();
        let (found, message) = status(&["update", file, "--with", guest, "--args", args]);
        assert_eq!(found, code, "{message}");
        assert!(message.contains("all is well"), "{message}");
        let commands = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(!message.contains(commands), "{message:?}");
    }
}
