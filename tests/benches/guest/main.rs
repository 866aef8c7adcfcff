//! What a guest costs beside what one would have without amend: bare wasmtime, a closure, a plain patch.
//!
//!     cargo bench -p amend-tests --bench guest [-- ROUNDS] [WORD IN A NAME]
//!
//! Contenders take turns in every round; what counts is the ratio, the median of the rounds (and the middle half
//! of them). The guest is the counter that is written in Rust, and its document has 1 KB.

mod call;
mod command;
mod many;
mod threads;
mod update;

use amend_runtime::{Engine, Limits, Plugin};
use amend_tests::example;
use std::fs;
use std::path::Path;

/// What the benchmarks share.
struct Bench {
    rounds: usize,
    component: Vec<u8>,
    counter: Plugin,
}

/// A document of 1 KB that has a count.
fn document() -> String {
    format!(r#"{{"count": 0, "text": "{}"}}"#, "x".repeat(1000))
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rounds = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(101);
    // Cargo adds an argument of its own.
    let only = args
        .iter()
        .find(|arg| !arg.starts_with('-') && arg.parse::<usize>().is_err());
    let component = fs::read(example("rust/counter"))?;
    if let [mode, directory] = args.as_slice()
        && mode == many::COMPILE
    {
        return many::compile(&component, Path::new(directory));
    }
    let bench = Bench {
        rounds,
        counter: Engine::new()?.load_bytes("counter", &component, Limits::default())?,
        component,
    };
    println!("{rounds} rounds; what it takes, beside what else is there");
    for (name, run) in [
        ("call", call::run as fn(&Bench) -> anyhow::Result<()>),
        ("update", update::run),
        ("command", command::run),
        ("threads", threads::run),
        ("many", many::run),
    ] {
        if only.is_none_or(|word| name.contains(word.as_str())) {
            run(&bench)?;
        }
    }
    Ok(())
}
