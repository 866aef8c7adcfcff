//! What the user can say.

use amend_store::{Pointer, Version};
use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

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
  7  the lock was not free in time
  8  denied: the path is not one of a document, or the file may not be written to or replaced
  9  the patch is not one

Whenever it is not 0, the document is as it was, unless the message says that it was committed and
that its durability is unknown.";

const EXAMPLES: &str = "\
Examples:
  amend get state.json /users/0/name
  amend update state.json --set /users/0/name='\"Ada\"' --remove /draft
  amend update state.json --merge '{\"port\": 8080, \"old\": null}'
  amend update state.json --operations @patch.json --dry-run
  amend update state.json --with counter.wasm --args '{\"by\": 2}'";

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
    Get(GetArgs),
    /// Change a document: lock it, read it, patch it, replace it atomically and durably
    #[command(after_help = EXIT_CODES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
    Update(Box<UpdateArgs>),
    /// Print the operations (RFC 6902) that turn one document into another: `[]` when they are equal by value
    Diff(DiffArgs),
}

#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// The document
    pub(crate) file: PathBuf,

    /// A JSON Pointer (RFC 6901): /users/0/name. Left out: the whole document
    #[arg(default_value = "", hide_default_value = true, value_parser = pointer)]
    pub(crate) pointer: Pointer,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The document that the operations start from
    pub(crate) from: PathBuf,

    /// The document that they lead to
    pub(crate) to: PathBuf,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true)
    .args(["with", "set", "remove", "operations", "merge", "replace"]))]
pub(crate) struct UpdateArgs {
    /// The document. It need not exist, nor its directory
    pub(crate) file: PathBuf,

    /// Ask this guest what should change: a WebAssembly component that exports amend:document/updater
    #[arg(long, value_name = "COMPONENT", help_heading = "By a guest")]
    #[arg(conflicts_with_all = ["set", "remove", "operations", "merge", "replace"])]
    pub(crate) with: Option<PathBuf>,

    /// What the guest is told, as JSON
    #[arg(
        long,
        value_name = "JSON",
        default_value = "{}",
        help_heading = "By a guest"
    )]
    pub(crate) args: String,

    /// How long the guest may take while it holds the lock
    #[arg(
        long,
        value_name = "TIME",
        default_value = "5s",
        help_heading = "By a guest"
    )]
    #[arg(value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,

    /// Set what stands at a pointer; objects that are missing on the way are made. The pointer ends at the
    /// first `=`
    #[arg(
        long,
        value_name = "POINTER=JSON",
        help_heading = "By a patch, in the order given, all or nothing"
    )]
    pub(crate) set: Vec<String>,

    /// Remove what stands at a pointer
    #[arg(
        long,
        value_name = "POINTER",
        help_heading = "By a patch, in the order given, all or nothing"
    )]
    pub(crate) remove: Vec<String>,

    /// Apply a JSON Patch (RFC 6902). P is JSON text, @FILE, or - for standard input
    #[arg(
        long,
        value_name = "P",
        help_heading = "By a patch, in the order given, all or nothing"
    )]
    pub(crate) operations: Option<String>,

    /// Apply a JSON Merge Patch (RFC 7396). P as for --operations
    #[arg(
        long,
        value_name = "P",
        help_heading = "By a patch, in the order given, all or nothing"
    )]
    pub(crate) merge: Option<String>,

    /// Make this the whole document; only what differs is written. P as for --operations
    #[arg(
        long,
        value_name = "P",
        help_heading = "By a patch, in the order given, all or nothing"
    )]
    pub(crate) replace: Option<String>,

    /// Change it only if it still has this version, as a receipt gives it; `none`: only if it does not exist
    #[arg(long, value_name = "VERSION", value_parser = expected)]
    pub(crate) if_version: Option<Expected>,

    /// Print the change as a diff, and write nothing; with --json, print it as operations
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// How long to wait for the document's lock
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = humantime::parse_duration)]
    pub(crate) lock_timeout: Duration,

    /// Keep lock files in this directory, and not beside the documents. All who change a document must agree
    /// on it
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) lock_dir: Option<PathBuf>,

    /// What to do about a file that has several names: refuse, or separate this one from the others, which
    /// keep the old text
    #[arg(long, value_name = "WHAT", default_value = "refuse", value_enum)]
    pub(crate) hard_links: HardLinks,

    /// What the change survives: full, a power failure; none, a crash of this process
    #[arg(long, value_name = "HOW", default_value = "full", value_enum)]
    pub(crate) durability: Durability,

    /// Print the receipt: {"version": "...", "changed": true}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum Durability {
    Full,
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum HardLinks {
    Refuse,
    Separate,
}

/// The version that the user expects; `None` for no document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected(pub(crate) Option<Version>);

fn pointer(text: &str) -> Result<Pointer, String> {
    Pointer::parse(text).map_err(|error| error.to_string())
}

fn expected(text: &str) -> Result<Expected, String> {
    match text {
        "none" => Ok(Expected(None)),
        text => text
            .parse()
            .map(|version| Expected(Some(version)))
            .map_err(|error: amend_store::ParseVersionError| error.to_string()),
    }
}
