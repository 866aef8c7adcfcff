//! What the user can say.

mod copy;
mod etcd;
mod later;
mod limits;
mod new;
mod run;
mod store;
mod test;
mod update;

pub(crate) use copy::CopyArgs;
pub(crate) use etcd::EtcdArgs;
use later::Later;
pub(crate) use limits::LimitArgs;
pub(crate) use new::NewArgs;
pub(crate) use run::{InspectArgs, RunArgs};
pub(crate) use test::TestArgs;
pub(crate) use update::UpdateArgs;

use amend_store::Pointer;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold());

const EXIT_CODES: &str = "\
Exit codes:
  0  done, whether or not anything changed
  1  input or output failed, or something unexpected
  2  the arguments are wrong
  3  the document is not JSON
  4  conflict: a test failed, a pointer leads nowhere, or the version is another
  5  the updater refused
  6  the guest failed: it trapped, or ran out of time or memory
  7  the lock was not free in time, or others were always faster
  8  denied: the path is not one of a document, or the file may not be written to or replaced
  9  the patch is not one
  10 etcd did not answer, and whether the document was changed is not known: read it before you do that again

Whenever it is neither 0 nor 10, the document is as it was, unless the message says that it was
committed and that its durability is unknown.";

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

The program names a document NAME/relative/path. Its exit code is passed on; where it is not the program that
failed, the exit codes are those of `amend update`.";

const COPY_EXAMPLES: &str = "\
Examples:
  amend copy /var/lib/app etcd://one:2379,two:2379/app
  amend copy etcd://one:2379,two:2379/app/ backup
  amend copy state.json etcd://one:2379/app/

Each document is copied as a whole or not at all. One that is there and has other values is left as it is, and so is
one that is not JSON; the rest are copied, and the exit code is that of the first that was left, as for
`amend update`.";

const TEST_HELP: &str = r#"Example:
  amend test counter.wasm cases.json

A table of cases is a JSON array; `args` may be left out for {}, `document` where there is none:
  [
    {
      "name": "adds what it is told",
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
/// Many processes can change one document at once and no change is lost; a crash or a power failure leaves
/// the old document or the new one, whole; and every byte that a change does not touch stays as it was.
///
/// What should change is said as a patch, or decided by a guest: a WebAssembly component, sandboxed, in any
/// language.
#[derive(Debug, Parser)]
#[command(name = "amend", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "See `amend help update` for patches, guests and exit codes.")]
#[command(after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Cli {
    /// Show the log on standard error: what guests print, and with -vv what amend does
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a document, or what stands at a pointer in it, byte for byte
    Get(Later<GetArgs>),
    /// Change a document: lock it, read it, patch it, replace it atomically and durably
    #[command(after_help = EXIT_CODES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
    Update(Box<Later<UpdateArgs>>),
    /// Run a program: a WebAssembly command that changes documents when it likes, as far as it is granted
    #[command(after_help = RUN_EXAMPLES)]
    Run(Later<RunArgs>),
    /// Make a project for a guest of your own, in a language of your choice
    New(Later<NewArgs>),
    /// Try an updater on a table of cases, without touching a file
    #[command(after_help = TEST_HELP)]
    Test(Later<TestArgs>),
    /// Say what a component is: what it exports and imports, and whether it is a plugin or a program
    Inspect(Later<InspectArgs>),
    /// Copy documents between directories and etcd. It can be stopped at any time and begun again: what has the same
    /// values already is not written
    #[command(after_help = COPY_EXAMPLES)]
    Copy(Box<Later<CopyArgs>>),
    /// Print the operations (RFC 6902) that turn one document into another: `[]` when they are equal by value
    Diff(Later<DiffArgs>),
}

impl Command {
    /// Whether it may load a guest.
    pub(crate) fn is_for_guests(&self) -> bool {
        match self {
            Command::Update(args) => args.with.is_some(),
            Command::Run(_) | Command::Test(_) | Command::Inspect(_) => true,
            Command::Get(_) | Command::New(_) | Command::Copy(_) | Command::Diff(_) => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// The document: a file, or an address in etcd
    pub(crate) file: PathBuf,

    /// A JSON Pointer (RFC 6901): /users/0/name. Left out: the whole document
    #[arg(default_value = "", hide_default_value = true, value_parser = pointer)]
    pub(crate) pointer: Pointer,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The document that the operations start from
    pub(crate) from: PathBuf,

    /// The document that they lead to
    pub(crate) to: PathBuf,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,
}

fn pointer(text: &str) -> Result<Pointer, String> {
    Pointer::parse(text).map_err(|error| error.to_string())
}
