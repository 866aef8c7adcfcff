//! The limits of a guest: the options of every command that runs one.

use amend_runtime::{CompileLimits, Limits};
use amend_store::Allowance;
use bytesize::ByteSize;
use clap::Args;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits of a guest")]
pub(crate) struct LimitArgs {
    /// The memory of a guest: 64MiB, for example [default: 256MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<ByteSize>,

    /// The size of one value that a guest passes to the host: an answer, or a patch [default: 64MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_answer: Option<ByteSize>,

    /// The memory that the host may take to read an answer, or a patch, and to apply it [default: 256MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) host_memory: Option<ByteSize>,

    /// The work that the host may do to read an answer, or a patch, and to apply it: about one unit per byte that is
    /// read, compared, copied or written [default: 4294967296]
    #[arg(long, value_name = "UNITS")]
    pub(crate) host_work: Option<u64>,

    /// How much a guest may print to the log [default: 1MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_output: Option<ByteSize>,

    /// How many lines a guest may print to the log [default: 10000]
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_lines: Option<usize>,

    /// Count fuel, about one unit per instruction, and stop a guest after this many units. Clocks then stand still, and
    /// random numbers are the same in every run, so that a run can be repeated
    #[arg(long, value_name = "UNITS")]
    pub(crate) fuel: Option<u64>,

    /// How much memory compiling a guest may take [default: 2GiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) compile_memory: Option<ByteSize>,

    /// How much processor time compiling a guest may take [default: 60s]
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

    /// What may be spent on a patch of the command line.
    pub(crate) fn allowance(&self) -> Allowance {
        let mut allowance = Allowance::default();
        if let Some(memory) = self.host_memory {
            allowance = allowance.with_memory(memory.as_u64());
        }
        if let Some(work) = self.host_work {
            allowance = allowance.with_work(work);
        }
        allowance
    }

    /// These limits, with those that the user gave.
    pub(crate) fn set(&self, mut limits: Limits) -> Limits {
        // A limit beyond the address space is the same as none.
        let bytes = |size: ByteSize| usize::try_from(size.as_u64()).unwrap_or(usize::MAX);
        if let Some(memory) = self.memory {
            limits = limits.with_memory(bytes(memory));
        }
        if let Some(answer) = self.max_answer {
            limits = limits.with_answer(bytes(answer));
        }
        if let Some(output) = self.max_output {
            limits = limits.with_output(bytes(output));
        }
        if let Some(lines) = self.max_lines {
            limits = limits.with_lines(lines);
        }
        if let Some(memory) = self.host_memory {
            limits = limits.with_host_memory(bytes(memory));
        }
        if let Some(work) = self.host_work {
            limits = limits.with_host_work(work);
        }
        limits.with_fuel(self.fuel)
    }
}
