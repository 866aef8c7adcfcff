//! One value and two in large documents.

use crate::peer::{AMEND, Change, Contender, LMDB, PLAIN, PYTHON, Peer, RAW, SQLITE, SQLITE_JSONB};
use crate::peers::{Amend, Lmdb, Plain, Raw, Sqlite, python};
use crate::sample::{Sample, forget_peak};
use crate::work::Work;
use amend_tests::large::make_document;
use anyhow::ensure;
use std::path::Path;
use std::time::{Duration, Instant};

const DOCUMENT: &str = "large.json";

static CONTENDERS: &[(&Contender, &dyn Peer)] = &[
    (&RAW, &Raw),
    (&AMEND, &Amend),
    (&PLAIN, &Plain),
    (&SQLITE, &Sqlite { jsonb: false }),
    (&SQLITE_JSONB, &Sqlite { jsonb: true }),
    (&LMDB, &Lmdb),
];

pub(super) fn works() -> Vec<Work> {
    let mut works = vec![];
    for (megabytes, rounds, times) in [(1, 5, 20), (10, 5, 4), (100, 2, 1)] {
        for (what, values) in [("one value", 1), ("two values", 2)] {
            let name = format!("{what} in {megabytes} MB");
            works.push(work(
                name,
                rounds,
                megabytes << 20,
                values,
                times,
                CONTENDERS,
            ));
        }
    }
    works
}

/// Sets so many values in a document of that size, again and again.
pub(super) fn work(
    name: String,
    rounds: usize,
    bytes: usize,
    values: usize,
    times: usize,
    contenders: &'static [(&'static Contender, &'static dyn Peer)],
) -> Work {
    let work = Work::new(name, "an update", rounds);
    let work = contenders.iter().fold(work, |work, (who, peer)| {
        work.row(who, move |directory| {
            measure(*peer, directory, bytes, values, times)
        })
    });
    if contenders.len() < CONTENDERS.len() {
        return work;
    }
    work.row(&PYTHON, move |directory| {
        let document = directory.join(DOCUMENT);
        let members = make_document(&document, bytes)?;
        let mut args = vec![
            "set".to_owned(),
            python::text(&document)?.to_owned(),
            times.to_string(),
        ];
        for change in changes(members, values, 0) {
            args.push(format!("{}={}", change.keys.join("/"), change.json));
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let sample = python::run(&args, times)?;
        check(&std::fs::read_to_string(&document)?, values, 0)?;
        Ok(sample)
    })
}

fn measure(
    peer: &dyn Peer,
    directory: &Path,
    bytes: usize,
    values: usize,
    times: usize,
) -> anyhow::Result<Sample> {
    let members = {
        let file = directory.join("made.json");
        let members = make_document(&file, bytes)?;
        let text = std::fs::read_to_string(&file)?;
        std::fs::remove_file(&file)?;
        peer.create(directory, &[DOCUMENT.to_owned()], &text)?;
        members
    };
    let opened = peer.open(directory)?;
    let mut handle = opened.handle()?;
    forget_peak()?;
    let mut time = Duration::ZERO;
    for round in 0..times {
        let changes = changes(members, values, round);
        let started = Instant::now();
        handle.set(DOCUMENT, &changes)?;
        time += started.elapsed();
    }
    let sample = Sample::of(time, times)?;
    if peer.changes() {
        check(&handle.text(DOCUMENT)?, values, times - 1)?;
    }
    Ok(sample)
}

/// One value near the end, and where there are two, one near the start as well. Other ones in every round.
fn changes(members: usize, values: usize, round: usize) -> Vec<Change> {
    let places = [members - 1 - members / 100, members / 100];
    let change = |at: &usize| Change {
        keys: vec![format!("key-{at}"), "value".to_owned()],
        json: format!("\"{}\"", value(round)),
    };
    places[..values].iter().map(change).collect()
}

fn value(round: usize) -> String {
    format!("changed {round:032}")
}

/// The values of the last round are there, as often as they were set.
fn check(text: &str, values: usize, round: usize) -> anyhow::Result<()> {
    let found = text.matches(&value(round)).count();
    ensure!(found == values, "{found} of {values} values were set");
    Ok(())
}
