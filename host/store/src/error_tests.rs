//! Every variant of the error: its text, and what is left of it for a guest.

use crate::error::Error;
use crate::etcd_error::{AddressProblem, EtcdError, EtcdProblem};
use crate::holder::LockHolder;
use crate::path_problem::PathProblem;
use crate::uncertainty::Uncertainty;
use crate::version::Version;
use amend_document::{Document, Json, Limits, Patch, PatchError, SyntaxError};
use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const VARIANTS: usize = 31;

/// A new variant has to be added here, and so to [`every_one`].
fn number(error: &Error) -> usize {
    match error {
        Error::InvalidPath { .. } => 0,
        Error::Escapes { .. } => 1,
        Error::NotGranted { .. } => 2,
        Error::NotAFile { .. } => 3,
        Error::Malformed { .. } => 4,
        Error::TooLarge { .. } => 5,
        Error::LockTimeout { .. } => 6,
        Error::NotALockFile { .. } => 7,
        Error::VersionMismatch { .. } => 8,
        Error::ChangedMeanwhile { .. } => 9,
        Error::NotWritable { .. } => 10,
        Error::HardLinked { .. } => 11,
        Error::MountPoint { .. } => 12,
        Error::Nested { .. } => 13,
        Error::Apply { .. } => 14,
        Error::Refused { .. } => 15,
        Error::UpdaterFailed { .. } => 16,
        Error::InvalidPatch { .. } => 17,
        Error::DurabilityUnknown { .. } => 18,
        Error::Io { .. } => 19,
        Error::InvalidAddress { .. } => 20,
        Error::Contended { .. } => 21,
        Error::RequestTooLarge { .. } => 22,
        Error::Etcd { .. } => 23,
        Error::OutcomeUnknown { .. } => 24,
        Error::BeingWritten { .. } => 25,
        Error::NotAppliedInTime { .. } => 26,
        Error::CannotSync { .. } => 27,
        Error::Settings { .. } => 28,
        Error::LockDirectories { .. } => 29,
        Error::LockDenied { .. } => 30,
    }
}

fn syntax() -> SyntaxError {
    Json::parse("{").expect_err("it is not JSON")
}

pub(crate) fn etcd(problem: EtcdProblem) -> EtcdError {
    EtcdError {
        problem,
        member: Some("host:4711".into()),
    }
}

pub(crate) fn every_one() -> Vec<Error> {
    let path = || PathBuf::from("/host/secret/a.json");
    let lock = || Some(PathBuf::from("/host/locks/a.json.lock"));
    let denied = || Arc::new(io::Error::from(io::ErrorKind::PermissionDenied));
    let version = Version::of(b"{}");
    let holder = LockHolder {
        process: 4711,
        command: Some("sleeper".into()),
    };
    let mut absent = Document::absent(&Limits::default());
    let patch = Patch::operations(r#"[{"op": "remove", "path": "/a"}]"#).expect("it is a patch");
    let apply = absent.apply(&patch).expect_err("there is nothing");
    vec![
        Error::InvalidPath {
            path: path(),
            problem: PathProblem::Parent,
        },
        Error::Escapes { path: path() },
        Error::NotGranted { path: path() },
        Error::NotAFile {
            path: path(),
            kind: "a directory",
        },
        Error::Malformed {
            path: path(),
            source: syntax(),
        },
        Error::TooLarge {
            path: path(),
            size: 2,
            limit: 1,
        },
        Error::LockTimeout {
            path: path(),
            lock: lock(),
            waited: Duration::from_secs(1),
            holder: Some(holder),
        },
        Error::NotALockFile {
            path: path(),
            lock: lock(),
            kind: "a directory",
        },
        Error::VersionMismatch {
            path: path(),
            expected: None,
            found: version,
        },
        Error::ChangedMeanwhile { path: path() },
        Error::NotWritable {
            path: path(),
            source: denied(),
        },
        Error::HardLinked {
            path: path(),
            links: 2,
        },
        Error::MountPoint {
            path: path(),
            source: denied(),
        },
        Error::Nested { path: path() },
        Error::Apply {
            path: path(),
            source: apply,
        },
        Error::Refused {
            path: path(),
            source: Arc::from(Box::<dyn StdError + Send + Sync>::from("no")),
        },
        Error::UpdaterFailed {
            path: path(),
            source: Arc::from(Box::<dyn StdError + Send + Sync>::from("it trapped")),
        },
        Error::InvalidPatch {
            path: path(),
            source: PatchError::Syntax(syntax()),
        },
        Error::DurabilityUnknown {
            path: path(),
            version,
            source: denied(),
        },
        Error::Io {
            path: path(),
            action: "reading it",
            source: denied(),
        },
        Error::InvalidAddress {
            path: path(),
            problem: AddressProblem::NoDocument,
        },
        Error::Contended {
            path: path(),
            attempts: 3,
            waited: Duration::from_secs(1),
        },
        Error::RequestTooLarge {
            path: path(),
            size: 2,
            limit: 1,
        },
        Error::Etcd {
            path: path(),
            source: etcd(EtcdProblem::Unreachable {
                reason: "host:4711 refuses".into(),
            }),
        },
        Error::OutcomeUnknown {
            path: path(),
            source: Uncertainty::Etcd(etcd(EtcdProblem::NoAnswer {
                reason: "host:4711 is silent".into(),
            })),
        },
        Error::BeingWritten {
            path: path(),
            waited: Duration::from_secs(1),
        },
        Error::NotAppliedInTime {
            path: path(),
            limit: Duration::from_secs(1),
        },
        Error::CannotSync {
            path: path(),
            source: Arc::new(io::Error::from(io::ErrorKind::InvalidInput)),
        },
        Error::Settings {
            path: path(),
            source: denied(),
        },
        Error::LockDirectories {
            path: path(),
            settings: Some("/host/locks".into()),
            options: Some("/host/other".into()),
        },
        Error::LockDenied {
            path: path(),
            lock: lock(),
            source: denied(),
        },
    ]
}

#[test]
fn with_another_path_no_error_tells_where_the_document_is_or_who_holds_its_lock() {
    let errors = every_one();
    let numbers: Vec<usize> = errors.iter().map(number).collect();
    assert_eq!(numbers, (0..VARIANTS).collect::<Vec<_>>());
    for error in errors {
        assert!(error.to_string().contains("/host/secret/a.json"), "{error}");
        let number_before = number(&error);
        let error = error.with_path(Path::new("b.json"));
        assert_eq!(number(&error), number_before);
        assert!(error.to_string().starts_with("b.json: "), "{error}");
        let all = format!("{error} {error:?}");
        for hidden in ["host", "secret", "a.json", "4711", "sleeper"] {
            assert!(!all.contains(hidden), "{hidden}: {all}");
        }
    }
}

#[test]
fn no_text_names_a_command_line_flag() {
    for error in every_one() {
        let text = error.to_string();
        assert!(!text.contains("--"), "{text}");
        assert!(!text.contains("  "), "{text}");
    }
}

#[test]
fn an_unknown_outcome_says_why_and_what_to_do() {
    let said = |source| {
        let path = PathBuf::from("a.json");
        Error::OutcomeUnknown { path, source }.to_string()
    };
    let failed = Uncertainty::Io {
        action: "renaming it",
        source: Arc::new(io::Error::from(io::ErrorKind::StorageFull)),
    };
    let waited = Duration::from_millis(1500);
    let around = |why: &str| {
        format!(
            "a.json: outcome unknown, the change may have been applied ({why}); read the document before retrying"
        )
    };
    let full = io::Error::from(io::ErrorKind::StorageFull);
    assert_eq!(said(failed), around(&format!("renaming it: {full}")));
    assert_eq!(
        said(Uncertainty::Panicked),
        around("the thread that did the update panicked")
    );
    assert_eq!(
        said(Uncertainty::Unanswered { waited }),
        around("its commit had begun and was not finished after 1.5s")
    );
}
