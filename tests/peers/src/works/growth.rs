//! How the time and the memory of one update grow with what there is more of.

use super::{counting, large};
use crate::peer::{AMEND, CALL, Change, Contender, LMDB, PLAIN, Peer, RAW, SQLITE};
use crate::peers::{Amend, Lmdb, Plain, Raw, Sqlite, plugins};
use crate::sample::{Sample, forget_peak};
use crate::table;
use crate::work::{Done, Work};
use amend_tests::large::make_document;
use std::path::Path;
use std::time::Instant;

/// A work of every size.
pub(crate) struct Curve {
    /// What its plot is called, file and all.
    pub(crate) name: &'static str,
    /// What there is more and more of.
    pub(crate) what: &'static str,
    pub(crate) works: Vec<(f64, Work)>,
}

/// What became of it.
pub(crate) struct Grown {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) works: Vec<(f64, Done)>,
}

impl Curve {
    /// Does the works, from the smallest on, and prints them.
    ///
    /// # Errors
    ///
    /// As [`Work::run`].
    pub(crate) fn run(&self, rounds: usize) -> anyhow::Result<Grown> {
        let mut works = vec![];
        for (size, work) in &self.works {
            let done = work.run(rounds)?;
            table::print(&done);
            works.push((*size, done));
        }
        Ok(Grown {
            name: self.name,
            what: self.what,
            works,
        })
    }
}

type Contenders = &'static [(&'static Contender, &'static dyn Peer)];

static ALL: Contenders = &[
    (&AMEND, &Amend),
    (&PLAIN, &Plain),
    (&SQLITE, &Sqlite { jsonb: false }),
    (&LMDB, &Lmdb),
];
static FILES: Contenders = &[(&RAW, &Raw), (&AMEND, &Amend), (&PLAIN, &Plain)];
/// Those that need no multiple of a gigabyte for a document of one.
static FRUGAL: Contenders = &[(&RAW, &Raw), (&AMEND, &Amend)];
static EVERYBODY: Contenders = &[
    (&RAW, &Raw),
    (&AMEND, &Amend),
    (&PLAIN, &Plain),
    (&SQLITE, &Sqlite { jsonb: false }),
    (&LMDB, &Lmdb),
];

pub(crate) fn curves() -> Vec<Curve> {
    vec![
        curve(
            "size",
            "bytes in the document",
            &[1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9],
            |bytes| {
                let times = (10_000_000 / bytes).clamp(1, 100);
                let (rounds, who) = match bytes {
                    1_000_000_000.. => (1, FRUGAL),
                    100_000_000.. => (1, FILES),
                    _ => (3, FILES),
                };
                large::work(
                    format!("one value in {bytes} bytes"),
                    rounds,
                    bytes,
                    1,
                    times,
                    who,
                )
            },
        ),
        curve(
            "threads",
            "threads",
            &[1.0, 10.0, 100.0, 1000.0],
            |threads| {
                let name = format!("1,000 updates by {threads} threads");
                counting::threads(name, 3, threads, 1000 / threads, ALL)
            },
        ),
        curve(
            "processes",
            "processes",
            &[1.0, 4.0, 16.0, 64.0],
            |processes| {
                let name = format!("640 updates by {processes} processes");
                counting::processes(name, 3, processes, 640 / processes, ALL)
            },
        ),
        curve(
            "documents",
            "documents in the directory",
            &[1.0, 1e2, 1e4, 1e5],
            |documents| beside(documents, if documents > 10_000 { 1 } else { 3 }),
        ),
        curve(
            "plugins",
            "loaded plugins",
            &[1.0, 10.0, 100.0, 1000.0],
            |loaded| {
                let name = format!("a call of each of {loaded} plugins in turn");
                Work::new(name, "a call", 3).row(&CALL, move |_| plugins::call_in_turn(loaded))
            },
        ),
        curve(
            "operations",
            "operations in the patch",
            &[1.0, 10.0, 100.0, 1e3, 1e4],
            operations,
        ),
    ]
}

fn curve(
    name: &'static str,
    what: &'static str,
    sizes: &[f64],
    work: impl Fn(usize) -> Work,
) -> Curve {
    let works = sizes
        .iter()
        .map(|size| (*size, work(*size as usize).in_a_hurry()));
    Curve {
        name,
        what,
        works: works.collect(),
    }
}

/// Updates of a few documents of many.
fn beside(documents: usize, rounds: usize) -> Work {
    const UPDATES: usize = 200;
    let work = Work::new(
        format!("an update beside {documents} documents"),
        "an update",
        rounds,
    );
    EVERYBODY.iter().fold(work, |work, (who, peer)| {
        work.row(who, move |directory| {
            let names: Vec<String> = (0..documents)
                .map(|at| format!("state-{at}.json"))
                .collect();
            peer.create(directory, &names, &counting::document(24))?;
            let changed = documents.min(UPDATES);
            let opened = peer.open(directory)?;
            let mut handle = opened.handle()?;
            forget_peak()?;
            let started = Instant::now();
            for at in 0..UPDATES {
                handle.add_one(&names[at * 7919 % changed])?;
            }
            let sample = Sample::of(started.elapsed(), UPDATES)?;
            let mut counted = 0;
            for name in &names[..changed] {
                counted += counting::count(&mut *handle, name)?;
            }
            let lost = if peer.changes() {
                UPDATES as u64 - counted
            } else {
                0
            };
            Ok(sample.with_lost(lost))
        })
    })
}

/// Many operations in one patch, on a document of 1 MB and more: one member for each.
fn operations(operations: usize) -> Work {
    const UPDATES: usize = 5;
    let work = Work::new(
        format!("an update of {operations} operations"),
        "an update",
        3,
    );
    static WHO: Contenders = &[
        (&RAW, &Raw),
        (&AMEND, &Amend),
        (&PLAIN, &Plain),
        (&LMDB, &Lmdb),
    ];
    WHO.iter().fold(work, |work, (who, peer)| {
        work.row(who, move |directory| {
            many(*peer, directory, operations, UPDATES)
        })
    })
}

fn many(
    peer: &dyn Peer,
    directory: &Path,
    operations: usize,
    updates: usize,
) -> anyhow::Result<Sample> {
    let file = directory.join("made.json");
    let members = make_document(&file, 2 << 20)?;
    let text = std::fs::read_to_string(&file)?;
    anyhow::ensure!(members > operations, "the document has {members} members");
    peer.create(directory, &["state.json".to_owned()], &text)?;
    let opened = peer.open(directory)?;
    let mut handle = opened.handle()?;
    forget_peak()?;
    let change = |time: usize| {
        let change = move |at: usize| Change {
            keys: vec![format!("key-{}", at * 7919 % members), "value".to_owned()],
            json: format!("\"changed {time:032}\""),
        };
        (0..operations).map(change).collect::<Vec<_>>()
    };
    let changes: Vec<_> = (0..updates).map(change).collect();
    let started = Instant::now();
    for changes in &changes {
        handle.set("state.json", changes)?;
    }
    let sample = Sample::of(started.elapsed(), updates)?;
    if peer.changes() {
        let set = handle
            .text("state.json")?
            .matches(&format!("changed {:032}", updates - 1))
            .count();
        anyhow::ensure!(set == operations, "{set} of {operations} values were set");
    }
    Ok(sample)
}
