//! What a guest may use up: what every command that runs one can be told.

use amend_runtime::{CompileLimits, Limits};
use bytesize::ByteSize;
use clap::Args;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(next_help_heading = "What a guest may use up")]
pub(crate) struct LimitArgs {
    /// How much memory a guest may have: 64MiB, for example [default: 256MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<ByteSize>,

    /// How many bytes a guest may hand over at once: an answer, or a patch [default: 64MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_answer: Option<ByteSize>,

    /// Count fuel, about a unit an instruction, and stop a guest that has used this much. Clocks stand still then,
    /// and random numbers are the same each time, so that a run can be repeated
    #[arg(long, value_name = "UNITS")]
    pub(crate) fuel: Option<u64>,

    /// How much memory compiling a guest may take [default: 2GiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) compile_memory: Option<ByteSize>,

    /// How much processor time compiling a guest may take; whole seconds [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) compile_timeout: Option<Duration>,
}

impl LimitArgs {
    /// What compiling may cost.
    pub(crate) fn compiling(&self) -> CompileLimits {
        let mut limits = CompileLimits::default();
        if let Some(memory) = self.compile_memory {
            limits = limits.with_memory(memory.as_u64());
        }
        if let Some(time) = self.compile_timeout {
            limits = limits.with_time(time);
        }
        limits
    }

    /// These limits, with what the user has said.
    pub(crate) fn set(&self, mut limits: Limits) -> Limits {
        // What is more than this machine can address is as good as no limit.
        let bytes = |size: ByteSize| usize::try_from(size.as_u64()).unwrap_or(usize::MAX);
        if let Some(memory) = self.memory {
            limits = limits.with_memory(bytes(memory));
        }
        if let Some(answer) = self.max_answer {
            limits = limits.with_answer(bytes(answer));
        }
        limits.with_fuel(self.fuel)
    }
}
