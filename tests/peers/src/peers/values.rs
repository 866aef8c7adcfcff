//! What those do with a document who have it as a `serde_json::Value`.

use crate::peer::Change;
use crate::plain;
use anyhow::Context;
use serde_json::Value;

/// Adds one to its `count`.
pub(super) fn add_one(document: &mut Value) -> anyhow::Result<()> {
    let count = document["count"].as_u64().context("it has no count")?;
    document["count"] = (count + 1).into();
    Ok(())
}

/// Makes the changes, one after another.
pub(super) fn set(document: &mut Value, changes: &[Change]) -> anyhow::Result<()> {
    for change in changes {
        let keys = change.keys.iter().map(String::as_str);
        plain::set(document, keys, serde_json::from_str(&change.json)?)?;
    }
    Ok(())
}
