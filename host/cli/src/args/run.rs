//! The arguments of `amend run` and `amend inspect`.

use super::etcd::EtcdArgs;
use super::limits::LimitArgs;
use super::store::StoreArgs;
use amend_store::Pointer;
use bytesize::ByteSize;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The program: a WebAssembly component that is a wasi:cli command
    pub(crate) component: PathBuf,

    /// Let it read and update the documents of a directory, or of a prefix in etcd. `read` allows reading only, `under`
    /// only the value at a pointer of each. A comma in a directory, a prefix or a pointer is written twice
    #[arg(long, value_name = "NAME=DIR[,read][,under=POINTER]", value_parser = grant)]
    pub(crate) grant: Vec<GrantArg>,

    /// Let it apply this updater to the documents that it may update
    #[arg(long, value_name = "NAME=COMPONENT", value_parser = updater)]
    pub(crate) updater: Vec<(String, PathBuf)>,

    /// Set a variable of its environment. Without a value, it is that of this command's environment
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = variable)]
    pub(crate) env: Vec<(String, String)>,

    /// The time limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,

    /// The number of calls of the store that it may make
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    pub(crate) max_calls: usize,

    /// How many documents it may make that did not exist
    #[arg(long, value_name = "COUNT", default_value_t = 1_000)]
    pub(crate) max_documents: usize,

    /// How much its updates may write together
    #[arg(long, value_name = "SIZE", default_value = "1GiB")]
    pub(crate) max_written: ByteSize,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,

    #[command(flatten)]
    pub(crate) store: StoreArgs,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,

    /// The arguments of the program
    #[arg(last = true)]
    pub(crate) args: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The component
    pub(crate) component: PathBuf,

    /// Print the description as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Compile and start it as well, within the limits: without this, it is only described by its types
    #[arg(long)]
    pub(crate) start: bool,

    /// The time limit for starting it
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// The value of `--grant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GrantArg {
    pub(crate) name: String,
    pub(crate) directory: PathBuf,
    pub(crate) is_read_only: bool,
    pub(crate) under: Pointer,
}

fn grant(text: &str) -> Result<GrantArg, String> {
    let mut parts = split(&with_members(text)?).into_iter();
    let first = parts.next().unwrap_or_default();
    let (name, directory) = named(&first, "NAME=DIR")?;
    let mut grant = GrantArg {
        name,
        directory,
        is_read_only: false,
        under: Pointer::root(),
    };
    for part in parts {
        match part.split_once('=') {
            None if part == "read" => grant.is_read_only = true,
            Some(("under", pointer)) => grant.under = super::pointer(pointer)?,
            _ => {
                let reason = format!(
                    "`{part}` is neither `read` nor `under=POINTER`; a comma that belongs to a name is written twice"
                );
                return Err(super::harmless(&reason));
            }
        }
    }
    Ok(grant)
}

/// The same, with the commas between the members of a cluster written twice: an address has single commas.
fn with_members(text: &str) -> Result<String, String> {
    const SCHEME: &str = "=etcd://";
    let (before, rest) = match text.split_once(SCHEME) {
        // Only the grant's own address: after another `=` there is a pointer.
        Some((name, rest)) if !name.contains('=') => (name, rest),
        _ => return Ok(text.to_owned()),
    };
    let (members, prefix) = rest
        .split_once('/')
        .ok_or("write the prefix as well: etcd://HOST:PORT/PREFIX, or etcd://HOST:PORT/ for all")?;
    let members = members.replace(',', ",,");
    Ok(format!("{before}{SCHEME}{members}/{prefix}"))
}

/// Splits at commas. Two commas in a row are a literal one.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_meant = c != ',' || chars.next_if_eq(&',').is_some();
        match parts.last_mut() {
            Some(part) if is_meant => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts
}

fn updater(text: &str) -> Result<(String, PathBuf), String> {
    named(text, "NAME=COMPONENT")
}

fn named(text: &str, form: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), path.into()))
        }
        _ => Err(format!("write it as {form}")),
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) => Err("write it as NAME=VALUE".to_owned()),
        None => match std::env::var(text) {
            Ok(value) => Ok((text.to_owned(), value)),
            Err(error) => {
                let reason = format!("`{text}` in this process's environment: {error}");
                Err(super::harmless(&reason))
            }
        },
    }
}
