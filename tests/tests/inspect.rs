//! `amend inspect`: what a component is, for people and as JSON.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_tests::{component, example, hostile, program, run, status};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

#[track_caller]
fn inspected(component: &Path) -> (String, Value) {
    let file = component.to_str().unwrap();
    let [text, json] = [vec!["inspect", file], vec!["inspect", file, "--json"]].map(|args| {
        let output = run(&args);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{message}");
        assert_eq!(message, "");
        String::from_utf8(output.stdout).unwrap()
    });
    (text, serde_json::from_str(&json).unwrap())
}

fn written(bytes: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("guest.wasm");
    fs::write(&file, bytes).unwrap();
    (scratch, file)
}

/// That it does not fit a world, and why, in both forms.
#[track_caller]
fn does_not_fit(component: &Path, world: &str, why: &str) {
    let (text, json) = inspected(component);
    let fit = &json["worlds"][world];
    assert_eq!(fit["fits"], false, "{json:#}");
    assert!(fit["reason"].as_str().unwrap().contains(why), "{fit}");
    let line = text.lines().find(|line| line.trim().starts_with(world));
    let line = line.unwrap();
    assert!(line.contains("no: ") && line.contains(why), "{text}");
}

#[test]
fn an_updater() {
    let counter = example("rust/counter");
    let (text, json) = inspected(&counter);
    let bytes = fs::read(&counter).unwrap();
    assert_eq!(json["name"], counter.to_str().unwrap());
    assert_eq!(json["size"], bytes.len());
    let updater = json!({"name": "amend:document/updater@0.1.0", "functions": ["update"]});
    assert!(json["exports"].as_array().unwrap().contains(&updater));
    assert_eq!(json["worlds"]["plugin"], json!({"fits": true}));
    for part in [
        counter.to_str().unwrap(),
        &format!("{} bytes", bytes.len()),
        "amend:document/updater@0.1.0 (update)",
        "plugin   yes",
    ] {
        assert!(text.contains(part), "{text}");
    }
    does_not_fit(&counter, "program", "so it is an updater");
}

#[test]
fn a_program() {
    let program = program("does-what-it-is-told");
    let (text, json) = inspected(&program);
    assert_eq!(json["worlds"]["program"], json!({"fits": true}));
    assert!(text.contains("program  yes"), "{text}");
    let imports = json["imports"].as_array().unwrap();
    let store = imports
        .iter()
        .find(|import| import["name"] == "amend:document/store@0.1.0");
    let functions = &store.unwrap()["functions"];
    assert_eq!(
        *functions,
        json!(["read", "update", "apply"]),
        "what it uses"
    );
    let wasi = json["wasi"].as_array().unwrap();
    assert!(!wasi.is_empty());
    for name in wasi {
        assert!(name.as_str().unwrap().starts_with("wasi:"), "{name}");
    }
    does_not_fit(&program, "plugin", "so it is a program");
}

#[test]
fn both_and_neither() {
    let scratch = tempfile::tempdir().unwrap();
    let (_, json) = inspected(&hostile("exits", scratch.path()));
    assert_eq!(json["worlds"]["plugin"]["fits"], true);
    assert_eq!(json["worlds"]["program"]["fits"], true);

    let (_scratch, neither) = written(component("(component)"));
    let (text, json) = inspected(&neither);
    assert_eq!(json["exports"], json!([]));
    assert_eq!(json["imports"], json!([]));
    assert!(text.contains("exports  nothing") && text.contains("imports  nothing"));
    does_not_fit(&neither, "plugin", "does not export");
    does_not_fit(&neither, "program", "does not export");
}

/// The names are right and the types are not.
#[test]
fn wrong_types() {
    let (_scratch, file) = written(component(
        r#"(component
             (core module $m (func (export "f") (param i32)))
             (core instance $i (instantiate $m))
             (func $f (param "n" u32) (canon lift (core func $i "f")))
             (instance (export "amend:document/updater@0.1.0") (export "update" (func $f)))
             (instance (export "wasi:cli/run@0.2.0") (export "run" (func $f))))"#,
    ));
    does_not_fit(&file, "plugin", "of another type");
    does_not_fit(&file, "program", "of another type");
}

/// Described, it exports a function of another type; started, it meets the limit on instances first.
#[test]
fn one_that_cannot_be_started() {
    let scratch = tempfile::tempdir().unwrap();
    let many = hostile("has-many-instances", scratch.path());
    does_not_fit(&many, "plugin", "of another type");
    let output = run(&["inspect", "--start", "--json", many.to_str().unwrap()]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let fit = &json["worlds"]["plugin"];
    assert_eq!(fit["fits"], false, "{json:#}");
    let reason = fit["reason"].as_str().unwrap();
    assert!(reason.contains("limit on its instances"), "{reason}");
}

/// Whether a component fits, is the same when it is described and when it is compiled and started.
#[test]
fn described_and_started() {
    let scratch = tempfile::tempdir().unwrap();
    let none = written(component("(component)"));
    for file in [
        example("rust/counter"),
        program("does-what-it-is-told"),
        hostile("exits", scratch.path()),
        none.1.clone(),
    ] {
        let file = file.to_str().unwrap();
        let [described, started] = [&[][..], &["--start"]].map(|more| {
            let output = run(&[&["inspect", "--json", file], more].concat());
            assert!(output.status.success(), "{output:?}");
            serde_json::from_slice::<Value>(&output.stdout).unwrap()
        });
        assert_eq!(described, started, "{file}");
    }
}

#[test]
fn what_is_no_component() {
    for (bytes, why) in [
        (component("(module)"), "core module"),
        (b"".to_vec(), "does not start like WebAssembly"),
        (b"garbage".to_vec(), "does not start like WebAssembly"),
        (
            b"\0asm\x0d\0\x01\0garbage".to_vec(),
            "not a WebAssembly component",
        ),
    ] {
        let (_scratch, file) = written(bytes);
        let file = file.to_str().unwrap();
        for args in [vec!["inspect", file], vec!["inspect", file, "--json"]] {
            let (code, message) = status(&args);
            assert_eq!(code, 6, "{message}");
            assert!(message.contains(file) && message.contains(why), "{message}");
        }
    }
    let (code, message) = status(&["inspect", "/nowhere/guest.wasm"]);
    assert_eq!(code, 1, "{message}");
    assert!(message.contains("/nowhere/guest.wasm"), "{message}");
}

#[test]
fn the_sum_is_that_of_sha256sum() {
    let counter = example("rust/counter");
    let output = Command::new("sha256sum").arg(&counter).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let sum = said.split_whitespace().next().unwrap();
    let (text, json) = inspected(&counter);
    assert_eq!(json["sha256"], sum);
    assert!(text.contains(sum), "{text}");
}
