//! A guest's update, commit and all, beside a closure's.

use crate::{Bench, document};
use amend_store::{Json, Store};
use amend_tests::increment;
use amend_tests::measure::{Contest, each, scratch};
use std::fs;

const UPDATES: u32 = 20;

pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let scratch = scratch()?;
    let store = Store::open(scratch.path())?;
    for name in ["guest.json", "closure.json"] {
        fs::write(scratch.path().join(name), document())?;
    }
    let args = Json::parse("{}")?;
    let ours = || {
        each(UPDATES, || {
            store.update("guest.json", bench.counter.with_args(args.clone()))?;
            Ok(())
        })
    };
    let theirs = || {
        each(UPDATES, || {
            store.update("closure.json", increment)?;
            Ok(())
        })
    };
    Contest::of(bench.rounds, ours, theirs)?.report("an update, beside a closure's", 1.1);
    // Neither has cheated: both have counted the same.
    let text = |name| fs::read_to_string(scratch.path().join(name));
    anyhow::ensure!(text("guest.json")? == text("closure.json")?);
    Ok(())
}
