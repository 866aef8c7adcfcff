//! The kind of every error.

use crate::error::Error;
use crate::error_kind::ErrorKind;
use crate::error_tests::{etcd, every_one};
use crate::etcd_error::EtcdProblem;
use amend_document::{Document, Limits, Patch};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

#[test]
fn every_variant_has_its_kind() {
    use ErrorKind as Kind;
    let kinds: Vec<_> = every_one().iter().map(Error::kind).collect();
    let expected = [
        Kind::InvalidPath,       // InvalidPath
        Kind::InvalidPath,       // Escapes
        Kind::Denied,            // NotGranted
        Kind::InvalidPath,       // NotAFile
        Kind::NotJson,           // Malformed
        Kind::TooLarge,          // TooLarge
        Kind::Timeout,           // LockTimeout
        Kind::Denied,            // NotALockFile
        Kind::Conflict,          // VersionMismatch
        Kind::Conflict,          // ChangedMeanwhile
        Kind::Denied,            // NotWritable
        Kind::Denied,            // HardLinked
        Kind::Denied,            // MountPoint
        Kind::Denied,            // Nested
        Kind::NotFound,          // Apply, of a pointer that leads nowhere
        Kind::Refused,           // Refused
        Kind::UpdaterFailed,     // UpdaterFailed
        Kind::InvalidPatch,      // InvalidPatch
        Kind::DurabilityUnknown, // DurabilityUnknown
        Kind::Denied,            // Io, of a permission that is missing
        Kind::InvalidAddress,    // InvalidAddress
        Kind::Timeout,           // Contended
        Kind::TooLarge,          // RequestTooLarge
        Kind::Unreachable,       // Etcd, of a member that cannot be reached
        Kind::OutcomeUnknown,    // OutcomeUnknown
        Kind::Timeout,           // BeingWritten
        Kind::Timeout,           // NotAppliedInTime
        Kind::Denied,            // CannotSync
        Kind::Denied,            // Settings
        Kind::Denied,            // LockDirectories
        Kind::Denied,            // LockDenied
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn the_kind_of_a_failed_patch_says_whether_a_retry_can_help() {
    let limits = Limits::default().with_depth(3);
    let kind = |document: &str, patch: &str| {
        let mut document = Document::parse(document.as_bytes(), &limits).expect("it is JSON");
        let patch = Patch::operations(patch).expect("it is a patch");
        let source = document
            .apply(&patch)
            .expect_err("the document does not fit");
        let path = PathBuf::from("a.json");
        Error::Apply { path, source }.kind()
    };
    for (document, patch, expected) in [
        (
            "1",
            r#"[{"op": "test", "path": "", "value": 2}]"#,
            ErrorKind::Conflict,
        ),
        (
            "{}",
            r#"[{"op": "remove", "path": "/a"}]"#,
            ErrorKind::NotFound,
        ),
        (
            r#"{"a": 1}"#,
            r#"[{"op": "add", "path": "/a/b", "value": 2}]"#,
            ErrorKind::NotFound,
        ),
        (
            "[]",
            r#"[{"op": "add", "path": "/a", "value": 2}]"#,
            ErrorKind::NotFound,
        ),
        (
            "[]",
            r#"[{"op": "add", "path": "/1", "value": 2}]"#,
            ErrorKind::NotFound,
        ),
        (
            r#"{"a": 1, "a": 2}"#,
            r#"[{"op": "remove", "path": "/a"}]"#,
            ErrorKind::NotFound,
        ),
        (
            "[[]]",
            r#"[{"op": "add", "path": "/0/0", "value": [[1]]}]"#,
            ErrorKind::TooLarge,
        ),
        (
            "{}",
            r#"[{"op": "remove", "path": ""}]"#,
            ErrorKind::InvalidPatch,
        ),
    ] {
        assert_eq!(kind(document, patch), expected, "{document} {patch}");
    }
}

#[test]
fn the_kind_of_a_failed_system_call_says_whether_it_was_denied() {
    for (errno, expected) in [
        (libc::EACCES, ErrorKind::Denied),
        (libc::EPERM, ErrorKind::Denied),
        (libc::EROFS, ErrorKind::Denied),
        (libc::ENOTDIR, ErrorKind::InvalidPath),
        (libc::EISDIR, ErrorKind::InvalidPath),
        (libc::ENOSPC, ErrorKind::Io),
        (libc::EIO, ErrorKind::Io),
        (libc::EFBIG, ErrorKind::Io),
        (libc::ENOENT, ErrorKind::Io),
    ] {
        let error = Error::Io {
            path: PathBuf::from("a.json"),
            action: "reading it",
            source: Arc::new(io::Error::from_raw_os_error(errno)),
        };
        assert_eq!(error.kind(), expected, "{error}");
    }
}

#[test]
fn the_kind_of_etcds_error_says_whether_it_could_be_reached() {
    let text = String::new;
    let problems = [
        (
            EtcdProblem::Unreachable { reason: text() },
            ErrorKind::Unreachable,
        ),
        (
            EtcdProblem::NoAnswer { reason: text() },
            ErrorKind::Unreachable,
        ),
        (
            EtcdProblem::Unavailable { message: text() },
            ErrorKind::Unreachable,
        ),
        (
            EtcdProblem::NotEtcd { reason: text() },
            ErrorKind::Unreachable,
        ),
        (EtcdProblem::Denied { message: text() }, ErrorKind::Denied),
        (
            EtcdProblem::TooLarge { message: text() },
            ErrorKind::TooLarge,
        ),
        (EtcdProblem::Full { message: text() }, ErrorKind::Io),
        (
            EtcdProblem::Refused {
                code: 3,
                message: text(),
            },
            ErrorKind::Io,
        ),
    ];
    for (problem, expected) in problems {
        let error = Error::Etcd {
            path: PathBuf::from("a.json"),
            source: etcd(problem),
        };
        assert_eq!(error.kind(), expected, "{error}");
    }
}

#[test]
fn all_kinds_are_listed_once() {
    let number = |kind: &ErrorKind| match kind {
        ErrorKind::InvalidAddress => 0,
        ErrorKind::InvalidPath => 1,
        ErrorKind::Denied => 2,
        ErrorKind::NotJson => 3,
        ErrorKind::Conflict => 4,
        ErrorKind::NotFound => 5,
        ErrorKind::Refused => 6,
        ErrorKind::UpdaterFailed => 7,
        ErrorKind::InvalidPatch => 8,
        ErrorKind::Timeout => 9,
        ErrorKind::TooLarge => 10,
        ErrorKind::Unreachable => 11,
        ErrorKind::OutcomeUnknown => 12,
        ErrorKind::DurabilityUnknown => 13,
        ErrorKind::Io => 14,
    };
    let numbers: Vec<usize> = ErrorKind::ALL.iter().map(number).collect();
    assert_eq!(numbers, (0..15).collect::<Vec<_>>());
}
