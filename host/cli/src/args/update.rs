//! The arguments of `amend update`.

use super::etcd::EtcdArgs;
use super::limits::LimitArgs;
use super::pointer;
use super::store::StoreArgs;
use amend_store::{Pointer, Version};
use clap::{ArgGroup, Args};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true)
    .args(["with", "set", "remove", "operations", "merge", "replace"]))]
pub(crate) struct UpdateArgs {
    /// The document: a file, or an address in etcd. It need not exist, nor its directory
    pub(crate) file: PathBuf,

    /// Let this guest decide the change: a WebAssembly component that exports amend:document/updater
    #[arg(long, value_name = "COMPONENT", help_heading = "By a guest")]
    #[arg(conflicts_with_all = ["set", "remove", "operations", "merge", "replace"])]
    pub(crate) with: Option<PathBuf>,

    /// The arguments of the guest, as JSON
    #[arg(
        long,
        value_name = "JSON",
        default_value = "{}",
        help_heading = "By a guest"
    )]
    pub(crate) args: String,

    /// The time limit of the guest, which runs under the lock
    #[arg(
        long,
        value_name = "TIME",
        default_value = "5s",
        help_heading = "By a guest"
    )]
    #[arg(value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,

    /// Set the value at a pointer; missing objects on the way are created. The pointer ends at the first `=`
    #[arg(
        long,
        value_name = "POINTER=JSON",
        help_heading = "By a patch, in the order given, all or nothing"
    )]
    pub(crate) set: Vec<String>,

    /// Remove the value at a pointer
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

    /// Make this the whole document; only the differences are written. P as for --operations
    #[arg(
        long,
        value_name = "P",
        help_heading = "By a patch, in the order given, all or nothing"
    )]
    pub(crate) replace: Option<String>,

    /// Treat the value at this pointer as the whole document: the rest can be neither read nor changed
    #[arg(long, value_name = "POINTER", default_value = "", hide_default_value = true, value_parser = pointer)]
    pub(crate) under: Pointer,

    /// Change it only if it still has this version, that of a receipt. `none`: only if it does not exist
    #[arg(long, value_name = "VERSION", value_parser = expected)]
    pub(crate) if_version: Option<Expected>,

    /// Print the change as a diff, and write nothing; with --json, print it as operations
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Print the receipt: {"version": "...", "changed": true}. `"from_empty_file": true` is added after a warning
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,

    #[command(flatten)]
    pub(crate) store: StoreArgs,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,
}

/// The version that the user expects; `None` if the document must not exist.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected(pub(crate) Option<Version>);

fn expected(text: &str) -> Result<Expected, String> {
    match text {
        "none" => Ok(Expected(None)),
        text => text
            .parse()
            .map(|version| Expected(Some(version)))
            .map_err(|error: amend_store::ParseVersionError| super::harmless(&error)),
    }
}
