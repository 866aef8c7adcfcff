//! The codes after which the document is as it was.

use crate::scene::{Scene, command, ends, full, unread};
use amend_tests::{example, hostile};
use std::fs::{self, File};

const TEXT: &str = "{\"count\": \"four\", \"list\": [1]}\n";

#[test]
fn the_codes_1_and_2_are_for_input_and_arguments() {
    let scene = Scene::new(TEXT);
    scene.unchanged(
        scene.update(&["--merge", "@/no/such/file"]),
        1,
        &["/no/such/file"],
    );
    scene.unchanged(scene.update(&["--set", "/a"]), 2, &["POINTER=JSON"]);
    scene.unchanged(scene.update(&["--frobnicate"]), 2, &["--frobnicate"]);
}

#[test]
fn the_code_3_is_for_a_document_that_is_not_json() {
    for text in ["{", "\0\0", " ", "{} // a comment\n"] {
        let scene = Scene::new(text);
        scene.unchanged(
            scene.update(&["--set", "/a=1"]),
            3,
            &["state.json: not JSON", "; repair it\n"],
        );
    }
}

/// It is JSON, and deeper than the limit.
#[test]
fn the_code_1_is_for_a_document_beyond_a_limit() {
    let scene = Scene::new(&["[".repeat(600), "]".repeat(600)].concat());
    scene.unchanged(scene.update(&["--set", "/a=1"]), 1, &["limit of 512"]);
}

#[test]
fn the_code_4_is_for_a_state_that_may_be_another_next_time() {
    let scene = Scene::new(TEXT);
    let test = r#"[{"op": "test", "path": "/count", "value": 4}]"#;
    for (args, says) in [
        (&["--operations", test][..], "expected 4, found \"four\""),
        (&["--set", "/a=1", "--if-version", "none"], "no document"),
        (
            &["--set", "/a=1", "--if-version", &"0".repeat(64)],
            "version 000",
        ),
    ] {
        scene.unchanged(scene.update(args), 4, &["state.json: ", says]);
    }
}

#[test]
fn the_codes_5_and_6_are_for_guests() {
    let scene = Scene::new(TEXT);
    let counter = example("rust/counter");
    let panics = hostile("panics", scene.directory());
    let counts = ["--with", counter.to_str().unwrap()];
    scene.unchanged(scene.update(&counts), 5, &["state.json: refused: "]);
    let fails = ["--with", panics.to_str().unwrap()];
    scene.unchanged(
        scene.update(&fails),
        6,
        &["state.json: the updater failed: "],
    );
}

#[test]
fn the_code_7_is_for_a_lock_that_is_held() {
    let scene = Scene::new(TEXT);
    let holder = File::create(format!("{}.lock", scene.file)).unwrap();
    holder.lock().unwrap();
    scene.unchanged(
        scene.update(&["--set", "/a=1", "--lock-timeout", "50ms"]),
        7,
        &["held the lock", "(--lock-timeout)"],
    );
}

/// Another program has the file open for writing and has written a part of it. The kernel tells this to the owner.
#[test]
#[cfg(target_os = "linux")]
fn the_code_7_is_for_a_file_that_is_being_written() {
    for part in ["", "{\"count\": "] {
        let scene = Scene::new(part);
        let _writer = File::options().append(true).open(&scene.file).unwrap();
        scene.unchanged(
            scene.update(&["--set", "/a=1", "--lock-timeout", "50ms"]),
            7,
            &["another program was writing it"],
        );
    }
}

#[test]
fn the_code_9_is_for_a_patch_that_no_document_satisfies() {
    let scene = Scene::new(TEXT);
    for (args, says) in [
        (
            ["--operations", r#"[{"op": "explode"}]"#],
            "--operations: operation 0 is a `explode`",
        ),
        (["--merge", "{"], "--merge: the patch is not JSON"),
        (["--remove", ""], "cannot be removed"),
    ] {
        scene.unchanged(scene.update(&args), 9, &[says]);
    }
}

/// The same command fails again until the document is another.
#[test]
fn the_code_11_is_for_what_is_not_there() {
    let scene = Scene::new(TEXT);
    for args in [
        &["--remove", "/nowhere"][..],
        &["--set", "/count/deeper=1"],
        &["--set", "/list/7=1"],
        &["--set", "/list/x=1"],
        &["--set", "/a=1", "--under", "/list/7"],
        &[
            "--operations",
            r#"[{"op": "copy", "from": "/x", "path": "/y"}]"#,
        ],
    ] {
        scene.unchanged(scene.update(args), 11, &["state.json: "]);
    }
    let missing = scene.path("missing.json");
    let missing = missing.to_str().unwrap();
    for args in [
        &["get", missing][..],
        &["diff", missing, &scene.file],
        &["diff", &scene.file, missing],
        &["copy", missing, "elsewhere.json"],
    ] {
        scene.unchanged(command(args), 11, &["missing.json: there is no such"]);
    }
    scene.unchanged(
        command(&["get", &scene.file, "/nowhere"]),
        11,
        &["there is nothing at /nowhere"],
    );
    // A name that is there twice leads nowhere either.
    let twice = scene.with("twice.json", r#"{"a": 1, "a": 2}"#);
    scene.unchanged(
        command(&["get", &twice, "/a"]),
        11,
        &["twice.json: ", "more than once"],
    );
}

#[test]
fn the_code_12_is_for_an_etcd_that_cannot_be_reached() {
    // No process listens on the first port.
    let address = "etcd://127.0.0.1:1/app/state.json";
    for args in [
        &["update", address, "--set", "/a=1", "--lock-timeout", "50ms"][..],
        &["get", address],
        &["diff", address, address],
    ] {
        ends(&mut command(args), 12, &[address, "cannot be reached"]);
    }
    let scene = Scene::new(TEXT);
    scene.unchanged(
        command(&["copy", &scene.file, address, "--lock-timeout", "50ms"]),
        12,
        &["cannot be reached"],
    );
}

/// Its output is no receipt, and a reader that goes away has read enough.
#[test]
fn output_of_a_command_that_changes_nothing_is_no_receipt() {
    let scene = Scene::new(TEXT);
    fs::write(format!("{}.lock", scene.file), "").unwrap();
    let component = scene.with("empty.wasm", b"\0asm\x0d\0\x01\0");
    let file = &*scene.file;
    for args in [
        &["get", file][..],
        &["diff", file, file],
        &["update", file, "--set", "/a=1", "--dry-run"],
        &["update", file, "--set", "/a=1", "--dry-run", "--json"],
        &["inspect", &component],
        &["--help"],
        &["help", "update"],
        &["--version"],
    ] {
        let mut to_full = command(args);
        to_full.stdout(full());
        scene.unchanged(to_full, 1, &["standard output: No space left"]);
        let mut to_none = command(args);
        to_none.stdout(unread());
        scene.unchanged(to_none, 0, &[]);
    }
}
