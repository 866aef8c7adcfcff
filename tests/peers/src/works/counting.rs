//! Many updates of one document that counts, so that none that is lost goes unnoticed.

use crate::peer::{
    AMEND, Contender, GUEST, Handle, LMDB, Opened, PLAIN, PYTHON, Peer, RAW, SQLITE, SQLITE_JSONB,
};
use crate::peers::{Amend, AmendGuest, Lmdb, Plain, Raw, Sqlite, python};
use crate::sample::{Sample, forget_peak};
use crate::work::Work;
use amend_tests::crowd::{Done, in_processes, in_threads, member};
use anyhow::{Context, ensure};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

const DOCUMENT: &str = "state.json";

/// Who counts, by the name that a process of his is told.
pub(super) static COUNTING: &[(&Contender, &dyn Peer)] = &[
    (&AMEND, &Amend),
    (&GUEST, &AmendGuest),
    (&PLAIN, &Plain),
    (&SQLITE, &Sqlite { jsonb: false }),
    (&SQLITE_JSONB, &Sqlite { jsonb: true }),
    (&LMDB, &Lmdb),
];

const ROUNDS: usize = 5;

pub(super) fn works() -> Vec<Work> {
    vec![
        threads(
            "50 threads x 20 updates".to_owned(),
            ROUNDS,
            50,
            20,
            COUNTING,
        ),
        processes(
            "8 processes x 100 updates".to_owned(),
            ROUNDS,
            8,
            100,
            COUNTING,
        ),
        one_writer(),
    ]
}

/// A document of about this size.
pub(super) fn document(bytes: usize) -> String {
    let text = "x".repeat(bytes.saturating_sub(24));
    format!("{{\"count\": 0, \"text\": \"{text}\"}}\n")
}

/// Threads of one process, at once.
pub(super) fn threads(
    name: String,
    rounds: usize,
    threads: usize,
    each: usize,
    contenders: &'static [(&'static Contender, &'static dyn Peer)],
) -> Work {
    let work = commits(name, rounds, threads * each, 24);
    let work = contenders.iter().fold(work, |work, (who, peer)| {
        work.row(who, move |directory| {
            peer.create(directory, &[DOCUMENT.to_owned()], &document(24))?;
            let opened = peer.open(directory)?;
            forget_peak()?;
            let done = in_crowd(&*opened, threads, each)?;
            counted(&*opened, done)
        })
    });
    if contenders.len() < COUNTING.len() {
        return work;
    }
    work.row(&PYTHON, move |directory| {
        Plain.create(directory, &[DOCUMENT.to_owned()], &document(24))?;
        let (number, times) = (threads.to_string(), each.to_string());
        let args = ["threads", python::text(directory)?, &number, &times];
        let sample = python::run(&args, threads * each)?;
        Ok(sample.with_lost(lost(&*Plain.open(directory)?, threads * each)?))
    })
}

fn in_crowd(opened: &dyn Opened, threads: usize, each: usize) -> anyhow::Result<Done> {
    // Each thread has its own, and nobody ever waits for another's.
    let handles = (0..threads).map(|_| Ok(Mutex::new(opened.handle()?)));
    let handles = handles.collect::<anyhow::Result<Vec<_>>>()?;
    in_threads(threads, each, |number, _| {
        let handle = handles[number].lock();
        handle
            .map_err(|_| anyhow::anyhow!("a thread panicked"))?
            .add_one(DOCUMENT)
    })
}

/// Processes, at once.
pub(super) fn processes(
    name: String,
    rounds: usize,
    processes: usize,
    each: usize,
    contenders: &'static [(&'static Contender, &'static dyn Peer)],
) -> Work {
    let work = commits(name, rounds, processes * each, 24);
    let work = contenders.iter().fold(work, |work, (who, peer)| {
        work.row(who, move |directory| {
            peer.create(directory, &[DOCUMENT.to_owned()], &document(24))?;
            let this = std::env::current_exe()?;
            let done = in_processes(processes, each, || {
                let mut writer = Command::new(&this);
                writer
                    .args(["writer", who.name])
                    .arg(directory)
                    .arg(each.to_string());
                writer
            })?;
            counted(&*peer.open(directory)?, done)
        })
    });
    if contenders.len() < COUNTING.len() {
        return work;
    }
    work.row(&PYTHON, move |directory| {
        Plain.create(directory, &[DOCUMENT.to_owned()], &document(24))?;
        let (at, times) = (python::text(directory)?, each.to_string());
        let done = in_processes(processes, each, || python::python(&["writer", at, &times]))?;
        counted(&*Plain.open(directory)?, done)
    })
}

/// One of the processes.
///
/// # Errors
///
/// When an update fails.
pub(crate) fn writer(who: &str, directory: &Path, each: usize) -> anyhow::Result<()> {
    let found = COUNTING.iter().find(|(contender, _)| contender.name == who);
    let (_, peer) = found.with_context(|| format!("nobody who counts is called {who}"))?;
    let opened = peer.open(directory)?;
    let mut handle = opened.handle()?;
    member(each, || handle.add_one(DOCUMENT))
}

/// One thread, and a document of 1 KB.
fn one_writer() -> Work {
    const UPDATES: usize = 2000;
    let work = commits(
        "one writer, 2,000 updates of 1 KB".to_owned(),
        3,
        UPDATES,
        1024,
    );
    let work = COUNTING.iter().fold(work, |work, (who, peer)| {
        work.row(who, move |directory| {
            peer.create(directory, &[DOCUMENT.to_owned()], &document(1024))?;
            let opened = peer.open(directory)?;
            forget_peak()?;
            let done = in_crowd(&*opened, 1, UPDATES)?;
            counted(&*opened, done)
        })
    });
    work.row(&PYTHON, |directory| {
        Plain.create(directory, &[DOCUMENT.to_owned()], &document(1024))?;
        let times = UPDATES.to_string();
        let sample = python::run(&["threads", python::text(directory)?, "1", &times], UPDATES)?;
        Ok(sample.with_lost(lost(&*Plain.open(directory)?, UPDATES)?))
    })
}

/// A work whose yardstick is as many raw commits, one after another.
fn commits(name: String, rounds: usize, updates: usize, bytes: usize) -> Work {
    Work::new(name, "an update", rounds).row(&RAW, move |directory| {
        Raw.create(directory, &[DOCUMENT.to_owned()], &document(bytes))?;
        let opened = Raw.open(directory)?;
        let mut handle = opened.handle()?;
        let started = Instant::now();
        for _ in 0..updates {
            handle.add_one(DOCUMENT)?;
        }
        Sample::of(started.elapsed(), updates)
    })
}

fn counted(opened: &dyn Opened, done: Done) -> anyhow::Result<Sample> {
    let sample = Sample::of(done.time, done.updates)?.with_peak(done.peak);
    Ok(sample.with_lost(lost(opened, done.updates)?))
}

/// How many updates of so many are not in the document.
fn lost(opened: &dyn Opened, updates: usize) -> anyhow::Result<u64> {
    let count = count(&mut *opened.handle()?, DOCUMENT)?;
    let updates = updates as u64;
    ensure!(
        count <= updates,
        "{updates} updates have counted to {count}"
    );
    Ok(updates - count)
}

/// What a document has counted to.
pub(super) fn count(handle: &mut dyn Handle, document: &str) -> anyhow::Result<u64> {
    let state: serde_json::Value = serde_json::from_str(&handle.text(document)?)?;
    state["count"].as_u64().context("the document has no count")
}
