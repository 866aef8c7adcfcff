//! The command line of amend: parses arguments, prints results, and holds no logic of its own.

mod args;
mod change;
mod copy;
mod diff;
mod engine;
mod exit;
mod get;
mod inspect;
mod locate;
mod log;
mod new;
mod print;
mod run;
mod test;
mod update;

use args::{Cli, Command};
use clap::{CommandFactory, FromArgMatches};
use exit::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: it lowers the limits of the whole process.
    if engine::is_compiler() {
        return ExitCode::from(amend_runtime::compile_for_parent());
    }
    // clap prints what is wrong with the arguments itself, and exits with 2.
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    // What is not a guest's has nothing to log that is not asked for, and an update is done before the log is ready.
    if cli.verbose > 0 || cli.command.is_for_guests() {
        log::start(cli.verbose);
    }
    let done = match (&cli.command, matches.subcommand()) {
        (Command::Run(args), _) => run::run(args),
        (Command::Test(args), _) => test::run(args),
        (Command::New(args), _) => success(new::run(args)),
        (Command::Get(args), _) => success(get::run(args)),
        (Command::Copy(args), _) => success(copy::run(args)),
        (Command::Diff(args), _) => success(diff::run(args)),
        (Command::Inspect(args), _) => success(inspect::run(args)),
        (Command::Update(args), Some((_, matches))) => success(update::run(args, matches)),
        (Command::Update(_), None) => Ok(ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|failure| failure.report())
}

fn success(done: Result<(), Failure>) -> Result<ExitCode, Failure> {
    done.map(|()| ExitCode::SUCCESS)
}
