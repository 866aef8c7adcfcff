//! Running the tools that do the work.

use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{Error, Guest, files, workspace};

/// Whether people are watching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// What the tools report goes to standard error as it comes.
    Shown,
    /// Nothing is shown. When a tool fails, what it reported is in the error.
    Silent,
}

/// What a language compiles with.
#[derive(Debug)]
pub(crate) struct Tools {
    /// A directory for whatever the language wants to keep between builds.
    pub(crate) work: PathBuf,
    /// Where installed tools are kept, for all languages: see `kept.rs`.
    pub(crate) installed: PathBuf,
    /// Whether people are watching.
    pub(crate) progress: Progress,
}

impl Tools {
    /// Where a guest's component is made, with a folder around it. Guests of one name in different folders keep apart.
    pub(crate) fn place_of(&self, guest: &Guest) -> Result<PathBuf, Error> {
        let folder = guest.folder.strip_prefix(workspace::root());
        let place = self.work.join(folder.unwrap_or(&guest.folder));
        // Not `with_extension`: a name may have a dot in it.
        files::create(place.parent().unwrap_or(&self.work))?;
        let mut place = place.into_os_string();
        place.push(".wasm");
        Ok(place.into())
    }

    /// Runs a command whose own progress is worth showing.
    pub(crate) fn run(&self, command: &mut Command) -> Result<(), Error> {
        if self.progress == Progress::Shown {
            command.stderr(Stdio::inherit());
        }
        answer(command).map(drop)
    }
}

/// Runs a command and returns what it wrote to standard output.
pub(crate) fn answer(command: &mut Command) -> Result<String, Error> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|source| Error::CannotRun {
        command: line(command),
        source,
    })?;
    if !output.status.success() {
        return Err(Error::Failed {
            command: line(command),
            status: output.status,
            output: String::from_utf8_lossy(&output.stderr)
                .trim_end()
                .to_owned(),
        });
    }
    String::from_utf8(output.stdout).map_err(|error| Error::Unexpected {
        command: line(command),
        problem: error.to_string(),
    })
}

/// The command as somebody would type it.
pub(crate) fn line(command: &Command) -> String {
    let words = [command.get_program()]
        .into_iter()
        .chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A cargo that does not notice which cargo it was called from.
///
/// `cargo test`, clippy, Miri, coverage tools and people's shells steer cargo through the environment: other
/// flags, another compiler around the compiler, another target. A guest must come out the same whoever asks
/// for it, so only what says where things are and how to reach the registry gets through.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    without_cargo_variables(&mut cargo);
    cargo
}

/// The compiler that [`cargo`] will call.
pub(crate) fn rustc() -> Command {
    let mut rustc = Command::new("rustc");
    without_cargo_variables(&mut rustc);
    rustc
}

fn without_cargo_variables(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(steers_cargo) {
            command.env_remove(name);
        }
    }
}

/// Whether this variable of the environment changes what cargo does, other than where it finds and fetches things.
pub fn steers_cargo(variable: &str) -> bool {
    const KEPT: [&str; 7] = [
        "CARGO_HOME",
        "CARGO_BUILD_JOBS",
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
        "CARGO_TERM_",
    ];
    let is_ours = [
        "CARGO_",
        "__CARGO",
        "RUSTC",
        "RUSTFLAGS",
        "RUSTDOC",
        "MIRI",
        "LLVM_PROFILE",
    ]
    .iter()
    .any(|prefix| variable.starts_with(prefix));
    is_ours && !KEPT.iter().any(|kept| variable.starts_with(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_variables_are_dropped() {
        for name in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WORKSPACE_WRAPPER",
            "CARGO_BUILD_TARGET",
        ] {
            assert!(steers_cargo(name), "{name}");
        }
        for name in [
            "PATH",
            "HOME",
            "CARGO",
            "CARGO_HOME",
            "RUSTUP_TOOLCHAIN",
            "CARGO_REGISTRIES_INNER_INDEX",
        ] {
            assert!(!steers_cargo(name), "{name}");
        }
    }

    #[test]
    fn a_failing_tool_is_quoted() {
        let error = answer(rustc().args(["--print", "no-such-thing"]))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("`rustc --print no-such-thing` failed"),
            "{error}"
        );
        assert!(error.contains("unknown print request"), "{error}");
        let error = answer(&mut Command::new("no-such-tool"))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "cannot run `no-such-tool`: is it installed and in the PATH?"
        );
    }
}
