//! One call of a guest in a fresh instance, in memory: what sandboxing costs. All are the counter that is written in
//! Rust, on a document of 1 KB.

use crate::peer::{BARE, CALL, EXTISM};
use crate::peers::extism::Extism;
use crate::sample::{Sample, forget_peak};
use crate::work::Work;
use amend_runtime::{Engine, Limits};
use amend_store::Json;
use amend_tests::bare::{Bare, failed};
use amend_tests::example;
use anyhow::ensure;
use std::time::Instant;

const CALLS: usize = 1000;

pub(super) fn work() -> Work {
    Work::new("a guest's fresh call", "a call", 5)
        .row(&BARE, |_| {
            let bare = Bare::load(&std::fs::read(example("rust/counter"))?).map_err(failed)?;
            let document = super::counting::document(1024);
            calls(|| {
                let answer = bare.call(&document, "{}").map_err(failed)?;
                ensure!(matches!(answer, Ok(Some(_))), "the guest refused");
                Ok(())
            })
        })
        .row(&CALL, |_| {
            let counter = Engine::new()?.load(example("rust/counter"), Limits::default())?;
            let (document, args) = (super::counting::document(1024), Json::parse("{}")?);
            calls(|| {
                ensure!(
                    counter.call(Some(&document), &args)?.is_some(),
                    "the guest did nothing"
                );
                Ok(())
            })
        })
        .row(&EXTISM, |_| {
            let extism = Extism::load()?;
            let document = super::counting::document(1024);
            calls(|| {
                let answer = extism.call(&document)?;
                ensure!(
                    answer.starts_with("{\"count\":1,"),
                    "the plugin did something else"
                );
                Ok(())
            })
        })
}

fn calls(mut call: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Sample> {
    // The first one warms up; what compiling took is not the calls' memory.
    call()?;
    forget_peak()?;
    let started = Instant::now();
    for _ in 0..CALLS {
        call()?;
    }
    Sample::of(started.elapsed(), CALLS)
}
