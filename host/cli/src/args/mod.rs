//! The arguments of the command line.

mod check;
mod copy;
mod document;
mod etcd;
mod later;
mod limits;
mod new;
mod run;
mod store;
mod test;
mod update;

pub(crate) use check::CheckArgs;
pub(crate) use copy::CopyArgs;
pub(crate) use document::DocumentArgs;
pub(crate) use etcd::EtcdArgs;
use later::Later;
pub(crate) use limits::LimitArgs;
pub(crate) use new::NewArgs;
pub(crate) use run::{InspectArgs, RunArgs};
pub(crate) use test::TestArgs;
pub(crate) use update::UpdateArgs;

use crate::exit;
use amend_runtime::escaped;
use amend_store::Pointer;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};
use std::fmt::Display;
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold());

const EXAMPLES: &str = "\
Examples:
  amend get state.json /users/0/name
  amend update state.json --set /users/0/name='\"Ada\"' --remove /draft
  amend update state.json --merge '{\"port\": 8080, \"old\": null}'
  amend update state.json --operations @patch.json --dry-run
  amend update state.json --with counter.wasm --args '{\"by\": 2}'
  amend update etcd://one:2379,two:2379/app/state.json --set /port=8080
  amend new rust apples
  amend test counter.wasm cases.json";

const RUN_EXAMPLES: &str = "\
Examples:
  amend run tidy.wasm --grant state=/var/lib/app
  amend run report.wasm --grant conf=/etc/app,read,under=/plugins/report -- --since yesterday
  amend run bump.wasm --grant state=. --updater counter=counter.wasm
  amend run tidy.wasm --grant state=etcd://one:2379,two:2379/app

The program names a document NAME/relative/path. Its exit code is passed on. If the command fails and not the
program, the exit codes are those of `amend update`.";

const COPY_EXAMPLES: &str = "\
Examples:
  amend copy /var/lib/app etcd://one:2379,two:2379/app
  amend copy etcd://one:2379,two:2379/app/ backup
  amend copy state.json etcd://one:2379/app/

Each document is copied as a whole or not at all. A copy that exists and has other values is left as it is, and a
document that is not JSON is not copied. The rest are copied. The exit code is that of the first document that was left,
as for `amend update`.";

const TEST_HELP: &str = r#"Example:
  amend test counter.wasm cases.json

A table of cases is a JSON array. `args` is optional, {} by default; without `document` there is none:
  [
    {
      "name": "adds the number in its arguments",
      "document": "{\"count\": 4}",
      "args": {"by": 2},
      "expected": "{\"count\": 6}"
    },
    {
      "name": "refuses a count that is not a number",
      "document": "{\"count\": \"four\"}",
      "refusal": "a part of the reason"
    }
  ]

The exit code is 1 when a case fails; otherwise the exit codes are those of `amend update`."#;

/// Changes JSON documents safely.
///
/// Many processes can change one document at once, and no change is lost. A crash or a power failure leaves
/// the old document or the new one, whole. Every byte that a change does not touch stays as it was.
///
/// A change is a patch, or the decision of a guest: a sandboxed WebAssembly component, written in any
/// language.
#[derive(Debug, Parser)]
#[command(name = "amend", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "See `amend help update` for patches, guests and exit codes.")]
#[command(after_long_help = with_exit_codes(EXAMPLES))]
pub(crate) struct Cli {
    /// Show the log on standard error: the output of guests, and with -vv the steps of amend
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a document, or the value at a pointer in it, byte for byte
    Get(Later<GetArgs>),
    /// Change a document: lock it, read it, patch it, replace it atomically and durably
    #[command(after_help = exit::help(), after_long_help = with_exit_codes(EXAMPLES))]
    Update(Box<Later<UpdateArgs>>),
    /// Run a program: a WebAssembly command that reads and changes the documents it is granted
    #[command(after_help = RUN_EXAMPLES)]
    Run(Box<Later<RunArgs>>),
    /// Make a project for a guest of your own, in a language of your choice
    New(Later<NewArgs>),
    /// Try an updater on a table of cases, without touching a file
    #[command(after_help = TEST_HELP)]
    Test(Later<TestArgs>),
    /// Describe a component: its exports and imports, and whether it is a plugin or a program
    Inspect(Later<InspectArgs>),
    /// Copy documents between directories and etcd. It can be stopped at any time and started again: a copy with the same
    /// values is not written
    #[command(after_help = COPY_EXAMPLES)]
    Copy(Box<Later<CopyArgs>>),
    /// Test the file system of a directory, before a document is changed there
    #[command(after_help = check::HELP)]
    Check(Later<CheckArgs>),
    /// Print the operations (RFC 6902) that turn one document into another: `[]` if they are equal by value
    Diff(Later<DiffArgs>),
}

impl Command {
    /// Whether it may load a guest.
    pub(crate) fn is_for_guests(&self) -> bool {
        match self {
            Command::Update(args) => args.with.is_some(),
            Command::Run(_) | Command::Test(_) | Command::Inspect(_) => true,
            Command::Get(_)
            | Command::New(_)
            | Command::Copy(_)
            | Command::Check(_)
            | Command::Diff(_) => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// The document: a file, or an address in etcd
    pub(crate) file: PathBuf,

    /// A JSON Pointer (RFC 6901): /users/0/name. Without it, the whole document
    #[arg(default_value = "", hide_default_value = true, value_parser = pointer)]
    pub(crate) pointer: Pointer,

    #[command(flatten)]
    pub(crate) document: DocumentArgs,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The document that the operations start from
    pub(crate) from: PathBuf,

    /// The document that they result in
    pub(crate) to: PathBuf,

    #[command(flatten)]
    pub(crate) document: DocumentArgs,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,
}

fn with_exit_codes(examples: &str) -> String {
    format!("{examples}\n\n{}", exit::help())
}

fn pointer(text: &str) -> Result<Pointer, String> {
    Pointer::parse(text).map_err(|error| harmless(&error))
}

/// The reason why an argument is wrong. It repeats the argument, which must not steer the terminal.
fn harmless(reason: &(impl Display + ?Sized)) -> String {
    escaped(&reason.to_string()).to_string()
}
