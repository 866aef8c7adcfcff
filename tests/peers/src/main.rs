//! amend beside what people would use instead: the same work in one run, in processes and directories of their own,
//! one after another.
//!
//!     cargo peers               all of it, and writes the tables, the plots and the table in the README
//!     cargo peers ROUNDS        the same, with so many rounds of each work at the most: 1 is for who tries it out
//!     cargo peers WORD          the works with that word in their names, and writes nothing
//!
//! What counts are ratios to the first row of a work, which is always the least that has to be done for it: of every
//! round one, and the median of them. Figures of a machine that does something else at the same time are worth nothing.

mod commands;
mod peer;
mod peers;
mod plain;
mod plot;
mod report;
mod sample;
mod table;
mod work;
mod works;

use anyhow::{Context, bail};
use std::path::Path;
use std::time::Instant;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["row", name, who] => {
            let all = works::all();
            let work = all.iter().find(|work| work.name == name);
            work.with_context(|| format!("there is no work `{name}`"))?
                .run_row(who)
        }
        ["writer", who, directory, each] => works::writer(who, Path::new(directory), each.parse()?),
        ["compile-plugins"] => peers::plugins::load(peers::plugins::MOST).map(drop),
        [] => all(usize::MAX),
        [word] => match word.parse() {
            Ok(rounds) => all(rounds),
            Err(_) => some(word),
        },
        _ => bail!("usage: cargo peers [ROUNDS | WORD]"),
    }
}

/// Compiles what is not compiled yet. None of it is measured.
fn prepare() -> anyhow::Result<()> {
    println!("Compiling commands and guests.");
    commands::build()?;
    if peer::EXTISM.is_here() {
        peers::extism::build()?;
    }
    let plugins = std::process::Command::new(std::env::current_exe()?)
        .arg("compile-plugins")
        .status()?;
    anyhow::ensure!(plugins.success(), "compiling plugins: {plugins}");
    Ok(())
}

fn all(rounds: usize) -> anyhow::Result<()> {
    prepare()?;
    let started = Instant::now();
    let mut done = vec![];
    for work in works::table() {
        done.push(work.run(rounds)?);
        table::print(&done[done.len() - 1]);
    }
    let mut grown = vec![];
    for curve in works::curves() {
        grown.push(curve.run(rounds)?);
    }
    report::write(&done, &grown, started.elapsed())?;
    println!("{:.1} minutes", started.elapsed().as_secs_f64() / 60.0);
    Ok(())
}

fn some(word: &str) -> anyhow::Result<()> {
    prepare()?;
    for work in works::all().iter().filter(|work| work.name.contains(word)) {
        let started = Instant::now();
        table::print(&work.run(usize::MAX)?);
        println!("  {:.1} s", started.elapsed().as_secs_f64());
    }
    Ok(())
}
