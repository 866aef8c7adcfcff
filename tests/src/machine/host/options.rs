//! The arguments of the command.

use crate::machine::event::Check;
use crate::machine::host::kernel;
use crate::machine::mounts;
use clap::Parser;
use clap::builder::PossibleValuesParser;
use std::time::Duration;

/// Runs amend on real mounts in a small virtual machine, and prints a table. It needs root and, of Debian:
/// qemu-system-x86, nfs-ganesha, nfs-ganesha-vfs, samba.
#[derive(Debug, Parser)]
#[command(name = "cargo machine", version)]
pub(super) struct Options {
    /// The kernels to run, of these releases of Debian.
    #[arg(long, value_delimiter = ',', default_values = kernel::DEFAULT,
        value_parser = PossibleValuesParser::new(kernel::RELEASES))]
    pub(super) kernels: Vec<String>,

    /// The file systems to mount: also nfs4.0, nfs4.2, ext4, xfs, btrfs, tmpfs, overlayfs. Mount options may follow a
    /// name, as in smb+nolease+actimeo=0.
    #[arg(long, value_delimiter = ',', default_values = mounts::ALL, value_parser = known_mount)]
    pub(super) mounts: Vec<String>,

    /// What to do on each of them.
    #[arg(long, value_delimiter = ',', value_enum,
        default_values = ["facts", "update", "storm", "clients", "suite"])]
    pub(super) checks: Vec<Check>,

    /// Run only the tests whose names contain this.
    #[arg(long)]
    pub(super) filter: Option<String>,

    /// Rounds of a storm.
    #[arg(long, default_value = "2")]
    pub(super) rounds: usize,

    /// Seconds of each round.
    #[arg(long, default_value = "8")]
    seconds: u64,

    /// Run this shell command in each mounted directory instead of the checks.
    #[arg(long)]
    pub(super) shell: Option<String>,

    /// Programs of this machine to take along for the command, such as strace.
    #[arg(long, value_delimiter = ',')]
    pub(super) with: Vec<String>,

    /// Fetch the newest kernels again.
    #[arg(long)]
    pub(super) renew: bool,

    /// Minutes after which the machine is switched off.
    #[arg(long, default_value = "30")]
    minutes: u64,
}

impl Options {
    pub(super) fn round(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    pub(super) fn limit(&self) -> Duration {
        Duration::from_secs(60 * self.minutes)
    }
}

fn known_mount(name: &str) -> Result<String, String> {
    let mut all = mounts::ALL.into_iter().chain(mounts::MORE);
    if all.any(|known| known == mounts::base(name)) {
        return Ok(name.to_owned());
    }
    let all: Vec<_> = mounts::ALL.into_iter().chain(mounts::MORE).collect();
    Err(format!("the file systems are {}", all.join(", ")))
}
