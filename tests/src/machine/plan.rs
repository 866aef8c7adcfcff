//! The plan of the guest. The host writes it as JSON onto the disk with the programs.

use super::event::Check;
use super::mounts::Mount;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// The directory in the machine where the disk with the programs is mounted.
pub(super) const PROGRAMS: &str = "/programs";

/// The plan's name in that directory.
pub(super) const PLAN: &str = "plan.json";

/// The work of one run of the machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) mounts: Vec<Mount>,
    pub(super) checks: Vec<Check>,
    /// A shell command to run in each mounted directory instead of the checks.
    pub(super) shell: Option<String>,
    /// Only tests whose names contain this are run.
    pub(super) filter: Option<String>,
    /// The target directory of the build. It has the same path in the machine, for tests know the programs that they
    /// start by path.
    pub(super) target: PathBuf,
    /// The test binaries, by the name of the test target.
    pub(super) suite: Vec<(String, PathBuf)>,
    /// How long the processes of a storm are killed in each of its rounds.
    pub(super) round: Duration,
    pub(super) rounds: usize,
}
