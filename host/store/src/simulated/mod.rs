//! A disk that does what disks may do.
//!
//! The model is in [`model`] and [`node`], the states after a power failure in [`crash`], the permissions of users in
//! [`users`]. [`disk`] lets processes share it, with faults ([`fault`]), locks ([`locks`]), stopped processes ([`turns`])
//! and a time of its own ([`clock`]). [`directory`] and [`file`] implement the traits of [`disk`](crate::disk).
//!
//! The tests drive the store's real code over it. [`power`] stops after every step, [`faults`] fails every call with
//! every error, [`staging_files`] finds foreign and dead staging files, [`taken_names`] foreign files under our names. [`schedules`] runs the writers of a plan
//! ([`plan`]), users and foreign programs among them ([`foreign_writer`]), in an order that a seed decides; [`judge`]
//! decides which changes must and may be in the document, and [`watch`] looks at every rename over it. The stories
//! ([`stories`], [`foreign_stories`]) are plans in which a promise was broken once. [`provoke`] breaks the protocol on
//! purpose ([`mutation`]) and expects that this is noticed.

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
mod taken_names;
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
        update(
            &self.root,
            Path::new(path),
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

/// Adds one to a member.
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

/// The count in the document at a path; `None` where it is not whole.
fn counted(model: &Model, path: &str) -> Option<u64> {
    count(model.read(path).map(|(bytes, _)| bytes), "count")
}

/// The number in a member of a document; 0 without a document, `None` where it is not whole.
fn count(document: Option<&[u8]>, member: &str) -> Option<u64> {
    match document {
        None => Some(0),
        Some(bytes) => {
            let state: Value = serde_json::from_slice(bytes).ok()?;
            Some(state[member].as_u64().unwrap_or(0))
        }
    }
}
