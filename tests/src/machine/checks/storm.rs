//! Twelve processes at once on one document, some of which are killed at random moments.

use super::Site;
use super::judgement::{Judgement, judge};
use crate::attempt::Report;
use crate::machine::event::Outcome;
use crate::updating::{Settings, Updating};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PROCESSES: usize = 12;

const START: &str = r#"{"log":[]}"#;

/// How long a process may take to end after it was asked to: the longest timeout, and a margin.
const END: Duration = Duration::from_secs(60);

/// Lets processes update a document by each of the clients in turn.
pub(super) fn run(site: &Site<'_>, clients: &[&Path]) -> anyhow::Result<Outcome> {
    let mut all = Judgement::default();
    for round in 0..site.plan.rounds {
        let name = format!("storm{}-{round}", clients.len());
        fs::write(site.directory(&name)?.join("d.json"), START)?;
        let documents: Vec<_> = clients
            .iter()
            .map(|client| client.join(site.name(&name)).join("d.json"))
            .collect();
        let is_over = AtomicBool::new(false);
        let (mut reports, torn) = thread::scope(|scope| {
            let reader = scope.spawn(|| read_until(&is_over, &documents));
            let reports = rage(site, &documents);
            is_over.store(true, Ordering::Relaxed);
            (reports, reader.join().expect("a reader does not panic"))
        });
        // One quiet update by each client, after which nothing is left over.
        for (number, document) in documents.iter().enumerate() {
            let settings = Settings {
                count: Some(1),
                ..Settings::new(document, format!("quiet{number}"))
            };
            reports.push(Ended {
                report: Updating::start(command(site, &settings))?.wait().report,
                was_killed: false,
                is_quiet: true,
            });
        }
        all.add(judge(&documents, &reports));
        all.broken.extend(torn);
    }
    Ok(all.outcome())
}

/// A process that has ended.
pub(super) struct Ended {
    pub(super) report: Report,
    pub(super) was_killed: bool,
    /// Whether it had the document for itself.
    pub(super) is_quiet: bool,
}

/// Patient and hasty processes, with threads and without, durable and not.
fn settings(number: usize, document: &Path, generation: usize) -> Settings {
    let name = format!("p{number}.{generation}");
    let patient = Settings::new(document, name);
    match number % 6 {
        1 => Settings {
            is_mixed: true,
            ..patient
        },
        2 => Settings {
            hasty: 50,
            is_mixed: true,
            ..patient
        },
        3 => Settings {
            threads: 3,
            ..patient
        },
        4 => Settings {
            is_durable: false,
            ..patient
        },
        _ => patient,
    }
}

fn command(site: &Site<'_>, settings: &Settings) -> Command {
    let mut command = Command::new(site.program("storm_writer"));
    command.arg(settings.to_argument());
    command
}

fn rage(site: &Site<'_>, documents: &[PathBuf]) -> Vec<Ended> {
    let start = |number: usize, generation| {
        let document = &documents[number % documents.len()];
        let settings = settings(number, document, generation);
        Updating::start(command(site, &settings)).expect("the writer can be started")
    };
    let mut running: Vec<_> = (0..PROCESSES).map(|number| (start(number, 0), 0)).collect();
    let mut ended = Vec::new();
    // Emulated, the processes take seconds to start.
    let started = Instant::now();
    while running
        .iter()
        .any(|(process, _)| process.report().attempts.is_empty())
        && started.elapsed() < END
    {
        thread::sleep(Duration::from_millis(20));
    }
    let end = Instant::now() + site.plan.round;
    while Instant::now() < end {
        thread::sleep(Duration::from_millis(fastrand::u64(100..1200)));
        let number = fastrand::usize(..PROCESSES);
        let generation = running[number].1 + 1;
        let next = (start(number, generation), generation);
        let (killed, _) = std::mem::replace(&mut running[number], next);
        ended.push(Ended {
            report: killed.kill().report,
            was_killed: true,
            is_quiet: false,
        });
    }
    // All at once: one of them may wait for another.
    for (process, _) in &mut running {
        process.ask_to_end();
    }
    let asked = Instant::now();
    ended.extend(running.into_iter().map(|(mut process, _)| {
        while !process.is_over() && asked.elapsed() < END {
            thread::sleep(Duration::from_millis(20));
        }
        let was_killed = !process.is_over();
        let ended = if was_killed {
            process.kill()
        } else {
            process.wait()
        };
        Ended {
            report: ended.report,
            was_killed,
            is_quiet: false,
        }
    }));
    ended
}

/// Reads the document by each client again and again, as a program that takes no lock. Returns all that a reader must not
/// find.
fn read_until(is_over: &AtomicBool, documents: &[PathBuf]) -> Vec<String> {
    let mut wrong = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        for document in documents {
            match fs::read_to_string(document) {
                Ok(text) if serde_json::from_str::<serde_json::Value>(&text).is_ok() => {}
                Ok(text) => wrong.push(format!("a reader found half a document: {text:.80?}")),
                // The file was replaced by another client. NFS says so at a read, and SMB at an open, as long as the client
                // takes the path for the old file's. The reader has to open it again.
                Err(error) if matches!(error.raw_os_error(), Some(libc::ESTALE | libc::EINVAL)) => {
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    wrong.push("a reader found no document".to_owned());
                }
                Err(error) => wrong.push(format!("a reader failed: {error}")),
            }
        }
        thread::sleep(Duration::from_millis(30));
    }
    wrong
}
