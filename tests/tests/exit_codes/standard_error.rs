//! Standard error that takes no byte: the exit code is the same, and nothing panics.

use crate::scene::{Scene, command, full, unread};
use amend_tests::hostile;
use std::process::{Command, Stdio};

fn ends_silently(what: impl Fn() -> Command, code: i32) {
    let nowhere: [fn() -> Stdio; 2] = [full, unread];
    for nowhere in nowhere {
        let mut command = what();
        let status = command.stderr(nowhere()).stdout(Stdio::null());
        assert_eq!(status.status().unwrap().code(), Some(code), "{command:?}");
    }
}

#[test]
fn no_exit_code_depends_on_standard_error() {
    let scene = Scene::new("{\"a\": 1}");
    let panics = hostile("panics", scene.directory());
    let panics = panics.to_str().unwrap();
    let file = &*scene.file;
    for (args, code) in [
        (&[][..], 2),
        (&["frobnicate"], 2),
        (&["update", file], 2),
        (&["update", file, "--set", "/a"], 2),
        (&["--help"], 0),
        (&["get", file], 0),
        (&["get", file, "/b"], 11),
        (&["update", file, "--remove", "/b"], 11),
        (
            &["update", file, "--set", "/a=1", "--if-version", "none"],
            4,
        ),
        (&["-vvv", "update", file, "--set", "/a=1"], 0),
        // The guest's panic message goes to the log.
        (&["update", file, "--with", panics], 6),
        (&["-v", "update", file, "--with", panics], 6),
        (&["-vvv", "update", file, "--with", panics], 6),
    ] {
        ends_silently(|| command(args), code);
    }
    assert_eq!(scene.text(), "{\"a\": 1}");
}

/// Neither the receipt nor the message arrives: only the code says that the change is committed.
#[test]
fn nor_does_it_when_standard_output_is_full_too() {
    let scene = Scene::new("{\"a\": 1}");
    let mut update = scene.update(&["--set", "/a=2", "--json"]);
    let status = update.stdout(full()).stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(13));
    assert_eq!(scene.text(), "{\"a\": 2}");
}

/// Each document that is left is reported while the others are copied.
#[test]
fn a_copy_goes_on_after_a_message_that_is_lost() {
    let scene = Scene::new("{\"a\": 1}");
    for name in ["a.json", "b.json", "c.json"] {
        scene.with(name, "{");
    }
    let to = tempfile::tempdir().unwrap();
    let (from, to) = (scene.directory().to_str().unwrap(), to.path());
    ends_silently(|| command(&["copy", from, to.to_str().unwrap()]), 3);
    assert!(to.join("state.json").exists());
}
