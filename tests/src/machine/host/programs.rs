//! The programs that run in the machine: built by cargo, as `cargo test` builds them.

use crate::machine::host::running::output;
use crate::machine::host::tools;
use anyhow::Context;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The tests of several parts together that need nothing but the command and the writers. Others compile guests, start
/// etcd, or kill and stop processes, as the storm of the checks does: emulated, those take minutes.
const TESTS: [&str; 2] = ["concurrency", "exit_codes"];

const BINARIES: [&str; 5] = [
    "amend",
    "machine",
    "storm_writer",
    "foreign_writer",
    "writer",
];

/// The built programs.
#[derive(Debug)]
pub(super) struct Programs {
    /// The target directory.
    pub(super) target: PathBuf,
    /// The directory in it that has the binaries.
    pub(super) profile: PathBuf,
    /// The test binaries.
    pub(super) suite: Vec<(String, PathBuf)>,
    /// Programs of this machine to take along.
    pub(super) helpers: Vec<PathBuf>,
}

impl Programs {
    /// Builds the programs.
    pub(super) fn build(has_suite: bool, helpers: &[String]) -> anyhow::Result<Programs> {
        let found = helpers
            .iter()
            .map(|name| tools::path(name).with_context(|| format!("{name} is not there")));
        let helpers = found.collect::<anyhow::Result<Vec<_>>>()?;
        let mut build = cargo("build");
        build.args(BINARIES.iter().flat_map(|name| ["--bin", name]));
        run(&mut build)?;
        let this = std::env::current_exe()?;
        let profile = this.parent().context("a program is in a directory")?;
        let target = profile.parent().context("a profile is in a directory")?;
        let mut suite = Vec::new();
        if has_suite {
            suite.extend(tests(cargo("test").args([
                "--package",
                "amend-store",
                "--lib",
                "--tests",
            ]))?);
            // Without `--package`: the same set of features as for `cargo test`, so nothing is compiled twice.
            let named = TESTS.iter().flat_map(|name| ["--test", name]);
            suite.extend(tests(cargo("test").args(named))?);
        }
        Ok(Programs {
            target: target.to_owned(),
            profile: profile.to_owned(),
            suite,
            helpers,
        })
    }

    /// All that are built.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let binaries = BINARIES.iter().map(|name| self.profile.join(name));
        let suite = self.suite.iter().map(|(_, file)| file.clone());
        binaries.chain(suite).collect()
    }

    /// The shared libraries of all of them.
    pub(super) fn libraries(&self) -> anyhow::Result<BTreeSet<String>> {
        let mut all = BTreeSet::new();
        for file in self.files().iter().chain(&self.helpers) {
            let said = output(Command::new("ldd").arg(file))?;
            let said = String::from_utf8(said)?;
            // "libc.so.6 => /lib/.../libc.so.6 (0x...)", or the loader's path alone.
            let words = said.split_whitespace().filter(|word| word.starts_with('/'));
            all.extend(words.map(str::to_owned));
        }
        Ok(all)
    }
}

fn cargo(command: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.arg(command);
    // `cargo run` describes its package to this process. A build script that looks at that would run again.
    let described = std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    });
    for (name, _) in described {
        build.env_remove(name);
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    build.arg("--manifest-path").arg(manifest);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    build
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status()?;
    anyhow::ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

/// Builds test binaries. Returns the name of each and its path.
fn tests(command: &mut Command) -> anyhow::Result<Vec<(String, PathBuf)>> {
    command.args(["--no-run", "--message-format", "json-render-diagnostics"]);
    let built = command.stderr(Stdio::inherit()).output()?;
    anyhow::ensure!(built.status.success(), "{command:?}: {}", built.status);
    let messages = String::from_utf8(built.stdout)?;
    let mut all = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line)?;
        if message["profile"]["test"] == true
            && let Some(file) = message["executable"].as_str()
            && let Some(name) = message["target"]["name"].as_str()
        {
            all.push((name.to_owned(), PathBuf::from(file)));
        }
    }
    Ok(all)
}
