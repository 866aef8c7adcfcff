//! A guest's text is bounded where it enters and escaped where it is shown.

use amend_tests::{component, contract, cost};
use std::fs;
use tempfile::TempDir;

/// An updater that refuses; `make` leaves the address of the reason in `$at` and its length in `$length`.
fn refuses(data: &str, make: &str) -> Vec<u8> {
    let module = format!(
        r#"(module
          (memory (export "memory") 1000)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (data (i32.const 70000) "{data}")
          (func (export "amend:document/updater@0.1.0#update")
            (param i32 i32 i32 i32 i32) (result i32)
            (local $at i32) (local $length i32)
            {make}
            (i32.store8 (i32.const 0) (i32.const 1))
            (i32.store (i32.const 4) (local.get $at))
            (i32.store (i32.const 8) (local.get $length))
            (i32.const 0)))"#
    );
    contract("0.1.0", "export updater;", &module)
}

/// What an update with a guest says on standard error, and the document's directory.
fn said(guest: &[u8], more: &[&str]) -> (String, u64) {
    let scratch = TempDir::new().unwrap();
    let file = scratch.path().join("guest.wasm");
    fs::write(&file, guest).unwrap();
    let state = scratch.path().join("state.json");
    fs::write(&state, "{}").unwrap();
    let [file, state] = [file, state].map(|path| path.to_str().unwrap().to_owned());
    let args = ["update", &state, "--with", &file];
    let cost = cost(scratch.path(), &[&args, more].concat());
    assert_ne!(cost.code, Some(0), "{cost:?}");
    assert_eq!(cost.output, "");
    (cost.errors, cost.memory)
}

/// Nothing on the screen but lines of amend's, and lines that are marked as the guest's.
#[track_caller]
fn is_harmless(message: &str) {
    let mut lines = message.lines();
    assert!(lines.next().unwrap().starts_with("amend: "), "{message}");
    for line in lines {
        assert!(line.starts_with("  | "), "{message}");
    }
    let steers = |c: char| {
        c != '\n' && c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!message.contains(steers), "{message:?}");
}

/// Found in use: a line feed in the reason of a refusal began a second line, which the guest could word as it liked.
#[test]
fn a_refusal_cannot_write_a_line_of_its_own() {
    let data = r"no\0aamend: done\0d\0a\e2\80\aeenod\e2\81\a6\d8\9c\e2\80\8f\1b[2J\c2\9b";
    let make = "(local.set $at (i32.const 70000)) (local.set $length (i32.const 40))";
    let (message, _) = said(&refuses(data, make), &[]);
    is_harmless(&message);
    let shown = r"refused: no\namend: done\r\n\u{202e}enod\u{2066}\u{61c}\u{200f}\u{1b}[2J";
    assert!(message.contains(shown), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

/// Found in use: a refusal of 60 MB was printed, as 360 MB.
#[test]
fn a_refusal_is_cut_where_it_enters() {
    let make = "(local.set $at (i32.const 70000)) (local.set $length (i32.const 60000000))
        (memory.fill (i32.const 70000) (i32.const 7) (i32.const 60000000))";
    let (message, memory) = said(&refuses("", make), &["--memory", "128MiB"]);
    is_harmless(&message);
    assert!(message.len() < 32 << 10, "{} bytes", message.len());
    assert!(
        message.contains("(cut: 60000000 bytes in all)"),
        "{message}"
    );
    // What was granted, and what it has handed over.
    assert!(memory < (128 + 256) << 20, "{memory} bytes");
}

/// The name of a function stands in the backtrace of a trap.
#[test]
fn a_trap_cannot_write_a_line_of_its_own() {
    let module = |name: &str| {
        format!(
            r#"(module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func $trap (@name "{name}") unreachable)
              (func (export "amend:document/updater@0.1.0#update")
                (param i32 i32 i32 i32 i32) (result i32) (call $trap) (i32.const 0)))"#
        )
    };
    let name = "f\\namend: done\\u{202e}";
    let guest = contract("0.1.0", "export updater;", &module(name));
    let (message, _) = said(&guest, &[]);
    is_harmless(&message);
    assert!(message.contains("amend: done"), "{message}");
    let guest = contract("0.1.0", "export updater;", &module(&"f".repeat(60_000)));
    let (message, _) = said(&guest, &[]);
    is_harmless(&message);
    assert!(message.len() < 32 << 10, "{} bytes", message.len());
}

/// A program can make a document whose name has a line feed in it; `amend copy` prints names.
#[test]
fn the_name_of_a_document_cannot_write_a_line_of_its_own() {
    let scratch = TempDir::new().unwrap();
    let from = scratch.path().join("from");
    fs::create_dir(&from).unwrap();
    let name = "a\namend: done\u{202e}.json";
    fs::write(from.join(name), "{}").unwrap();
    let to = scratch.path().join("to");
    let [from, to] = [from, to].map(|path| path.to_str().unwrap().to_owned());
    let copied = cost(scratch.path(), &["copy", &from, &to]);
    assert_eq!(copied.code, Some(0), "{copied:?}");
    assert!(
        copied.output.contains(r"a\namend: done\u{202e}.json"),
        "{copied:?}"
    );
    assert_eq!(copied.output.lines().count(), 2, "{}", copied.output);
    let missing = cost(scratch.path(), &["get", &format!("{from}/b\namend: done")]);
    assert_eq!(missing.code, Some(11));
    assert_eq!(missing.errors.lines().count(), 1, "{}", missing.errors);
}

/// Found by an attack: `--dry-run` printed the name of the document as it was, and `amend test` that of a case.
#[test]
fn names_in_results_cannot_write_a_line_of_their_own() {
    let scratch = TempDir::new().unwrap();
    let state = scratch.path().join("a\namend: done\u{202e}\u{9b}.json");
    fs::write(&state, "{}").unwrap();
    let args = [
        "update",
        state.to_str().unwrap(),
        "--set",
        "/a=1",
        "--dry-run",
    ];
    let shown = cost(scratch.path(), &args);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let name = r"a\namend: done\u{202e}\u{9b}.json";
    assert_eq!(shown.output.matches(name).count(), 2, "{}", shown.output);
    assert!(!shown.output.contains("\namend"), "{}", shown.output);

    let guest = scratch.path().join("guest.wasm");
    fs::write(&guest, refuses("", "")).unwrap();
    let cases = scratch.path().join("cases.json");
    let table = r#"[{"name": "b\nok      c\u202e", "document": "{}", "refusal": ""}]"#;
    fs::write(&cases, table).unwrap();
    let [guest, cases] = [guest, cases].map(|path| path.to_str().unwrap().to_owned());
    let shown = cost(scratch.path(), &["test", &guest, &cases]);
    assert!(shown.output.contains(r"b\nok      c\u{202e}"), "{shown:?}");
}

/// Found by an attack: messages about arguments repeated them as they were.
#[test]
fn an_argument_cannot_write_a_line_of_its_own() {
    let scratch = TempDir::new().unwrap();
    let odd = "x\namend: done\u{1b}[2J\u{9b}\u{202e}";
    let timeout = format!("--timeout={odd}");
    for args in [
        &["get", "a.json", "/a", odd, odd][..],
        &["update", "a.json", "--set", odd],
        &["update", "a.json", &timeout],
        &["update", "a.json", &format!("--{odd}")],
        &[odd],
    ] {
        let shown = cost(scratch.path(), args);
        assert_eq!(shown.code, Some(2), "{args:?}: {shown:?}");
        let steers = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
        assert!(
            !shown.errors.contains(steers),
            "{args:?}: {:?}",
            shown.errors
        );
        assert!(
            !shown.errors.contains("\namend: done"),
            "{args:?}: {}",
            shown.errors
        );
        assert!(
            shown.errors.contains(r"x\namend: done"),
            "{args:?}: {}",
            shown.errors
        );
    }
}

/// In JSON an escape means the same as the character, and does not turn the line around.
#[test]
fn json_is_escaped_where_it_is_printed() {
    let scratch = TempDir::new().unwrap();
    let state = scratch.path().join("state.json");
    fs::write(&state, "{}").unwrap();
    let state = state.to_str().unwrap();
    let set = "/a=\"x\u{202e}y\u{2066}\u{7f}\u{9b}\"";
    let args = ["update", state, "--set", set, "--dry-run", "--json"];
    let shown = cost(scratch.path(), &args);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let escaped = r"x\u202ey\u2066\u007f\u009b";
    assert!(shown.output.contains(escaped), "{}", shown.output);
    let value: serde_json::Value = serde_json::from_str(&shown.output).unwrap();
    assert_eq!(
        value["operations"][0]["value"],
        "x\u{202e}y\u{2066}\u{7f}\u{9b}"
    );
    let bytes = component("(component)");
    let odd = scratch.path().join("odd\u{202e}\n.wasm");
    fs::write(&odd, bytes).unwrap();
    for more in [&[][..], &["--json"]] {
        let args = [&["inspect", odd.to_str().unwrap()], more].concat();
        let shown = cost(scratch.path(), &args);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        assert!(!shown.output.contains('\u{202e}'), "{}", shown.output);
    }
}

/// Found by an attack: a pointer of 50 megabytes was a part of the message.
#[test]
fn a_long_pointer_or_name_is_cut_in_messages() {
    let scratch = TempDir::new().unwrap();
    let state = scratch.path().join("state.json");
    fs::write(&state, "{}").unwrap();
    let long = "x".repeat(1 << 20);
    for (option, patch, code) in [
        (
            "--operations",
            format!(r#"[{{"op":"remove","path":"/{long}"}}]"#),
            11,
        ),
        (
            "--operations",
            format!(r#"[{{"op":"{long}","path":"/a"}}]"#),
            9,
        ),
        (
            "--operations",
            format!(r#"[{{"op":"remove","path":"{long}"}}]"#),
            9,
        ),
        ("--merge", format!(r#"{{"{long}":1,"{long}":2}}"#), 9),
    ] {
        let file = scratch.path().join("patch.json");
        fs::write(&file, patch).unwrap();
        let from = format!("@{}", file.display());
        let failed = cost(
            scratch.path(),
            &["update", state.to_str().unwrap(), option, &from],
        );
        assert_eq!(failed.code, Some(code), "{}", failed.errors.len());
        assert!(failed.errors.len() < 2000, "{} bytes", failed.errors.len());
        assert!(failed.errors.contains('…'), "{}", failed.errors);
    }
}

/// Found by an attack: the reason why an argument is wrong repeated it as it was.
#[test]
fn the_reason_why_an_argument_is_wrong_cannot_write_a_line() {
    let scratch = TempDir::new().unwrap();
    let evil = "x\r\namend: state.json: version 00 is committed";
    let grant = format!("s=.,{evil}");
    for args in [
        &["update", "state.json", "--set", "/a=1", "--under", evil][..],
        &[
            "update",
            "state.json",
            "--set",
            "/a=1",
            "--if-version",
            evil,
        ],
        &["get", "state.json", evil],
        &["run", "guest.wasm", "--grant", &grant],
        &["run", "guest.wasm", "--env", evil],
    ] {
        let failed = cost(scratch.path(), args);
        assert_eq!(failed.code, Some(2), "{failed:?}");
        assert!(!failed.errors.contains("\namend"), "{}", failed.errors);
        assert!(!failed.errors.contains('\r'), "{}", failed.errors);
    }
}

/// Found by an attack: the text of a document or of an answer was printed as it was, also on a terminal.
#[test]
fn text_of_a_document_does_not_steer_a_terminal() {
    let scratch = TempDir::new().unwrap();
    let state = scratch.path().join("state.json");
    let text = "{\"a\": 1,\r\"b\": \"\u{9b}31m\u{7f}\u{202e}\"}\n";
    fs::write(&state, text).unwrap();
    let state = state.to_str().unwrap();
    let amend = amend_tests::amend();
    let update = ["update", state, "--set", "/c=1", "--dry-run"];
    for args in [&["get", state][..], &update] {
        // Python's `pty` gives the command a terminal.
        let spawn =
            "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
        let shown = std::process::Command::new("python3")
            .args(["-c", spawn])
            .arg(&amend)
            .args(args)
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains("\\u009b31m\\u007f\\u202e"), "{shown:?}");
        assert!(!shown.replace("\r\n", "\n").contains('\r'), "{shown:?}");
        // Byte for byte anywhere else.
        let piped = cost(scratch.path(), args);
        assert!(
            piped.output.contains("\u{9b}31m\u{7f}\u{202e}"),
            "{}",
            piped.output
        );
    }
    let piped = cost(scratch.path(), &["get", state]);
    assert_eq!(piped.output, text);
}
