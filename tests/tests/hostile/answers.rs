//! Guests that crash, end themselves, or answer with what is no patch, or no patch that anybody wants.

use crate::ground::{Ground, ends, load, nothing_comes_of, patient};
use amend_runtime::CallError;
use amend_store::Error;

#[test]
fn refuses() {
    let error = nothing_comes_of("refuses", patient());
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("refused: not today"), "{error}");
}

#[test]
fn traps() {
    let error = nothing_comes_of("traps", patient());
    ends!(error, CallError::Trap { .. }, "unreachable");
}

/// Why it panicked is on its standard error, and nowhere else.
#[test]
fn panics() {
    let error = nothing_comes_of("panics", patient());
    ends!(
        error,
        CallError::Trap { .. },
        "seven is not a number",
        "panics.rs"
    );
}

#[test]
fn exits() {
    let error = nothing_comes_of("exits", patient());
    ends!(
        error,
        CallError::Exited { .. },
        "instead of answering",
        "that is all"
    );
}

/// For a program that is a good end. An updater has not answered, whatever it says about itself.
#[test]
fn exits_with_success() {
    let error = nothing_comes_of("exits-with-success", patient());
    ends!(
        error,
        CallError::Exited { code: 0, .. },
        "exit code 0 instead of answering"
    );
}

#[test]
fn answers_bad_utf8() {
    let error = nothing_comes_of("answers-bad-utf8", patient());
    ends!(error, CallError::Trap { .. }, "utf-8");
}

#[test]
fn answers_outside_memory() {
    let error = nothing_comes_of("answers-outside-memory", patient());
    ends!(error, CallError::Trap { .. }, "out of bounds");
}

#[test]
fn answers_garbage() {
    let error = nothing_comes_of("answers-garbage", patient());
    assert!(matches!(error, Error::InvalidPatch { .. }), "{error:?}");
}

#[test]
fn answers_no_operations() {
    let error = nothing_comes_of("answers-no-operations", patient());
    assert!(matches!(error, Error::InvalidPatch { .. }), "{error:?}");
    assert!(error.to_string().contains("explode"), "{error}");
}

/// A parser that calls itself for every level would overflow the host's stack, and end the process.
#[test]
fn nests_its_answer() {
    let plugin = load("nests-its-answer", patient());
    for kind in ["replace", "merge", "add", "test", "operations"] {
        let error = Ground::new().withstands(&plugin, &format!("\"{kind}\""));
        let is_no_patch = matches!(error, Error::InvalidPatch { .. });
        assert!(is_no_patch, "{kind}: {error:?}");
        let message = error.to_string();
        assert!(
            message.contains("nested deeper than the limit"),
            "{message}"
        );
    }
}

#[test]
fn points_deep() {
    let plugin = load("points-deep", patient());
    for kind in ["pointer", "copies"] {
        let error = Ground::new().withstands(&plugin, &format!("{{\"as\":\"{kind}\"}}"));
        assert!(matches!(error, Error::Apply { .. }), "{kind}: {error:?}");
    }
}

/// It asks for an exabyte: it has to be stopped before it is made, and not after.
#[test]
fn copies_itself() {
    let error = nothing_comes_of("copies-itself", patient());
    ends!(
        error,
        CallError::HostMemory { .. },
        "limit on the host's memory"
    );
}
