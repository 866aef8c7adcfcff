//! amend, as a program has it: a store that its threads share, changed by a closure, a patch, or a guest.

use super::files;
use crate::peer::{Change, Handle, Opened, Peer};
use amend_runtime::{Engine, Limits, Plugin};
use amend_store::{Json, Operations, Options, Patch, Pointer, Store};
use amend_tests::{example, increment};
use anyhow::{Context, bail};
use std::path::Path;
use std::time::Duration;

pub(crate) struct Amend;

impl Peer for Amend {
    fn create(&self, directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
        files::create(directory, names, text)
    }

    fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Opened>> {
        Ok(Box::new(store(directory)?))
    }
}

/// Nobody gives up in a benchmark.
fn store(directory: &Path) -> anyhow::Result<Store> {
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(300)));
    Ok(Store::open_with(directory, patient)?)
}

fn text(store: &Store, document: &str) -> anyhow::Result<String> {
    Ok(store.read(document)?.context("there is no document")?.text)
}

impl Opened for Store {
    fn handle(&self) -> anyhow::Result<Box<dyn Handle + Send + '_>> {
        Ok(Box::new(self.clone()))
    }
}

impl Handle for Store {
    fn add_one(&mut self, document: &str) -> anyhow::Result<()> {
        self.update(document, increment)?;
        Ok(())
    }

    fn set(&mut self, document: &str, changes: &[Change]) -> anyhow::Result<()> {
        let mut operations = Operations::new();
        for change in changes {
            let at = change
                .keys
                .iter()
                .fold(Pointer::root(), |at, key| at.child(key));
            operations = operations.set(at, Json::parse(change.json.as_str())?);
        }
        self.update(document, Patch::Operations(operations))?;
        Ok(())
    }

    fn text(&mut self, document: &str) -> anyhow::Result<String> {
        text(self, document)
    }
}

/// The same, where a guest says what changes.
pub(crate) struct AmendGuest;

struct Guest {
    store: Store,
    counter: Plugin,
}

impl Peer for AmendGuest {
    fn create(&self, directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
        files::create(directory, names, text)
    }

    fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Opened>> {
        Ok(Box::new(Guest {
            store: store(directory)?,
            counter: Engine::new()?.load(example("rust/counter"), Limits::default())?,
        }))
    }
}

impl Opened for Guest {
    fn handle(&self) -> anyhow::Result<Box<dyn Handle + Send + '_>> {
        Ok(Box::new(self))
    }
}

impl Handle for &Guest {
    fn add_one(&mut self, document: &str) -> anyhow::Result<()> {
        let updater = self.counter.with_args(Json::parse("{}")?);
        self.store.update(document, updater)?;
        Ok(())
    }

    fn set(&mut self, _document: &str, _changes: &[Change]) -> anyhow::Result<()> {
        bail!("a counter only counts")
    }

    fn text(&mut self, document: &str) -> anyhow::Result<String> {
        text(&self.store, document)
    }
}
