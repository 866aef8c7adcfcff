//! One round: a document in a directory, its writers, a reader, and the look at it in the end.

use crate::cast::cast;
use crate::chaos::{Slot, rage};
use crate::judgement::{Verdict, broken, judge};
use amend_tests::attempt::{Attempt, Report};
use amend_tests::file_systems::FileSystem;
use amend_tests::found::{Broken, Found};
use amend_tests::ground::{Ground, Kind};
use amend_tests::updating::{Settings, Updating};
use amend_tests::user::{ROOT, USERS};
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const START: &str = r#"{"c":"000000","log":[]}"#;

/// The circumstances of a round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'p> {
    /// The directory's kind.
    pub(crate) kind: Kind,
    /// Whether a foreign program truncates the document before it writes.
    pub(crate) has_rewriter: bool,
    /// The file system, and where it is mounted; `None` for that of temporary files.
    pub(crate) on: Option<(FileSystem, &'p Path)>,
}

pub(crate) fn run(scene: Scene<'_>, length: Duration) -> Verdict {
    let Scene {
        kind, has_rewriter, ..
    } = scene;
    let ground = match scene.on {
        Some((_, directory)) => Ground::in_directory(directory, START),
        None => Ground::new(START),
    };
    let ground = ground.share(kind);
    let cast = cast(&ground, kind, has_rewriter);
    let is_over = AtomicBool::new(false);
    let may_be_gone = matches!(scene.on, Some((FileSystem::Fuse, _)));
    let (played, (reads, mut torn)) = thread::scope(|scope| {
        let reader = scope.spawn(|| read_until(&is_over, &ground, has_rewriter, may_be_gone));
        let slots = cast
            .iter()
            .map(|part| Slot::start(part, &ground.document, 0));
        let played = rage(slots.collect(), &ground.document, length);
        is_over.store(true, Ordering::Relaxed);
        (played, reader.join().unwrap())
    });
    torn.extend(quiet_updates(kind, &ground));
    let mut verdict = match Found::read(&ground.document) {
        Ok(found) => judge(kind, &played, &found),
        Err(wrong) => Verdict {
            broken: vec![broken("the document is torn", wrong)],
            ..Verdict::default()
        },
    };
    verdict.broken.extend(torn);
    verdict.figures.reads += reads;
    verdict
}

/// Reads the document again and again, as a program that takes no lock. While another program truncates the document it
/// may be empty or half written, and only then. `may_be_gone` is for a file system that makes two renames of one that
/// replaces a file which a reader has open.
fn read_until(
    is_over: &AtomicBool,
    ground: &Ground,
    has_rewriter: bool,
    may_be_gone: bool,
) -> (usize, Vec<Broken>) {
    let gone = io::Error::from_raw_os_error(libc::ENOENT).to_string();
    let (mut reads, mut torn) = (0, Vec::new());
    while !is_over.load(Ordering::Relaxed) {
        match Found::read(&ground.document) {
            Err(wrong) if !(has_rewriter || may_be_gone && wrong == gone) => {
                torn.push(broken("a reader found a torn document", wrong));
            }
            _ => reads += 1,
        }
        thread::sleep(Duration::from_millis(2));
    }
    (reads, torn)
}

/// One update by each user, after the storm: it succeeds if it may, and after all of them nothing is left over.
fn quiet_updates(kind: Kind, ground: &Ground) -> Vec<Broken> {
    let mut all_broken = Vec::new();
    for user in USERS.into_iter().chain([ROOT]) {
        let settings = Settings {
            user: Some(user),
            count: Some(1),
            ..Settings::new(&ground.document, format!("quiet{}", user.id))
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_storm_writer"));
        command.arg(settings.to_argument());
        let report: Report = Updating::start(command).unwrap().wait().report;
        let attempt = report.attempts.first();
        let is_right = if kind.may_commit(user) {
            attempt.is_some_and(Attempt::is_done)
        } else {
            attempt.is_some_and(Attempt::has_failed)
        };
        if !is_right {
            let detail = format!("{attempt:?}");
            all_broken.push(broken("a quiet update ended as it should not", detail));
        }
        let found = Found::read(&ground.document);
        let wrong = attempt.and_then(|attempt| found.ok()?.broken(attempt));
        all_broken.extend(wrong);
    }
    let left = ground.leftovers();
    if !left.is_empty() {
        all_broken.push(broken("something is left over", format!("{left:?}")));
    }
    all_broken
}
