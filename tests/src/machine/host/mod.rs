//! The part on the host: the parts of the machine, and the use of its report.

mod cache;
mod cpio;
mod debian;
mod disks;
mod initramfs;
mod kernel;
mod machine;
mod modules;
mod options;
mod programs;
mod running;
mod servers;
mod tools;

use super::event::Check;
use super::mounts::{Ports, mount};
use super::plan::Plan;
use super::table::Table;
use anyhow::Context;
use clap::Parser;
use kernel::Kernel;
use machine::Machine;
use options::Options;
use programs::Programs;
use servers::Servers;
use std::process::ExitCode;

/// Runs the machine once for each kernel, and prints the table. The exit code is 1 if anything failed that is not known
/// to be impossible there.
///
/// # Errors
///
/// When the machine cannot be built or started.
pub fn run() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    tools::require(&options.mounts)?;
    let has_suite = options.checks.contains(&Check::Suite) && options.shell.is_none();
    let programs = Programs::build(has_suite, &options.with)?;
    let mut table = Table::default();
    for name in &options.kernels {
        let kernel = Kernel::fetch(name, options.renew)?;
        run_one(&kernel, &programs, &options, &mut table)
            .with_context(|| format!("kernel {name}"))?;
    }
    if options.shell.is_some() {
        return Ok(ExitCode::SUCCESS);
    }
    print!("{table}");
    Ok(ExitCode::from(u8::from(table.has_failed())))
}

fn run_one(
    kernel: &Kernel,
    programs: &Programs,
    options: &Options,
    table: &mut Table,
) -> anyhow::Result<()> {
    // A kernel's machine gets servers of its own: what one leaves behind on a share is not there for the next.
    let scratch = cache::scratch()?;
    let servers = Servers::start(scratch.path(), &options.mounts)?;
    let ports = Ports {
        nfs: servers.nfs_port(),
        smb: servers.smb_port(),
    };
    let mut images = disks::Images::new(scratch.path());
    let mut mounts = Vec::new();
    for name in &options.mounts {
        let device = images.add(name)?;
        mounts.push(mount(name, ports, device.as_deref()).context("a name without a mount")?);
    }
    let plan = Plan {
        mounts,
        checks: options.checks.clone(),
        shell: options.shell.clone(),
        filter: options.filter.clone(),
        target: programs.target.clone(),
        suite: programs.suite.clone(),
        round: options.round(),
        rounds: options.rounds,
    };
    let machine = Machine {
        kernel,
        programs: &disks::programs(scratch.path(), programs, &plan)?,
        initramfs: &initramfs::build(scratch.path(), kernel, programs)?,
        images: images.files(),
        shared: &servers.shared_directory(),
        console: &cache::directory("console")?.join(format!("{}.log", kernel.name)),
        limit: options.limit(),
    };
    table.begin(&kernel.name, &options.mounts, &options.checks);
    machine.run(|event| table.take(&kernel.name, event))
}
