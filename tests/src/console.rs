//! What a README shows in a terminal, and what happens when that is typed.

use crate::command::amend;
use amend_guest_build::steers_cargo;
use std::path::Path;
use std::process::{Command, Stdio};

/// A command of a README, in a block marked `console`, in a line that begins with `$ `.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The command.
    pub command: String,
    /// What is shown below it.
    pub shown: String,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What it printed, standard error included.
    pub printed: String,
    /// Its exit code.
    pub code: i32,
}

/// The commands that a README shows, in order.
pub fn steps(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if line != "```console" {
            continue;
        }
        for line in lines.by_ref().take_while(|line| *line != "```") {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step {
                    command: command.to_owned(),
                    shown: String::new(),
                }),
                (None, Some(step)) => step.shown += &format!("{line}\n"),
                (None, None) => panic!("{line}: no command has printed that"),
            }
        }
    }
    steps
}

/// Types the commands into one shell, in a folder, with `amend` in the `PATH`, and with these variables besides.
///
/// Whoever reads a README has not been called by cargo: what that says to the processes it starts is left out.
pub fn type_in(folder: &Path, steps: &[Step], variables: &[(&str, &str)]) -> Vec<Happened> {
    // A record separator, which no command prints, in front of each exit code.
    let mut script = "exec 2>&1\n".to_owned();
    for step in steps {
        script += &format!("{}\nprintf '\\036%s\\n' \"$?\"\n", step.command);
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(folder);
    shell.stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if steers_cargo(&name) || ["CARGO", "RUSTUP_TOOLCHAIN"].contains(&&*name) {
            shell.env_remove(&*name);
        }
    }
    let amend = amend();
    let ours = amend.parent().expect("a command is in a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(ours).chain(std::env::split_paths(&path)));
    shell.env("PATH", path.expect("it was split before"));
    shell.envs(variables.iter().copied());
    let output = shell.output().expect("there is a shell");

    let printed = String::from_utf8_lossy(&output.stdout);
    let mut records = printed.split('\u{1e}');
    let mut before = records.next().unwrap_or_default();
    let mut happened = Vec::new();
    for record in records {
        let (code, after) = record.split_once('\n').unwrap_or((record, ""));
        happened.push(Happened {
            printed: before.to_owned(),
            code: code.parse().expect("an exit code"),
        });
        before = after;
    }
    assert_eq!(
        happened.len(),
        steps.len(),
        "the shell ended early: {printed}"
    );
    happened
}
