//! What a careful Rust user would write without amend: serde_json, tempfile and fs2. Durable, and it loses no update;
//! what it does not keep is everything about the text that its values do not hold.

use anyhow::Context;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

/// Changes a document: under a lock, atomically, durably.
pub(crate) fn update(
    document: &Path,
    change: impl FnOnce(&mut Value) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let directory = match document.parent() {
        Some(parent) if parent != "" => parent,
        _ => Path::new("."),
    };
    let mut lock = document.as_os_str().to_owned();
    lock.push(".lock");
    let lock = File::create(lock)?;
    fs2::FileExt::lock_exclusive(&lock)?;
    let mut value = match fs::read(document) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(error) if error.kind() == ErrorKind::NotFound => json!({}),
        Err(error) => return Err(error.into()),
    };
    change(&mut value)?;
    let temp = tempfile::NamedTempFile::new_in(directory)?;
    let mut out = BufWriter::new(&temp);
    serde_json::to_writer_pretty(&mut out, &value)?;
    out.flush()?;
    drop(out);
    temp.as_file().sync_all()?;
    temp.persist(document)?;
    File::open(directory)?.sync_all()?;
    Ok(())
}

/// Puts a value where the keys lead to.
pub(crate) fn set<'k>(
    document: &mut Value,
    keys: impl IntoIterator<Item = &'k str>,
    value: Value,
) -> anyhow::Result<()> {
    let mut at = document;
    for key in keys {
        at = at
            .as_object_mut()
            .context("it is no object")?
            .entry(key)
            .or_insert_with(|| json!({}));
    }
    *at = value;
    Ok(())
}
