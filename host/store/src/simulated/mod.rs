//! A disk that does what disks may do.
//!
//! [`model`] is what is on it: what is in memory, what is durable, and what of the rest may be found after a power
//! failure ([`crash`]); [`users`] may do with it what they may on Linux. [`disk`] lets processes share it:
//! [`fault`] is what goes wrong, [`turns`] is who goes on, [`locks`] is who waits for whom. [`directory`] and [`file`]
//! put the traits of [`disk`](crate::disk) on it. The tests drive the store's real code over it: [`power`] stops after
//! every step, [`faults`] fails every call with every error, [`schedules`] runs several writers in random order and
//! breaks the protocol on purpose, [`stories`] tells how promises were broken once, [`staging_files`]
//! finds those that are not what they seem. [`judge`] knows what may be in the document, and [`watch`] sees who loses it.

mod clock;
mod crash;
mod directory;
mod disk;
mod event;
mod fault;
mod faults;
mod file;
mod foreign_stories;
mod foreign_writer;
mod gate;
mod judge;
mod locks;
mod model;
mod mutation;
mod node;
mod opening;
mod plan;
mod power;
mod provoke;
mod quiet;
mod random;
mod schedules;
mod staging_files;
mod state;
mod stories;
mod territory;
mod turns;
mod users;
mod watch;
mod writer;

pub(crate) use clock::now;

use crate::error::Error;
use crate::options::Options;
use crate::place::Root;
use crate::queues::Queues;
use crate::receipt::{Aim, Expected, Receipt};
use crate::update::update;
use crate::updater::Updater;
use amend_document::{Patch, Pointer};
use directory::SimulatedDirectory;
use disk::Disk;
use model::Model;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One process with a store on the simulated disk.
struct Process {
    disk: Disk,
    root: Root<SimulatedDirectory>,
    queues: Queues,
    options: Options,
}

impl Process {
    fn new(disk: &Disk, number: usize) -> Process {
        Process {
            disk: disk.clone(),
            root: Root::new(disk.root(number), PathBuf::new()),
            queues: Queues::default(),
            options: Options::default(),
        }
    }

    fn update(&self, path: &str, mut updater: impl Updater) -> Result<Receipt, Error> {
        let place = self.root.make(Path::new(path))?;
        update(
            &place,
            &self.queues,
            &self.options,
            self.options.lock_timeout,
            Aim {
                scope: Pointer::root(),
                expected: Expected::Anything,
            },
            &mut updater,
        )
    }
}

/// Adds one to a member, and tells which number it made.
fn increment(
    member: &str,
) -> impl FnMut(Option<&str>) -> Result<Option<Patch>, Box<dyn std::error::Error + Send + Sync>> {
    let member = member.to_owned();
    move |current| {
        let state: Value = serde_json::from_str(current.unwrap_or("{}"))?;
        let next = state[&member].as_u64().unwrap_or(0) + 1;
        Ok(Some(Patch::merge(
            serde_json::json!({ &member: next }).to_string(),
        )?))
    }
}

/// A disk with a document that was there before.
fn existing() -> Model {
    let mut model = Model::new();
    model.add_durable("state.json", br#"{"count":0,"kept":1.0}"#, 0, 0o640);
    model
}

/// What the document at a path has counted; `None` where it is not whole.
fn counted(model: &Model, path: &str) -> Option<u64> {
    count(model.read(path).map(|(bytes, _)| bytes), "count")
}

/// What a document says a member is; 0 where there is no document, `None` where it is not whole.
fn count(document: Option<&[u8]>, member: &str) -> Option<u64> {
    match document {
        None => Some(0),
        Some(bytes) => {
            let state: Value = serde_json::from_slice(bytes).ok()?;
            Some(state[member].as_u64().unwrap_or(0))
        }
    }
}
