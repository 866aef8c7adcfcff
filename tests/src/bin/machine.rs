//! `cargo machine`: runs amend on real mounts in a small virtual machine. `cargo machine --help` lists the options.
//!
//! The same binary is the machine's first program, as `machine guest`.

use amend_tests::machine::{run_guest, run_host};
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    if std::env::args()
        .nth(1)
        .is_some_and(|first| first == "guest")
    {
        run_guest()?;
        return Ok(ExitCode::SUCCESS);
    }
    run_host()
}
