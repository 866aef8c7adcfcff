//! A process that updates a document again and again and reports each update, for the tests to stop and to kill.
//!
//!     storm_writer SETTINGS
//!
//! SETTINGS is `amend_tests::updating::Settings` as JSON. Each line of the report is an `amend_tests::attempt::Line`.

use amend_store::{Durability, Error, Grant, Options, Patch, Receipt, Store};
use amend_tests::attempt::{Change, Failure, Line, Outcome, now};
use amend_tests::updating::Settings;
use anyhow::Context;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

type Refusal = Box<dyn std::error::Error + Send + Sync>;

fn main() -> anyhow::Result<()> {
    let settings = std::env::args()
        .nth(1)
        .context("usage: storm_writer SETTINGS")?;
    let settings: Settings = serde_json::from_str(&settings)?;
    if let Some(user) = settings.user {
        user.become_it().context("becoming another user")?;
    }
    let durability = if settings.is_durable {
        Durability::Full
    } else {
        Durability::None
    };
    let options = Options::default()
        .with_lock_timeout(Some(settings.timeout))
        .with_durability(durability);
    let (store, path) = Store::locate(&settings.document, options)?;
    let is_over: &AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    if settings.count.is_none() {
        // It is never joined: at the end of the process it may still wait for input.
        thread::spawn(|| {
            let ended = std::io::stdin().read_to_end(&mut Vec::new());
            is_over.store(true, Ordering::Relaxed);
            ended
        });
    }
    thread::scope(|scope| {
        let writers: Vec<_> = (0..settings.threads)
            .map(|thread| {
                let writer = Writer {
                    grant: Grant::new(store.clone()),
                    path: &path,
                    settings: &settings,
                    name: format!("{}.{thread}", settings.name),
                };
                scope.spawn(move || writer.update_until(is_over))
            })
            .collect();
        let mut joined = writers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.try_for_each(|joined| joined.expect("a writer does not panic"))
    })?;
    let count = |directory| std::fs::read_dir(directory).map(Iterator::count);
    Line::Done {
        threads: count("/proc/self/task")?,
        descriptors: count("/proc/self/fd")?,
    }
    .print()?;
    Ok(())
}

/// A thread that updates.
struct Writer<'s> {
    grant: Grant,
    path: &'s PathBuf,
    settings: &'s Settings,
    name: String,
}

impl Writer<'_> {
    fn update_until(&self, is_over: &AtomicBool) -> anyhow::Result<()> {
        let most = self.settings.count.unwrap_or(u64::MAX);
        for number in 0..most {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            self.update(format!("{}-{number}", self.name))?;
        }
        Ok(())
    }

    fn update(&self, token: String) -> anyhow::Result<()> {
        let change = match fastrand::u8(..100) {
            _ if !self.settings.is_mixed => Change::Append,
            0..70 => Change::Append,
            70..90 => Change::Nothing,
            _ => Change::FailingTest,
        };
        let limit = if fastrand::u64(..100) < self.settings.hasty {
            Duration::from_millis(fastrand::u64(1..=50))
        } else {
            self.settings.timeout
        };
        let grant = self.grant.with_patience(limit);
        Line::Begin {
            token: token.clone(),
            change,
            at: now(),
            limit: Some(u64::try_from(limit.as_micros())?),
        }
        .print()?;
        let mut saw = None;
        let append = format!(r#"{{"op": "add", "path": "/log/-", "value": "{token}"}}"#);
        let result = match change {
            Change::Nothing => grant.update(self.path, |current: Option<&str>| {
                saw = last_token(current)?;
                Ok::<_, Refusal>(None)
            }),
            Change::FailingTest => {
                let test = r#"{"op": "test", "path": "/never", "value": 1}"#;
                patch(&grant, self.path, &format!("[{append}, {test}]"))?
            }
            _ => patch(&grant, self.path, &format!("[{append}]"))?,
        };
        let (at, outcome) = (now(), outcome(result));
        let is_hopeless = matches!(outcome, Outcome::Failed(Failure::Other, _));
        Line::End {
            token,
            at,
            outcome,
            saw,
        }
        .print()?;
        // Else a process that may not write fails as fast as it can, and takes the processor from the others.
        if is_hopeless {
            thread::sleep(Duration::from_micros(fastrand::u64(..2000)));
        }
        Ok(())
    }
}

fn patch(grant: &Grant, path: &Path, operations: &str) -> anyhow::Result<Result<Receipt, Error>> {
    let patch = Patch::operations(operations)?;
    Ok(grant.update(path, patch))
}

fn last_token(current: Option<&str>) -> Result<Option<String>, Refusal> {
    let document: Value = serde_json::from_str(current.ok_or("the document is gone")?)?;
    let log = document["log"].as_array().ok_or("the log is gone")?;
    Ok(log.last().and_then(Value::as_str).map(str::to_owned))
}

fn outcome(result: Result<Receipt, Error>) -> Outcome {
    let error = match result {
        Ok(_) => return Outcome::Acknowledged,
        Err(Error::DurabilityUnknown { .. }) => return Outcome::Committed,
        Err(error) => error,
    };
    let message = error.to_string();
    let failure = match error {
        Error::OutcomeUnknown { .. } => return Outcome::Unknown(message),
        Error::LockTimeout { .. } | Error::Contended { .. } | Error::BeingWritten { .. } => {
            Failure::Timeout
        }
        Error::Apply { .. } => Failure::Test,
        Error::ChangedMeanwhile { .. } => Failure::Conflict,
        _ => Failure::Other,
    };
    Outcome::Failed(failure, message)
}
