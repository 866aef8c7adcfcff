//! Compiling has a bound of its own: a component that is built to be expensive is an error of that load, whatever
//! command it is given to.

use amend_tests::{Cost, bombs, cost};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

/// What refusing an obvious bomb may take: it is read once.
const LOOKING: u64 = 64 << 20;

/// A component in a directory of its own, which is the command's home as well.
fn written(bytes: &[u8]) -> (TempDir, String) {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("bomb.wasm");
    fs::write(&file, bytes).unwrap();
    fs::write(scratch.path().join("state.json"), "{}").unwrap();
    let file = file.to_str().unwrap().to_owned();
    (scratch, file)
}

/// Gives a component to every command that loads one, or describes it.
fn each(bytes: &[u8], more: &[&str]) -> Vec<Cost> {
    let (scratch, file) = written(bytes);
    let state = scratch.path().join("state.json");
    let state = state.to_str().unwrap();
    let commands: [&[&str]; 4] = [
        &["inspect", &file],
        &["inspect", "--start", &file],
        &["run", &file],
        &["update", state, "--with", &file],
    ];
    let costs = commands.map(|command| cost(scratch.path(), &[command, more].concat()));
    assert_eq!(fs::read_to_string(state).unwrap(), "{}");
    costs.into()
}

/// Found in use: 98 KB took 790 MB and 2 s, 393 KB asked for 26 GB and aborted the process, and 20,000 components in
/// 238 KB took 8 GB. `amend inspect`, the command for the file of a stranger, was killed by all of them.
#[test]
fn an_obvious_bomb_is_refused_before_it_is_compiled() {
    for (bytes, says) in [
        (
            bombs::locals(50_000, 20_000),
            "50000 local variables in one function, and the limit is 20000 (`ComponentLimits::locals`)",
        ),
        (
            bombs::locals(10_000, 3_000),
            "30010000 local variables times places of control flow in one function, and the limit is 20000000",
        ),
        (
            bombs::functions(900_000),
            "900000 functions, and the limit is 200000 (`ComponentLimits::functions`)",
        ),
        (
            bombs::blocks(200_000),
            "200000 levels of nested blocks in one function, and the limit is 10000",
        ),
        (
            bombs::components(20_000),
            "1001 modules and nested components, and the limit is 1000",
        ),
        // The parser of types calls itself for each level, on the stack of the process that parses.
        (
            bombs::types(300_000),
            "levels of nested types, and the limit is 500",
        ),
    ] {
        for cost in each(&bytes, &[]) {
            assert_eq!(cost.code, Some(6), "{cost:?}");
            assert!(cost.errors.contains(says), "{}", cost.errors);
            assert!(cost.memory < LOOKING, "{} bytes: {says}", cost.memory);
            assert!(
                cost.time < Duration::from_secs(2),
                "{:?}: {says}",
                cost.time
            );
        }
    }
}

/// Small enough for the look, and gigabytes for the compiler.
#[test]
fn compiling_ends_at_its_limit_on_memory() {
    let bytes = bombs::locals(2_000, 9_500);
    for cost in each(&bytes, &["--compile-memory", "400MiB"]).split_off(1) {
        assert_eq!(cost.code, Some(6), "{cost:?}");
        for says in ["419430400 bytes of memory", "`CompileLimits::memory`"] {
            assert!(cost.errors.contains(says), "{}", cost.errors);
        }
        assert_eq!(cost.errors.lines().count(), 1, "{}", cost.errors);
        assert!(cost.memory < 400 << 20, "{} bytes", cost.memory);
    }
}

#[test]
fn compiling_ends_at_its_limit_on_time() {
    let bytes = bombs::locals(2_000, 9_500);
    let (scratch, file) = written(&bytes);
    let limits = ["--compile-memory", "16GiB", "--compile-timeout", "1s"];
    let cost = cost(
        scratch.path(),
        &[&["inspect", "--start", &file][..], &limits].concat(),
    );
    assert_eq!(cost.code, Some(6), "{cost:?}");
    for says in ["1s of processor time", "`CompileLimits::time`"] {
        assert!(cost.errors.contains(says), "{}", cost.errors);
    }
    assert!(cost.time < Duration::from_secs(4), "{:?}", cost.time);
}

/// The system's limit counts whole seconds.
#[test]
fn compiling_ends_at_a_limit_below_a_second() {
    let (scratch, file) = written(&bombs::locals(2_000, 9_500));
    let limits = ["--compile-memory", "16GiB", "--compile-timeout", "100ms"];
    let cost = cost(
        scratch.path(),
        &[&["inspect", "--start", &file][..], &limits].concat(),
    );
    assert_eq!(cost.code, Some(6), "{cost:?}");
    assert!(
        cost.errors.contains("100ms of processor time"),
        "{}",
        cost.errors
    );
    assert!(cost.time < Duration::from_millis(800), "{:?}", cost.time);
}

/// Described by its types: a component that would take gigabytes to compile is as cheap as any.
#[test]
fn a_component_is_described_without_being_compiled() {
    let (scratch, file) = written(&bombs::locals(2_000, 9_500));
    let limits = ["--compile-memory", "1MiB", "--compile-timeout", "1s"];
    let cost = cost(scratch.path(), &[&["inspect", &file][..], &limits].concat());
    assert_eq!(cost.code, Some(0), "{cost:?}");
    assert!(cost.output.contains("does not export"), "{}", cost.output);
    assert!(cost.memory < LOOKING, "{} bytes", cost.memory);
    assert!(
        !scratch.path().join(".cache").exists(),
        "nothing was compiled"
    );
}

/// Found by an attack: a file of eight gigabytes that takes no space on the disk was read before its size was looked at.
#[test]
fn a_file_that_is_too_large_is_not_read() {
    let (scratch, file) = written(b"\0asm\x0d\0\x01\0");
    let handle = fs::File::options().write(true).open(&file).unwrap();
    handle.set_len(1 << 40).unwrap();
    let state = scratch.path().join("state.json");
    for command in [
        &["inspect", &file][..],
        &["inspect", "--start", &file],
        &["run", &file],
        &["update", state.to_str().unwrap(), "--with", &file],
    ] {
        let cost = cost(scratch.path(), command);
        assert_eq!(cost.code, Some(6), "{cost:?}");
        assert!(
            cost.errors.contains("`ComponentLimits::size`"),
            "{}",
            cost.errors
        );
        // 128 MiB of it, and the room into which the last part is read.
        assert!(cost.memory < 512 << 20, "{} bytes", cost.memory);
    }
}
