//! A process that updates a document again and again, for the tests to run several of, and to kill.
//!
//!     writer FILE COUNT [GUEST]
//!
//! Adds one to `/count`, COUNT times, with a native closure or with a guest. After each update that was
//! acknowledged, and only then, it prints the count that the update made.

use amend_runtime::{Engine, Limits};
use amend_store::{Json, Options, Patch, Store};
use anyhow::{Context, bail};
use serde_json::Value;
use std::io::Write;
use std::time::Duration;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (file, count, guest) = match args.as_slice() {
        [file, count] => (file, count, None),
        [file, count, guest] => (file, count, Some(guest)),
        _ => bail!("usage: writer FILE COUNT [GUEST]"),
    };
    let count: u64 = count.parse()?;
    let plugin = match guest {
        Some(guest) => Some(Engine::new()?.load(guest, Limits::default())?),
        None => None,
    };
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(120)));
    let (store, path) = Store::locate(file, patient)?;
    for _ in 0..count {
        let mut made = None;
        match &plugin {
            Some(plugin) => store.update(&path, plugin.with_args(Json::parse("{}")?))?,
            None => store.update(&path, |current: Option<&str>| {
                let state: Value = serde_json::from_str(current.unwrap_or("{}"))?;
                let count = state["count"].as_u64().unwrap_or(0) + 1;
                made = Some(count);
                let patch = Patch::merge(format!(r#"{{"count": {count}}}"#))?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Some(patch))
            })?,
        };
        let mut out = std::io::stdout();
        match made {
            Some(count) => writeln!(out, "{count}")?,
            None => writeln!(out, "done")?,
        }
        out.flush().context("telling the test")?;
    }
    Ok(())
}
