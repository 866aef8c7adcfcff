//! A process that updates documents in etcd in several threads, until its standard input ends, and tells of each update
//! that it begins and what came of it. For the test that makes the members fail.
//!
//!     etcd_appender ADDRESS NAME THREADS SEED
//!
//! Each update appends an id of its own to an array; which one, the seed says. One line each, in the order in which it happened:
//!
//! ```text
//! begin ID DOCUMENT
//! done ID VERSION         acknowledged
//! failed ID WHY           surely not made
//! unknown ID WHY          made once or not at all
//! unanswered              a transaction was not answered, and is asked after
//! found WHAT              what had become of it, as the store's log has it
//! ```
//!
//! An error that a failing cluster does not explain ends it with exit code 1.

use amend_store::{Error, EtcdOptions, Options, Patch, Store};
use anyhow::{Context, bail};
use fastrand::Rng;
use std::fmt;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Short, so that a member that hangs is found out and a lost quorum makes outcomes unknown.
const REQUEST: Duration = Duration::from_millis(500);
const UPDATE: Duration = Duration::from_secs(2);

/// After so long a document is left alone and others are begun: each revision of each is in etcd's database.
const GENERATION: Duration = Duration::from_secs(2);

/// Few enough that the threads meet.
const DOCUMENTS: u64 = 2;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [address, name, threads, seed] = args.as_slice() else {
        bail!("usage: etcd_appender ADDRESS NAME THREADS SEED");
    };
    let (threads, seed): (u64, u64) = (threads.parse()?, seed.parse()?);
    tracing::subscriber::set_global_default(Told)?;
    let options = EtcdOptions::default()
        .with_store(Options::default().with_lock_timeout(Some(UPDATE)))
        .with_request_timeout(REQUEST);
    let store = Store::etcd(address, options)?;
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..threads)
            .map(|thread| {
                let (store, is_over) = (&store, &is_over);
                let random = Rng::with_seed(seed.wrapping_add(thread));
                scope.spawn(move || write(store, &format!("{name}-{thread}"), random, is_over))
            })
            .collect();
        let read = std::io::stdin().read_to_end(&mut Vec::new());
        is_over.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().map_err(|_| anyhow::anyhow!("a panic"))??;
        }
        read.map(drop).context("waiting for the end")
    })
}

/// One thread.
fn write(store: &Store, name: &str, mut random: Rng, is_over: &AtomicBool) -> anyhow::Result<()> {
    for number in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let id = format!("{name}-{number}");
        let generation =
            SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / GENERATION.as_secs();
        let document = format!("{generation}/{}.json", random.u64(..DOCUMENTS));
        tell(format_args!("begin {id} {document}"))?;
        match store.update(&document, |current: Option<&str>| append(current, &id)) {
            Ok(receipt) => tell(format_args!("done {id} {}", receipt.version))?,
            Err(error @ Error::OutcomeUnknown { .. }) => {
                tell(format_args!("unknown {id} {error}"))?;
            }
            Err(error @ (Error::Etcd { .. } | Error::Contended { .. })) => {
                tell(format_args!("failed {id} {error}"))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// It does not look whether the id is there already: that it never is is what the test is about.
fn append(current: Option<&str>, id: &str) -> Result<Option<Patch>, amend_store::PatchError> {
    let patch = match current {
        None => Patch::replace(format!("[\"{id}\"]\n"))?,
        Some(_) => Patch::operations(&format!(
            r#"[{{"op": "add", "path": "/-", "value": "{id}"}}]"#
        ))?,
    };
    Ok(Some(patch))
}

/// In one piece, whatever the other threads tell.
fn tell(line: fmt::Arguments<'_>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush().context("telling the test")
}

/// Tells what the store's log says of transactions that were not answered.
struct Told;

impl Subscriber for Told {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("amend_store::etcd")
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line;

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A test that is told nothing fails for that.
        let _ = match field.name() {
            "unanswered" => tell(format_args!("unanswered")),
            "found" => tell(format_args!("found {value:?}")),
            _ => Ok(()),
        };
    }
}
