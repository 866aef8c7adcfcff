//! The arguments of `amend test`.

use super::limits::LimitArgs;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The updater: a WebAssembly component that exports amend:document/updater
    pub(crate) component: PathBuf,

    /// The table of cases: a JSON array
    pub(crate) cases: PathBuf,

    /// The time limit for one case
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}
