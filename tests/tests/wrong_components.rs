//! What is handed over instead of an updater: it is turned away when it is loaded, before any lock, and told what
//! it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{CompiledCache, Engine, Limits, LoadError, Plugin};
use amend_tests::{example, run};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

fn load(bytes: &[u8]) -> Result<Plugin, LoadError> {
    // One for all: setting up takes longer than most of what is tested here.
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| {
        let builder = Engine::builder().with_cache(CompiledCache::Off);
        builder.with_pool(false).build().unwrap()
    });
    engine.load_bytes("guest.wasm", bytes, Limits::default())
}

/// It is no component, and the reason says this.
#[track_caller]
fn is_no_component(bytes: &[u8], says: &str) {
    let error = load(bytes).unwrap_err();
    let LoadError::NotAComponent { reason, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(reason.contains(says), "{reason:?} does not say {says:?}");
    assert_eq!(
        error.to_string(),
        format!("guest.wasm: not a WebAssembly component: {reason}")
    );
}

/// It is a component, but no updater, and the reason says this.
#[track_caller]
fn is_no_updater(text: &str, says: &str) {
    let error = load(&wat::parse_str(text).unwrap()).unwrap_err();
    let LoadError::WrongWorld { reason, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(reason.contains(says), "{reason:?} does not say {says:?}");
    assert_eq!(
        error.to_string(),
        format!("guest.wasm: not an updater: {reason}")
    );
}

/// A component that exports a function `update` of a type that no updater has, in an interface of this name.
fn component(exports: &str, import: &str) -> String {
    format!(
        r#"(component
             {import}
             (core module $module (func (export "update") (param i32)))
             (core instance $core (instantiate $module))
             (func $update (param "x" u32) (canon lift (core func $core "update")))
             (instance $interface (export "update" (func $update)))
             (export "{exports}" (instance $interface)))"#
    )
}

fn importing(interface: &str) -> String {
    let import = format!(r#"(import "{interface}" (instance (export "read" (func))))"#);
    component("amend:document/updater@0.1.0", &import)
}

fn wrong_type() -> String {
    component("amend:document/updater@0.1.0", "")
}

/// Bytes in no order, the same each time.
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        // The constants are Knuth's, for MMIX; the high bits are the good ones.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
}

#[test]
fn a_core_module() {
    let module = wat::parse_str("(module)").unwrap();
    is_no_component(&module, "this is a core module");
    is_no_component(&module, "wasm-tools component new");
}

#[test]
fn an_empty_file() {
    is_no_component(b"", "it does not start like WebAssembly");
}

#[test]
fn half_of_the_first_bytes() {
    is_no_component(b"\0as", "it does not start like WebAssembly");
    is_no_component(b"\0asm", "");
    is_no_component(b"\0asm\x0d\0", "");
}

#[test]
fn a_hundred_megabytes_of_zeros() {
    is_no_component(&vec![0; 100_000_000], "it does not start like WebAssembly");
}

#[test]
fn bytes_in_no_order() {
    for seed in 0..200 {
        let bytes: Vec<u8> = noise(seed).take(1000).collect();
        is_no_component(&bytes, "it does not start like WebAssembly");
        // The same where they are read as sections: behind the eight bytes that a component starts with.
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        bytes.extend(noise(seed).take(1000));
        is_no_component(&bytes, "");
    }
}

#[test]
fn a_component_that_was_cut_short() {
    let whole = fs::read(example("rust/counter")).unwrap();
    assert!(load(&whole).is_ok());
    let steps = (0..200).map(|step| whole.len() * step / 200);
    for length in (0..64).chain(steps) {
        match load(&whole[..length]) {
            // Cut between two sections it is a whole component, of those that export nothing.
            Err(LoadError::NotAComponent { .. } | LoadError::WrongWorld { .. }) => {}
            other => panic!("{length} of {} bytes: {other:?}", whole.len()),
        }
    }
}

#[test]
fn a_component_that_exports_nothing() {
    is_no_updater(
        "(component)",
        "it does not export `amend:document/updater@0.1.0`",
    );
}

#[test]
fn an_updater_of_a_newer_contract() {
    is_no_updater(
        &component("amend:document/updater@0.2.0", ""),
        "it exports `amend:document/updater@0.2.0`, which this host does not speak",
    );
}

#[test]
fn an_update_of_another_type() {
    is_no_updater(
        &wrong_type(),
        "it exports a function of another type than this host speaks",
    );
}

#[test]
fn an_updater_that_imports_the_store() {
    is_no_updater(
        &importing("amend:document/store@0.1.0"),
        "it imports `amend:document/store@…`, which a program has and an updater has not",
    );
}

#[test]
fn an_updater_that_imports_what_nobody_has() {
    is_no_updater(&importing("acme:moon/phase@1.0.0"), "acme:moon/phase@1.0.0");
}

/// What `amend inspect` says about a file: its exit code, and both of its outputs.
fn inspect(file: &Path, options: &[&str]) -> (i32, String, String) {
    let output = run(&[&["inspect", file.to_str().unwrap()], options].concat());
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// The JSON that it says.
fn inspect_json(file: &Path) -> Value {
    let (code, found, message) = inspect(file, &["--json"]);
    assert_eq!(code, 0, "{message}");
    serde_json::from_str(&found).unwrap()
}

#[test]
fn inspecting_an_updater() {
    let file = example("rust/counter");
    let sum = Command::new("sha256sum").arg(&file).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    let sum = sum.split_whitespace().next().unwrap();

    let (code, text, message) = inspect(&file, &[]);
    assert_eq!(code, 0, "{message}");
    assert!(text.contains(sum), "{text}");
    assert!(text.contains("  plugin   yes\n"), "{text}");
    assert!(text.contains("  program  no: "), "{text}");
    assert!(
        text.contains("amend:document/updater@0.1.0 (update)"),
        "{text}"
    );

    let found = inspect_json(&file);
    assert_eq!(found["sha256"], sum);
    assert_eq!(found["size"], fs::metadata(&file).unwrap().len());
    assert_eq!(found["worlds"]["plugin"]["fits"], true);
    assert_eq!(found["worlds"]["program"]["fits"], false);
}

#[test]
fn inspecting_a_core_module() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("module.wasm");
    fs::write(&file, wat::parse_str("(module)").unwrap()).unwrap();
    for options in [&[][..], &["--json"]] {
        let (code, found, message) = inspect(&file, options);
        assert_eq!((code, &*found), (6, ""), "{message}");
        assert!(message.contains("this is a core module"), "{message}");
        assert!(message.contains(file.to_str().unwrap()), "{message}");
    }
}

/// Linking alone does not find it, because it is not linked to anything: it has to be instantiated.
#[test]
fn inspecting_an_update_of_another_type() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("wrong.wasm");
    fs::write(&file, wat::parse_str(wrong_type()).unwrap()).unwrap();
    let says = "it exports a function of another type than this host speaks";

    let (code, text, message) = inspect(&file, &[]);
    assert_eq!(code, 0, "{message}");
    assert!(text.contains(&format!("  plugin   no: {says}")), "{text}");

    let plugin = &inspect_json(&file)["worlds"]["plugin"];
    assert_eq!(plugin["fits"], false);
    assert!(
        plugin["reason"].as_str().unwrap().contains(says),
        "{plugin}"
    );
}
