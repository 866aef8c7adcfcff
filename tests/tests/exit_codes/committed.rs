//! Code 13: the change is committed, and the receipt could not be printed.

use crate::scene::{Scene, command, ends, full, read_only, unread};
use serde_json::Value;
use std::fs;
use std::process::Stdio;

/// Makes a standard output at which no receipt arrives.
type Nowhere = fn() -> Stdio;

/// The places where no receipt arrives, and the reason in the message.
fn nowhere() -> [(Nowhere, &'static str); 3] {
    [
        (full, "No space left"),
        (unread, "Broken pipe"),
        (read_only, "Bad file descriptor"),
    ]
}

#[test]
fn a_receipt_that_cannot_be_printed_is_of_a_change_that_is_committed() {
    for (nowhere, reason) in nowhere() {
        let scene = Scene::new("{\"a\": 1}");
        let mut update = scene.update(&["--set", "/a=2", "--json"]);
        let output = ends(update.stdout(nowhere()), 13, &["committed", reason]);
        assert_eq!(scene.text(), "{\"a\": 2}");
        // The message has what the receipt had.
        let again = ends(&mut scene.update(&["--set", "/a=2", "--json"]), 0, &[]);
        let receipt: Value = serde_json::from_slice(&again.stdout).unwrap();
        let version = receipt["version"].as_str().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(version), "{message}");
    }
}

#[test]
fn so_is_the_receipt_of_an_update_that_changes_nothing() {
    for (nowhere, reason) in nowhere() {
        let scene = Scene::new("{\"a\": 1}");
        let mut update = scene.update(&["--set", "/a=1", "--json"]);
        update.stdout(nowhere());
        scene.unchanged(update, 13, &["committed", reason]);
    }
}

#[test]
fn without_a_receipt_there_is_nothing_to_lose() {
    for (nowhere, _) in nowhere() {
        let scene = Scene::new("{\"a\": 1}");
        ends(scene.update(&["--set", "/a=2"]).stdout(nowhere()), 0, &[]);
        assert_eq!(scene.text(), "{\"a\": 2}");
    }
}

/// All documents are copied all the same.
#[test]
fn a_copy_whose_report_cannot_be_printed_is_whole() {
    for (nowhere, reason) in nowhere() {
        let scene = Scene::new("{\"a\": 1}\n");
        scene.with("other.json", "[1]\n");
        let (from, to) = (scene.directory(), tempfile::tempdir().unwrap());
        let args = ["copy", from.to_str().unwrap(), to.path().to_str().unwrap()];
        let says = ["2 copied and committed", reason];
        ends(command(&args).stdout(nowhere()), 13, &says);
        for name in ["state.json", "other.json"] {
            assert_eq!(
                fs::read(to.path().join(name)).unwrap(),
                fs::read(from.join(name)).unwrap()
            );
        }
        // Now there is nothing to copy, so that nothing was committed.
        let (code, says) = match reason {
            "Broken pipe" => (0, ""),
            _ => (1, reason),
        };
        ends(command(&args).stdout(nowhere()), code, &[says]);
        fs::remove_file(to.path().join("other.json")).unwrap();
        ends(command(&args).arg("--quiet").stdout(nowhere()), 0, &[]);
        assert!(to.path().join("other.json").exists());
    }
}

/// The exit code is that of the document that was left, as the help says; the message on the report is there as well.
#[test]
fn a_copy_that_leaves_a_document_says_so_first() {
    let scene = Scene::new("{\"a\": 1}");
    scene.with("broken.json", "{");
    let to = tempfile::tempdir().unwrap();
    let args = [
        "copy",
        scene.directory().to_str().unwrap(),
        to.path().to_str().unwrap(),
    ];
    let says = ["broken.json: not JSON", "1 copied and committed"];
    ends(command(&args).stdout(full()), 3, &says);
    assert!(to.path().join("state.json").exists());
}

#[test]
fn a_project_is_made_although_the_next_steps_cannot_be_printed() {
    let scene = Scene::new("{}");
    let project = scene.path("apples");
    let args = ["new", "rust", "apples", "--path", project.to_str().unwrap()];
    ends(
        command(&args).stdout(full()),
        13,
        &["the project is made", "No space left"],
    );
    assert!(project.join("README.md").exists());
}
