//! How many instructions the document engine and an update take, beside how many they took when somebody last looked.
//!
//!     cargo counts              compares with baseline.json, and fails where more are taken than it allows
//!     cargo counts renew        makes what is taken now the baseline
//!
//! Times on a shared machine tell nothing about a change of a tenth; instructions do. valgrind's callgrind counts them,
//! those of the work alone, in a process for each work. Everything that a count could depend on and that is not the
//! code is held still: the keys of hash maps ([`random`]), the environment, and the addresses, which valgrind gives.
//! What is left is the processor, whose features some dependencies and the C library look at, the C library itself, and
//! valgrind's release: the baseline names those that it was counted with. An update writes its process's number and the
//! time into names, which makes a count in a hundred thousand.
//!
//! Instructions of the kernel are not counted, so that the work of a disk is not in it, nor is the time that anything
//! takes: `cargo peers` measures that.

mod baseline;
mod callgrind;
mod random;
mod works;

use anyhow::{Context, bail};
use baseline::Baseline;
use std::path::Path;
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // Under valgrind.
        ["work", name, directory] => {
            let work = works::find(name).with_context(|| format!("there is no work `{name}`"))?;
            let mut run = (work.prepare)(Path::new(directory))?;
            callgrind::counted(&mut *run);
            Ok(ExitCode::SUCCESS)
        }
        ["renew"] => {
            count()?.renew()?;
            Ok(ExitCode::SUCCESS)
        }
        [] => {
            let stored = Baseline::stored()?;
            let verdict = stored.compare(&count()?);
            print!("{}", verdict.report);
            Ok(if verdict.failed {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            })
        }
        _ => bail!("usage: cargo counts [renew]"),
    }
}

fn count() -> anyhow::Result<Baseline> {
    let mut counted = Baseline::new(callgrind::counted_with()?);
    for work in works::ALL {
        counted.add(work.name, callgrind::count(work.name)?);
    }
    Ok(counted)
}
