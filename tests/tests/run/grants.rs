//! What a program is granted on the command line.

use crate::told::{is_told, ok, state, told};
use amend_tests::{example, program};
use std::fs;

#[test]
fn updates_are_there_when_it_has_ended() {
    let (scratch, grant) = state();
    let said = ok(told(
        &["--grant", &grant],
        &[
            "merge",
            r#"{"a":1}"#,
            "state/app.json",
            "read",
            "state/app.json",
        ],
    ));
    assert!(
        said.starts_with("merge: done") && said.contains("read: done"),
        "{said}"
    );
    let text = fs::read_to_string(scratch.path().join("app.json")).unwrap();
    assert_eq!(text, "{\"count\":4,\"a\":1}\n");
}

#[test]
fn a_grant_to_read_is_one_to_read() {
    let (scratch, grant) = state();
    let said = ok(told(
        &["--grant", &format!("{grant},read")],
        &[
            "read",
            "state/app.json",
            "merge",
            "{\"a\":1}",
            "state/app.json",
        ],
    ));
    assert!(said.contains("read: done"), "{said}");
    assert!(said.contains("merge: Denied("), "{said}");
    assert_eq!(
        fs::read_dir(scratch.path()).unwrap().count(),
        1,
        "not so much as a lock file"
    );
}

#[test]
fn a_grant_under_a_pointer_is_of_what_stands_there() {
    let (scratch, grant) = state();
    let file = scratch.path().join("app.json");
    fs::write(&file, r#"{"secret":1,"mine":{"a,b":{"own":2}}}"#).unwrap();
    // The comma of the pointer is written twice, and the rest of the grant stands behind it.
    let grant = format!("{grant},under=/mine/a,,b,read");
    let said = ok(told(
        &["--grant", &grant],
        &["read", "state/app.json", "merge", "{}", "state/app.json"],
    ));
    assert!(said.contains(r#"{\"own\":2}"#), "{said}");
    assert!(!said.contains("secret"), "{said}");
    assert!(said.contains("merge: Denied("), "{said}");
}

#[test]
fn a_comma_in_a_directory_is_written_twice() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("a,b=c");
    fs::create_dir(&directory).unwrap();
    let grant = format!("state={}", directory.display()).replace(',', ",,");
    ok(told(
        &["--grant", &grant],
        &["merge", "{\"a\":1}", "state/app.json"],
    ));
    assert!(directory.join("app.json").exists());
}

#[test]
fn grants_that_say_nothing_are_explained() {
    let (_scratch, grant) = state();
    let twice = ["--grant", &grant, "--grant", &grant];
    is_told(told(&twice, &[]), 2, &["--grant", "`state` is there twice"]);
    for (bad, says) in [
        ("state", "write it as NAME=DIR"),
        ("=dir", "write it as NAME=DIR"),
        ("state=", "write it as NAME=DIR"),
        ("", "write it as NAME=DIR"),
        (
            "state=.,write",
            "`write` is neither `read` nor `under=POINTER`",
        ),
        (
            "state=.,",
            "a comma that belongs to a name is written twice",
        ),
        ("state=.,under=nowhere", "`nowhere`"),
        ("state=.,read=yes", "`read=yes` is neither"),
        ("a/b=.", "cannot be a name"),
        ("..=.", "cannot be a name"),
    ] {
        is_told(told(&["--grant", bad], &[]), 2, &["--grant", says]);
    }
    is_told(
        told(&["--grant", "state=/nowhere/at/all"], &[]),
        1,
        &["/nowhere/at/all"],
    );
}

#[test]
fn an_updater_is_applied_by_its_name() {
    let (scratch, grant) = state();
    let counter = format!("counter={}", example("rust/counter").display());
    let said = ok(told(
        &["--grant", &grant, "--updater", &counter],
        &["count", "state/app.json"],
    ));
    assert!(said.starts_with("count: done"), "{said}");
    let text = fs::read_to_string(scratch.path().join("app.json")).unwrap();
    assert_eq!(text, "{\"count\":5}\n");
    is_told(
        told(&["--updater", "counter"], &[]),
        2,
        &["--updater", "NAME=COMPONENT"],
    );
    let program = format!("counter={}", program("does-what-it-is-told").display());
    is_told(told(&["--updater", &program], &[]), 6, &["not an updater"]);
    let twice = ["--updater", &counter, "--updater", &counter];
    is_told(told(&twice, &[]), 2, &["--updater", "there twice"]);
}
