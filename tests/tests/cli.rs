//! The command line: what scripts rely on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_tests::{amend, hostile, look, run, status};
use serde_json::Value;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A directory with a document in it, and the document's path.
fn document(text: &str) -> (TempDir, String) {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("state.json");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (scratch, path)
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap()
}

#[track_caller]
fn ok(args: &[&str]) -> String {
    let output = run(args);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {message}");
    assert_eq!(message, "", "{args:?} is silent on standard error");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that fails with a code and a message, and leaves the document as it was.
#[track_caller]
fn fails(args: &[&str], code: i32, says: &[&str]) {
    let (found, message) = status(args);
    assert_eq!(found, code, "{args:?}: {message}");
    for part in says {
        assert!(
            message.contains(part),
            "{args:?}: {message:?} does not say {part:?}"
        );
    }
}

#[test]
fn get_prints_the_exact_text() {
    let (_scratch, file) = document("{\"a\": {\"b\": [1.0, 1e400,\n 18446744073709551617]}}\n");
    assert_eq!(
        ok(&["get", &file]),
        "{\"a\": {\"b\": [1.0, 1e400,\n 18446744073709551617]}}\n"
    );
    assert_eq!(
        ok(&["get", &file, "/a/b"]),
        "[1.0, 1e400,\n 18446744073709551617]\n"
    );
    assert_eq!(ok(&["get", &file, "/a/b/0"]), "1.0\n");
    assert!(
        !Path::new(&format!("{file}.lock")).exists(),
        "a reader takes no lock"
    );
}

#[test]
fn get_says_what_is_missing() {
    let (scratch, file) = document("{\"a\": 1}");
    fails(&["get", &file, "/b"], 11, &[&file, "/b"]);
    fails(&["get", &file, "b"], 2, &["b"]);
    fails(
        &["get", scratch.path().join("no.json").to_str().unwrap()],
        11,
        &["no.json", "no such document"],
    );
    fails(
        &["get", scratch.path().join("no/no.json").to_str().unwrap()],
        11,
        &["no.json"],
    );
    fails(
        &["get", scratch.path().to_str().unwrap()],
        8,
        &["directory"],
    );
}

#[test]
fn a_document_that_is_not_json_is_refused_with_the_place_and_never_overwritten() {
    for text in ["{\n  \"a\": nope\n}", "\0\0\0\0", "{} {}", "  "] {
        let (scratch, file) = document(text);
        fails(&["get", &file], 3, &[&file, "line"]);
        fails(&["update", &file, "--set", "/a=1"], 3, &[&file, "line"]);
        fails(&["update", &file, "--replace", "{}"], 3, &[&file]);
        assert_eq!(read(&file), text);
        // The document alone.
        assert_eq!(look(scratch.path()).len(), 1);
    }
}

#[test]
fn set_and_remove_change_what_they_name_and_nothing_else() {
    let (_scratch, file) =
        document("{\n    \"a\": 1.0,\n    \"b\": [1, 2],\n    \"old\": true\n}\n");
    ok(&[
        "update",
        &file,
        "--set",
        "/b/1=5",
        "--remove",
        "/old",
        "--set",
        "/x/y/z=\"deep\"",
    ]);
    assert_eq!(
        read(&file),
        "{\n    \"a\": 1.0,\n    \"b\": [1, 5],\n    \"x\": {\n        \"y\": {\n            \"z\": \"deep\"\n        }\n    }\n}\n"
    );
}

#[test]
fn changes_are_made_in_the_order_given_and_all_or_none() {
    let (_scratch, file) = document("{}");
    ok(&[
        "update",
        &file,
        "--set",
        "/a=1",
        "--merge",
        "{\"a\": 2, \"b\": 3}",
        "--remove",
        "/b",
        "--set",
        "/c=4",
    ]);
    assert_eq!(
        ok(&["get", &file]).split_whitespace().collect::<String>(),
        "{\"a\":2,\"c\":4}"
    );
    let before = read(&file);
    fails(
        &["update", &file, "--set", "/a=9", "--remove", "/nowhere"],
        11,
        &[&file, "/nowhere"],
    );
    assert_eq!(read(&file), before);
}

#[test]
fn a_patch_comes_from_the_argument_a_file_or_standard_input() {
    let (scratch, file) = document("{}");
    ok(&[
        "update",
        &file,
        "--operations",
        "[{\"op\": \"add\", \"path\": \"/a\", \"value\": 1}]",
    ]);
    let patch = scratch.path().join("patch.json");
    fs::write(&patch, "{\"b\": 2}").unwrap();
    ok(&["update", &file, "--merge", &format!("@{}", patch.display())]);
    let mut child = Command::new(amend())
        .args(["update", &file, "--merge", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"{\"c\": 3}")
        .unwrap();
    assert!(child.wait().unwrap().success());
    let state: Value = serde_json::from_str(&read(&file)).unwrap();
    assert_eq!(state, serde_json::json!({"a": 1, "b": 2, "c": 3}));

    fails(
        &["update", &file, "--merge", "@/no/such/file"],
        1,
        &["/no/such/file"],
    );
    fails(
        &["update", &file, "--merge", "-", "--replace", "-"],
        2,
        &["standard input"],
    );
}

#[test]
fn a_missing_document_is_made_and_its_directories_too() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("new/deeper/state.json");
    let file = file.to_str().unwrap();
    ok(&["update", file, "--set", "/a/b=1"]);
    assert_eq!(read(file), "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n");
    let empty = scratch.path().join("empty.json");
    File::create(&empty).unwrap();
    let empty_ = empty.to_str().unwrap();
    let (code, message) = status(&["update", empty_, "--merge", "{\"a\": 1}"]);
    assert_eq!(code, 0, "{message}");
    assert!(message.starts_with("amend: warning: "), "{message}");
    assert_eq!(read(empty.to_str().unwrap()), "{\n  \"a\": 1\n}\n");
}

#[test]
fn a_bare_file_name_is_in_the_working_directory() {
    let scratch = tempfile::tempdir().unwrap();
    let status = Command::new(amend())
        .current_dir(scratch.path())
        .args(["update", "config.json", "--set", "/a=1"])
        .status()
        .unwrap();
    assert!(status.success());
    let names: Vec<String> = look(scratch.path()).into_keys().collect();
    assert_eq!(names, ["config.json", "config.json.lock"]);
}

#[test]
fn a_change_that_changes_nothing_writes_nothing() {
    let (scratch, file) = document("{\"a\": 1.0}");
    fs::write(format!("{file}.lock"), "").unwrap();
    let before = look(scratch.path());
    let receipt: Value =
        serde_json::from_str(&ok(&["update", &file, "--set", "/a=1.0", "--json"])).unwrap();
    assert_eq!(receipt["changed"], false);
    assert_eq!(look(scratch.path()), before);
}

#[test]
fn a_receipt_names_the_version_and_the_next_update_can_ask_for_it() {
    let (_scratch, file) = document("{\"a\": 1}");
    let receipt: Value =
        serde_json::from_str(&ok(&["update", &file, "--set", "/a=2", "--json"])).unwrap();
    assert_eq!(receipt["changed"], true);
    let version = receipt["version"].as_str().unwrap();
    ok(&["update", &file, "--set", "/a=3", "--if-version", version]);
    fails(
        &["update", &file, "--set", "/a=4", "--if-version", version],
        4,
        &[&file, version, "read it again"],
    );
    fails(
        &["update", &file, "--set", "/a=4", "--if-version", "none"],
        4,
        &[&file, "no document"],
    );
    fails(
        &["update", &file, "--set", "/a=4", "--if-version", "1x"],
        2,
        &["not a version"],
    );
    // A revision is the version of a document in etcd, and never that of a file.
    fails(
        &["update", &file, "--set", "/a=4", "--if-version", "1-1"],
        4,
        &["expected version 1-1, found"],
    );
    assert_eq!(read(&file), "{\"a\": 3}");
    ok(&[
        "update",
        &format!("{file}.new"),
        "--set",
        "/a=4",
        "--if-version",
        "none",
    ]);
}

#[test]
fn a_dry_run_shows_the_change_and_writes_nothing() {
    let (scratch, file) = document("{\n  \"a\": 1,\n  \"b\": 2\n}\n");
    let before = look(scratch.path());
    let diff = ok(&["update", &file, "--set", "/b=3", "--dry-run"]);
    assert!(diff.contains("-  \"b\": 2\n+  \"b\": 3\n"), "{diff}");
    let shown: Value = serde_json::from_str(&ok(&[
        "update",
        &file,
        "--set",
        "/b=3",
        "--dry-run",
        "--json",
    ]))
    .unwrap();
    assert_eq!(shown["changed"], true);
    assert_eq!(
        shown["operations"],
        serde_json::json!([{"op": "replace", "path": "/b", "value": 3}])
    );
    assert_eq!(look(scratch.path()), before, "not even a lock file");

    let new = scratch.path().join("no/directory/new.json");
    let diff = ok(&[
        "update",
        new.to_str().unwrap(),
        "--set",
        "/b=3",
        "--dry-run",
    ]);
    assert!(diff.contains("+  \"b\": 3\n"), "{diff}");
    assert_eq!(look(scratch.path()), before);
    // The version it shows is the one that the update then makes.
    let made: Value =
        serde_json::from_str(&ok(&["update", &file, "--set", "/b=3", "--json"])).unwrap();
    assert_eq!(made["version"], shown["version"]);
}

#[test]
fn the_mode_is_kept_and_a_new_document_has_what_the_umask_leaves() {
    let (scratch, file) = document("{}");
    for mode in [0o640, 0o600, 0o664, 0o444] {
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        ok(&["update", &file, "--set", &format!("/mode={mode}")]);
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, mode);
    }
    let new = scratch.path().join("new.json");
    let made = Command::new("sh")
        .args(["-c", "umask 027; exec \"$0\" update \"$1\" --set /a=1"])
        .arg(amend())
        .arg(&new)
        .status()
        .unwrap();
    assert!(made.success());
    assert_eq!(fs::metadata(&new).unwrap().mode() & 0o7777, 0o640);
}

#[test]
fn a_symbolic_link_stays_one_and_both_names_share_one_lock() {
    let (scratch, file) = document("{}");
    let link = scratch.path().join("link.json");
    symlink("state.json", &link).unwrap();
    ok(&["update", link.to_str().unwrap(), "--set", "/a=1"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(ok(&["get", &file, "/a"]), "1\n");
    assert!(!scratch.path().join("link.json.lock").exists());

    // A link that leads nowhere makes its target; one that leads to itself is an error.
    let dangling = scratch.path().join("dangling.json");
    symlink("made.json", &dangling).unwrap();
    ok(&["update", dangling.to_str().unwrap(), "--set", "/a=1"]);
    assert!(scratch.path().join("made.json").is_file());
    let circle = scratch.path().join("circle.json");
    symlink("circle.json", &circle).unwrap();
    fails(
        &["update", circle.to_str().unwrap(), "--set", "/a=1"],
        1,
        &["circle.json", "symbolic links"],
    );
}

#[test]
fn what_is_no_regular_file_is_an_error_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let fifo = scratch.path().join("fifo.json");
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::Mode::from_raw_mode(0o644),
    )
    .unwrap();
    fails(
        &["update", fifo.to_str().unwrap(), "--set", "/a=1"],
        8,
        &["fifo.json", "FIFO"],
    );
    fails(&["get", fifo.to_str().unwrap()], 8, &["fifo.json", "FIFO"]);
    fails(
        &["update", scratch.path().to_str().unwrap(), "--set", "/a=1"],
        8,
        &["directory"],
    );
    let socket = scratch.path().join("socket.json");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    fails(
        &["update", socket.to_str().unwrap(), "--set", "/a=1"],
        8,
        &["socket"],
    );
}

#[test]
fn a_lock_that_is_held_is_waited_for_as_long_as_was_said() {
    let (_scratch, file) = document("{}");
    let holder = File::create(format!("{file}.lock")).unwrap();
    holder.lock().unwrap();
    let holder_is_us = format!("process {}", std::process::id());
    let started = std::time::Instant::now();
    fails(
        &["update", &file, "--set", "/a=1", "--lock-timeout", "200ms"],
        7,
        &[&file, "state.json.lock", "for more than 2", &holder_is_us],
    );
    let waited = started.elapsed();
    assert!(
        waited.as_millis() >= 200 && waited.as_secs() < 20,
        "{waited:?}"
    );
    assert_eq!(read(&file), "{}");
    holder.unlock().unwrap();
    ok(&["update", &file, "--set", "/a=1", "--lock-timeout", "0s"]);
}

#[test]
fn lock_files_are_where_they_are_wanted() {
    let (scratch, path) = document("{}");
    let locks = scratch.path().join("locks");
    let locks = locks.to_str().unwrap();
    ok(&["update", &path, "--set", "/a=1", "--lock-dir", locks]);
    assert!(!scratch.path().join("state.json.lock").exists());
    let names: Vec<_> = fs::read_dir(locks).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    // Another command that looks at the same lock waits for it.
    let held = fs::File::open(names[0].as_ref().unwrap().path()).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let holder = format!("process {}", std::process::id());
    fails(
        &[
            "update",
            &path,
            "--set",
            "/a=2",
            "--lock-dir",
            locks,
            "--lock-timeout",
            "50ms",
        ],
        7,
        &["state.json", locks, &holder],
    );
    // All commands of an environment agree by a variable, and an option is stronger.
    let update = |with: &[&str], variable: &str| {
        let command = [
            &["update", &path, "--set", "/a=3", "--lock-timeout", "50ms"],
            with,
        ]
        .concat();
        let output = std::process::Command::new(amend_tests::amend())
            .args(command)
            .env("AMEND_LOCK_DIR", variable)
            .output();
        output.unwrap().status.code()
    };
    assert_eq!(update(&[], locks), Some(7));
    let others = scratch.path().join("others");
    assert_eq!(
        update(&["--lock-dir", others.to_str().unwrap()], locks),
        Some(0)
    );
    assert_eq!(update(&[], ""), Some(0), "an empty variable is none");
}

#[test]
fn a_file_with_several_names_is_refused_unless_they_may_be_separated() {
    let (scratch, path) = document("{}");
    let other = scratch.path().join("other.json");
    fs::hard_link(&path, &other).unwrap();
    fails(
        &["update", &path, "--set", "/a=1"],
        8,
        &["state.json", "2 names", "--hard-links separate"],
    );
    assert_eq!(read(&path), "{}");
    ok(&["update", &path, "--set", "/a=1", "--hard-links", "separate"]);
    assert_eq!(fs::read_to_string(other).unwrap(), "{}");
    assert_ne!(read(&path), "{}");
}

#[test]
fn a_lock_path_that_cannot_be_a_lock_file_is_named() {
    let (scratch, file) = document("{}");
    let lock = format!("{file}.lock");
    fs::create_dir(&lock).unwrap();
    fails(
        &["update", &file, "--set", "/a=1"],
        8,
        &[&lock, "a directory"],
    );
    fs::remove_dir(&lock).unwrap();
    let target = scratch.path().join("precious");
    fs::write(&target, "precious").unwrap();
    symlink(&target, &lock).unwrap();
    fails(
        &["update", &file, "--set", "/a=1"],
        8,
        &[&lock, "symbolic link"],
    );
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
}

#[test]
fn names_of_lock_files_and_temporary_files_are_no_documents() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("state.json"), "{}").unwrap();
    fs::write(scratch.path().join("other.json.lock"), "").unwrap();
    let before = look(scratch.path());
    for name in ["state.json.lock", "other.json.lock", ".amend-0123.tmp"] {
        let file = scratch.path().join(name);
        fails(
            &["update", file.to_str().unwrap(), "--set", "/a=1"],
            8,
            &[name],
        );
    }
    assert_eq!(look(scratch.path()), before);
}

#[test]
fn a_patch_that_is_none_is_told_from_one_that_does_not_fit() {
    let (_scratch, file) = document("{\"a\": 1}");
    fails(
        &["update", &file, "--operations", "[{\"op\": \"explode\"}]"],
        9,
        &["--operations", "explode"],
    );
    fails(
        &["update", &file, "--operations", "{\"op\": \"add\"}"],
        9,
        &["--operations"],
    );
    fails(
        &["update", &file, "--merge", "{oops}"],
        9,
        &["--merge", "column"],
    );
    fails(&["update", &file, "--replace", ""], 9, &["--replace"]);
    let test = "[{\"op\": \"test\", \"path\": \"/a\", \"value\": 2}]";
    fails(&["update", &file, "--operations", test], 4, &[&file, "/a"]);
    assert_eq!(read(&file), "{\"a\": 1}");
}

#[test]
fn wrong_arguments_are_explained() {
    let (_scratch, file) = document("{}");
    fails(&[], 2, &["Usage"]);
    fails(&["frobnicate"], 2, &["frobnicate"]);
    fails(&["update", &file], 2, &["--with", "--set"]);
    fails(&["update", &file, "--set", "/a"], 2, &["POINTER=JSON"]);
    fails(
        &["update", &file, "--set", "/a=Ada"],
        2,
        &["not JSON", "--set '/a=\"Ada\"'"],
    );
    fails(&["update", &file, "--set", "a=1"], 2, &["a"]);
    fails(
        &["update", &file, "--with", "x.wasm", "--set", "/a=1"],
        2,
        &["--with"],
    );
    fails(
        &["update", &file, "--set", "/a=1", "--lock-timeout", "soon"],
        2,
        &["soon"],
    );
    assert_eq!(read(&file), "{}");
}

#[test]
fn what_is_no_updater_is_explained() {
    let (scratch, file) = document("{}");
    let guest = |name: &str, bytes: &[u8]| {
        let path = scratch.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    fails(
        &["update", &file, "--with", "/no/such.wasm"],
        1,
        &["/no/such.wasm"],
    );
    fails(
        &["update", &file, "--with", &guest("text", b"hello")],
        6,
        &["text", "not a WebAssembly component"],
    );
    fails(
        &[
            "update",
            &file,
            "--with",
            &guest("core", b"\0asm\x01\0\0\0"),
        ],
        6,
        &["core", "core module"],
    );
    fails(
        &[
            "update",
            &file,
            "--with",
            &guest("empty", b"\0asm\x0d\0\x01\0"),
        ],
        6,
        &["empty", "not an updater", "amend:document/updater@0.1.0"],
    );
    fails(
        &[
            "update",
            &file,
            "--with",
            &guest("cut", b"\0asm\x0d\0\x01\0\x07"),
        ],
        6,
        &["cut"],
    );
    assert!(
        !Path::new(&format!("{file}.lock")).exists(),
        "compilation comes before the lock"
    );
}

#[test]
fn help_tells_what_scripts_rely_on() {
    for args in [&["--help"][..], &["update", "--help"], &["help", "update"]] {
        let help = ok(args);
        for part in [
            "Exit codes",
            "the updater refused",
            "amend update state.json",
        ] {
            assert!(
                help.contains(part),
                "{args:?} does not say {part:?}:\n{help}"
            );
        }
    }
    let update = ok(&["update", "-h"]);
    for option in [
        "--with",
        "--args",
        "--set",
        "--remove",
        "--operations",
        "--merge",
        "--replace",
        "--if-version",
        "--dry-run",
        "--lock-timeout",
        "--durability",
        "--json",
        "Exit codes",
    ] {
        assert!(update.contains(option), "{option}");
    }
    assert!(ok(&["--version"]).starts_with("amend 0."));
}

#[test]
fn a_diff_is_the_operations_that_lead_from_one_to_the_other() {
    let (scratch, file) =
        document("{\n  \"a\": 1,\n  \"list\": [1, 2, 3, 4],\n  \"old\": null\n}\n");
    let other = scratch.path().join("other.json");
    fs::write(
        &other,
        r#"{"list": [1, 9, 2, 3, 4], "a": 1.0, "new": {"b": true}}"#,
    )
    .unwrap();
    let other = other.to_str().unwrap();
    let operations = ok(&["diff", &file, other]);
    let list: Value = serde_json::from_str(&operations).unwrap();
    // 1 and 1.0 are equal; an insertion into an array is one operation.
    assert_eq!(list.as_array().unwrap().len(), 3, "{operations}");
    ok(&["update", &file, "--operations", &operations]);
    assert_eq!(ok(&["diff", &file, other]), "[]\n");
    fails(
        &["diff", &file, "/no/such.json"],
        11,
        &["/no/such.json", "no such document"],
    );
    fs::write(other, "{").unwrap();
    fails(&["diff", &file, other], 3, &["other.json", "line 1"]);
}

#[test]
fn what_a_guest_prints_is_in_the_log_and_shown_when_asked_for() {
    let (scratch, file) = document("{}");
    let panics = hostile("panics", scratch.path());
    let update = ["update", &file, "--with", panics.to_str().unwrap()];
    let is_logged = |message: &str| {
        message
            .lines()
            .any(|line| line.contains("INFO") && line.contains("seven is not"))
    };
    let (_, silent) = status(&update);
    assert!(!is_logged(&silent), "{silent}");
    let (_, verbose) = status(&[&["-v"], &update[..]].concat());
    assert!(is_logged(&verbose), "{verbose}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let (_scratch, file) = document(&format!("{:?}", "x".repeat(1 << 20)));
    let mut child = Command::new(amend())
        .args(["get", &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}

/// Half of the time of a small update went into telling the program, wasmtime and all, where in memory it is.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn nothing_has_to_be_relocated_before_the_command_starts() {
    let program = fs::read(amend()).unwrap();
    // e_type of elf(5): ET_EXEC, and not ET_DYN.
    assert_eq!(program[16..18], 2_u16.to_ne_bytes());
}

/// The README says that each step comes with its time.
#[test]
fn the_log_has_the_steps_with_their_times() {
    let (_scratch, file) = document("{}");
    let (code, log) = status(&["-vv", "update", &file, "--set", "/a=1"]);
    assert_eq!(code, 0, "{log}");
    for step in ["lock wait", "commit"] {
        let line = log.lines().find(|line| line.contains(step));
        let line = line.unwrap_or_else(|| panic!("{step} is not in {log}"));
        assert!(
            line.starts_with("DEBUG") && line.contains("time.busy="),
            "{line}"
        );
    }
    let (code, log) = status(&["update", &file, "--set", "/a=2"]);
    assert_eq!((code, &*log), (0, ""));
}
