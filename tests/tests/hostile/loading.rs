//! Files that are no guests, or none of the kind that was asked for: known before any lock is taken.

use crate::ground::{engine, hasty, patient};
use amend_runtime::{CallError, Grants, Invocation, Limits, LoadError, World};
use amend_store::Json;
use amend_tests::{component, contract, example, hostile, program};
use std::fs;

/// A module that exports an updater of some version of the contract, and answers `none`.
fn updater_of(version: &str) -> Vec<u8> {
    let module = format!(
        r#"(module
             (memory (export "memory") 1)
             (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
             (func (export "amend:document/updater@{version}#update")
               (param i32 i32 i32 i32 i32) (result i32) (i32.const 0)))"#
    );
    contract(version, "export updater;", &module)
}

/// A command that imports the store of some version of the contract.
fn program_of(version: &str) -> Vec<u8> {
    let module = format!(
        r#"(module
             (import "amend:document/store@{version}" "read" (func (param i32 i32 i32 i32 i32)))
             (memory (export "memory") 1)
             (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
             (func (export "wasi:cli/run@0.2.0#run") (result i32) (i32.const 0)))"#
    );
    contract(version, "import store; export wasi:cli/run@0.2.0;", &module)
}

fn guest(name: &str) -> Vec<u8> {
    let scratch = tempfile::tempdir().unwrap();
    fs::read(hostile(name, scratch.path())).unwrap()
}

/// That it is neither, for the same reason.
#[track_caller]
fn is_no_component(bytes: &[u8], says: &str) {
    let plugin = engine().load_bytes("it", bytes, patient()).err();
    let program = engine().load_program_bytes("it", bytes, patient()).err();
    for error in [plugin.unwrap(), program.unwrap()] {
        assert!(
            matches!(error, LoadError::NotAComponent { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[track_caller]
fn is_no(world: World, bytes: &[u8], says: &[&str]) {
    let error = match world {
        World::Plugin => engine().load_bytes("it", bytes, patient()).err(),
        _ => engine().load_program_bytes("it", bytes, patient()).err(),
    };
    let error = error.unwrap();
    assert!(
        matches!(&error, LoadError::WrongWorld { world: found, .. } if *found == world),
        "{error:?}"
    );
    for part in says {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn what_is_no_webassembly() {
    is_no_component(b"", "does not start like WebAssembly");
    is_no_component(b"\0as", "does not start like WebAssembly");
    is_no_component(b"{\"a\": 1}", "does not start like WebAssembly");
    is_no_component(&vec![0; 100 << 20], "does not start like WebAssembly");
    // The same bytes each time, and no order that one sees.
    let random: Vec<u8> = (0..1_u32 << 16)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    is_no_component(&random, "does not start like WebAssembly");
    let mut starts_well = b"\0asm\x0d\0\x01\0".to_vec();
    starts_well.extend(random);
    is_no_component(&starts_well, "not a WebAssembly component");
}

#[test]
fn a_core_module_is_told_how_it_becomes_a_component() {
    is_no_component(&component("(module)"), "wasm-tools component new");
}

#[test]
fn a_component_that_was_cut_off_anywhere() {
    let whole = fs::read(example("rust/counter")).unwrap();
    let steps = (0..100).map(|step| whole.len() * step / 100);
    for length in (0..64).chain(steps).chain([whole.len() - 1]) {
        match engine().load_bytes("it", &whole[..length], patient()) {
            // Cut between two sections it is a whole component, of those that export nothing.
            Err(LoadError::NotAComponent { .. } | LoadError::WrongWorld { .. }) => {}
            other => panic!("{length} of {} bytes: {other:?}", whole.len()),
        }
    }
}

/// A component and nothing else: it exports nothing that anybody could call.
#[test]
fn a_component_of_nothing() {
    let bytes = component("(component)");
    is_no(
        World::Plugin,
        &bytes,
        &["does not export `amend:document/updater@0.1.0`"],
    );
    is_no(
        World::Program,
        &bytes,
        &["does not export `wasi:cli/run@0.2`"],
    );
}

#[test]
fn one_kind_for_the_other() {
    let program = fs::read(program("fails-for-ever")).unwrap();
    is_no(
        World::Plugin,
        &program,
        &["not an updater", "so it is a program"],
    );
    let updater = fs::read(example("rust/counter")).unwrap();
    is_no(
        World::Program,
        &updater,
        &["not a program", "so it is an updater"],
    );
}

/// An updater decides, and does nothing: what it is told is the document, and what it answers is a patch.
#[test]
fn an_updater_that_wants_the_store() {
    let module = r#"(module
        (import "amend:document/store@0.1.0" "read" (func (param i32 i32 i32 i32 i32)))
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
        (func (export "amend:document/updater@0.1.0#update")
          (param i32 i32 i32 i32 i32) (result i32) (i32.const 0)))"#;
    let bytes = contract("0.1.0", "import store; export updater;", module);
    is_no(
        World::Plugin,
        &bytes,
        &["imports `amend:document/store@", "answers with a patch"],
    );
}

/// What is missing is named, and not what happens to be there beside it.
#[test]
fn an_updater_that_wants_what_nobody_has() {
    let text = r#"(component
        (import "amend:document/types@0.1.0" (instance
          (type (variant (case "operations" string) (case "merge" string) (case "replace" string)))
          (export "patch" (type (eq 0)))))
        (import "acme:moon/phase@1.0.0" (instance (export "read" (func))))
        (core module $m (func (export "update") (param i32)))
        (core instance $i (instantiate $m))
        (func $update (param "n" u32) (canon lift (core func $i "update")))
        (instance (export "amend:document/updater@0.1.0") (export "update" (func $update))))"#;
    let error = engine().load_bytes("it", &component(text), patient());
    let error = error.err().unwrap().to_string();
    assert!(error.contains("acme:moon/phase@1.0.0"), "{error}");
    assert!(!error.contains("this host speaks"), "{error}");
}

#[test]
fn this_version_of_the_contract() {
    engine()
        .load_bytes("it", &updater_of("0.1.0"), patient())
        .unwrap();
    engine()
        .load_program_bytes("it", &program_of("0.1.0"), patient())
        .unwrap();
}

/// 0.1.1 may only have more than 0.1.0 has, so what it exports fits who asks for 0.1.0. The other way round, a newer
/// program works as long as it imports nothing that this host does not have.
#[test]
fn a_compatible_version_of_the_contract() {
    let updater = engine().load_bytes("it", &updater_of("0.1.1"), patient());
    let answer = updater.unwrap().call(None, &Json::parse("{}").unwrap());
    assert!(answer.unwrap().is_none());
    let program = engine().load_program_bytes("it", &program_of("0.1.1"), patient());
    let exit = program.unwrap().run(&Grants::new(), Invocation::new());
    assert_eq!(exit.unwrap().code, 0);
    let asks_for_more = component(
        r#"(component
             (import "amend:document/store@0.1.1" (instance (export "remove" (func))))
             (core module $m (func (export "run") (result i32) (i32.const 0)))
             (core instance $i (instantiate $m))
             (func $run (result (result)) (canon lift (core func $i "run")))
             (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))"#,
    );
    let says = ["remove", "amend:document/store@0.1.1", "speaks 0.1.0"];
    is_no(World::Program, &asks_for_more, &says);
}

#[test]
fn a_newer_version_of_the_contract() {
    is_no(
        World::Plugin,
        &updater_of("0.2.0"),
        &[
            "amend:document/updater@0.2.0",
            "which this host does not speak",
        ],
    );
    is_no(
        World::Program,
        &program_of("0.2.0"),
        &["amend:document/store@0.2.0", "this host speaks 0.1.0"],
    );
}

#[test]
fn the_right_name_and_a_wrong_type() {
    let updater = component(
        r#"(component
             (core module $m (func (export "update") (param i32)))
             (core instance $i (instantiate $m))
             (func $update (param "n" u32) (canon lift (core func $i "update")))
             (instance (export "amend:document/updater@0.1.0") (export "update" (func $update))))"#,
    );
    is_no(World::Plugin, &updater, &["of another type"]);
    let program = component(
        r#"(component
             (core module $m (func (export "run") (param i32)))
             (core instance $i (instantiate $m))
             (func $run (param "n" u32) (canon lift (core func $i "run")))
             (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))"#,
    );
    is_no(World::Program, &program, &["of another type"]);
}

/// What stands under the name has no such function, or something else that is called so.
#[test]
fn the_right_name_and_nothing_behind_it() {
    let empty = r#"(component (instance (export "amend:document/updater@0.1.0")))"#;
    is_no(World::Plugin, &component(empty), &["does not export"]);
    let no_function = r#"(component
        (component $c)
        (instance $i (instantiate $c))
        (instance (export "amend:document/updater@0.1.0") (export "update" (instance $i))))"#;
    is_no(World::Plugin, &component(no_function), &["function"]);
}

#[track_caller]
fn cannot_start(name: &str, limits: Limits) -> CallError {
    match engine().load_bytes(name, &guest(name), limits) {
        Err(LoadError::Start { source, .. }) => source,
        other => panic!("{other:?}"),
    }
}

#[test]
fn loops_in_start() {
    let error = cannot_start("loops-in-start", hasty());
    assert!(matches!(error, CallError::TimedOut { .. }), "{error:?}");
}

#[test]
fn has_many_instances() {
    let error = cannot_start("has-many-instances", patient());
    assert!(
        matches!(error, CallError::Instances { limit: 100 }),
        "{error:?}"
    );
    let message = error.to_string();
    assert!(message.contains("100 core instances"), "{message}");
    assert!(message.contains("limit on its instances"), "{message}");
}

#[test]
fn has_many_memories() {
    let error = cannot_start("has-many-memories", patient().with_instances(20));
    assert!(
        matches!(error, CallError::Instances { limit: 20 }),
        "{error:?}"
    );
}
