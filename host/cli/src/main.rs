//! The command line of amend: parses arguments and prints results.

mod args;
mod change;
mod check;
mod copy;
mod diff;
mod engine;
mod exit;
mod get;
mod input;
mod inspect;
mod locate;
mod log;
mod new;
mod print;
mod run;
mod signal;
mod test;
mod unified_diff;
mod update;
mod usage;

use args::{Cli, Command};
use clap::{CommandFactory, FromArgMatches};
use exit::{Code, Failure};
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: it lowers the limits of the whole process.
    if engine::is_compiler() {
        return ExitCode::from(amend_runtime::compile_for_parent());
    }
    signal::ignore_file_size_limit();
    let parsed = Cli::command()
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches).map(|cli| (cli, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return help_or_usage(error),
    };
    // A command without a guest logs nothing unless asked to, and takes less time than starting the log.
    if cli.verbose > 0 || cli.command.is_for_guests() {
        log::start(cli.verbose);
    }
    let done = match (&cli.command, matches.subcommand()) {
        (Command::Run(args), _) => run::run(args),
        (Command::Test(args), _) => test::run(args),
        (Command::New(args), _) => success(new::run(args)),
        (Command::Get(args), _) => success(get::run(args)),
        (Command::Copy(args), _) => success(copy::run(args)),
        (Command::Check(args), _) => success(check::run(args)),
        (Command::Diff(args), _) => success(diff::run(args)),
        (Command::Inspect(args), _) => success(inspect::run(args)),
        (Command::Update(args), Some((_, matches))) => success(update::run(args, matches)),
        (Command::Update(_), None) => Ok(ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|failure| failure.report())
}

/// Prints the help that was asked for, or what is wrong with the arguments.
fn help_or_usage(error: clap::Error) -> ExitCode {
    let error = usage::harmless(error);
    let printed = error.print().and_then(|()| io::stdout().flush());
    match printed {
        // A message that cannot be printed on standard error cannot be reported anywhere.
        _ if error.use_stderr() => Code::Usage.into(),
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Failure::output(&error).report(),
        _ => ExitCode::SUCCESS,
    }
}

fn success(done: Result<(), Failure>) -> Result<ExitCode, Failure> {
    done.map(|()| ExitCode::SUCCESS)
}
