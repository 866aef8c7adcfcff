//! One call, in memory, beside bare wasmtime.

use crate::{Bench, document};
use amend_store::Json;
use amend_tests::bare::{Bare, failed};
use amend_tests::measure::{Contest, each};
use anyhow::ensure;

const CALLS: u32 = 200;

pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let bare = Bare::load(&bench.component).map_err(failed)?;
    let (document, args) = (document(), Json::parse("{}")?);
    let ours = || {
        each(CALLS, || {
            ensure!(bench.counter.call(Some(&document), &args)?.is_some());
            Ok(())
        })
    };
    let theirs = || {
        each(CALLS, || {
            let answer = bare.call(&document, "{}").map_err(failed)?;
            ensure!(matches!(answer, Ok(Some(_))));
            Ok(())
        })
    };
    Contest::of(bench.rounds, ours, theirs)?.report("a call, beside bare wasmtime", 1.25);
    Ok(())
}
