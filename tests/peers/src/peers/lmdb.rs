//! LMDB, by heed: documents are values in a memory-mapped tree, and serde_json changes them in a write transaction. It
//! syncs by default.

use super::values;
use crate::peer::{Change, Handle, Opened, Peer};
use anyhow::Context;
use heed::types::{Bytes, Str};
use heed::{Database, Env, EnvOpenOptions};
use serde_json::Value;
use std::path::Path;

pub(crate) struct Lmdb;

struct Documents {
    env: Env,
    bodies: Database<Str, Bytes>,
}

fn open(directory: &Path) -> anyhow::Result<Documents> {
    // SAFETY: the directory is this row's alone, and nothing but LMDB touches what is in it.
    let env = unsafe {
        // Address space, of which it takes what it needs.
        EnvOpenOptions::new().map_size(8 << 30).open(directory)?
    };
    let mut transaction = env.write_txn()?;
    let bodies = env.create_database(&mut transaction, None)?;
    transaction.commit()?;
    Ok(Documents { env, bodies })
}

impl Peer for Lmdb {
    fn create(&self, directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
        let documents = open(directory)?;
        let mut transaction = documents.env.write_txn()?;
        for name in names {
            documents
                .bodies
                .put(&mut transaction, name.as_str(), text.as_bytes())?;
        }
        transaction.commit()?;
        // It may be opened once a process only.
        documents.env.prepare_for_closing().wait();
        Ok(())
    }

    fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Opened>> {
        Ok(Box::new(open(directory)?))
    }
}

impl Opened for Documents {
    fn handle(&self) -> anyhow::Result<Box<dyn Handle + Send + '_>> {
        Ok(Box::new(self))
    }
}

impl Documents {
    fn update(
        &self,
        document: &str,
        change: impl FnOnce(&mut Value) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut transaction = self.env.write_txn()?;
        let body = self.bodies.get(&transaction, document)?;
        let mut value = serde_json::from_slice(body.context("there is no document")?)?;
        change(&mut value)?;
        let body = serde_json::to_vec_pretty(&value)?;
        self.bodies
            .put(&mut transaction, document, body.as_slice())?;
        transaction.commit()?;
        Ok(())
    }
}

impl Handle for &Documents {
    fn add_one(&mut self, document: &str) -> anyhow::Result<()> {
        self.update(document, values::add_one)
    }

    fn set(&mut self, document: &str, changes: &[Change]) -> anyhow::Result<()> {
        self.update(document, |value| values::set(value, changes))
    }

    fn text(&mut self, document: &str) -> anyhow::Result<String> {
        let transaction = self.env.read_txn()?;
        let body = self.bodies.get(&transaction, document)?;
        Ok(String::from_utf8(
            body.context("there is no document")?.to_vec(),
        )?)
    }
}
