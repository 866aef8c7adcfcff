//! The command line of amend: parses arguments, prints results, and holds no logic of its own.

mod args;
mod change;
mod diff;
mod exit;
mod get;
mod log;
mod print;
mod update;

use args::{Cli, Command};
use clap::{CommandFactory, FromArgMatches};
use std::process::ExitCode;

fn main() -> ExitCode {
    // clap prints what is wrong with the arguments itself, and exits with 2.
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    log::start(cli.verbose);
    let done = match (&cli.command, matches.subcommand()) {
        (Command::Get(args), _) => get::run(args),
        (Command::Diff(args), _) => diff::run(args),
        (Command::Update(args), Some((_, matches))) => update::run(args, matches),
        (Command::Update(_), None) => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
