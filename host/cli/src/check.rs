//! `amend check`

use crate::args::CheckArgs;
use crate::exit::{Code, Failure};
use crate::locate::is_address;
use crate::print::{harmless_json, print, sanitize};
use amend_store::{Error, FileSystemReport, Options, Store};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

/// The report, and the lock file if the path is that of a document.
struct Found {
    report: FileSystemReport,
    lock_file: Option<PathBuf>,
}

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let path = args.path.display();
    if is_address(&args.path) {
        let message = format!("{path}: documents in etcd have no file system; name a directory");
        return Err(Failure::new(Code::Usage, message));
    }
    let found = match found(args) {
        Ok(found) => found,
        Err(error) => {
            if args.json {
                let unusable = json!({"usable": false, "error": error.to_string()});
                print(&harmless_json(&format!("{unusable:#}")))?;
            }
            return Err(error.into());
        }
    };
    if args.json {
        print(&harmless_json(&format!("{:#}", as_json(&found))))?;
    } else {
        print(&as_text(args, &found))?;
    }
    if found.report.is_usable() {
        return Ok(());
    }
    let message = format!("{path}: documents cannot be changed on this file system");
    Err(Failure::new(Code::Denied, message))
}

fn found(args: &CheckArgs) -> Result<Found, Error> {
    let options = Options::default().with_lock_directory(args.lock_directory());
    if args.path.is_dir() {
        let report = Store::open_with(&args.path, options)?.check()?;
        let lock_file = None;
        return Ok(Found { report, lock_file });
    }
    let (store, document) = Store::locate(&args.path, options)?;
    Ok(Found {
        lock_file: store.lock_file(document)?,
        report: store.check()?,
    })
}

fn as_text(args: &CheckArgs, found: &Found) -> String {
    let Found { report, lock_file } = found;
    let shown = |path: &PathBuf| sanitize(&path.display().to_string());
    let file_system = report.file_system.as_deref().unwrap_or("unknown");
    let mut text = format!("{}\n", shown(&args.path));
    let _ = writeln!(text, "  file system: {}", sanitize(file_system));
    let _ = match (lock_file, &report.lock_directory) {
        (Some(file), _) => writeln!(text, "  lock file: {}", shown(file)),
        (None, Some(directory)) => writeln!(text, "  lock files: in {}", shown(directory)),
        (None, None) => writeln!(text, "  lock files: beside the documents"),
    };
    if report.limits.is_empty() {
        text.push_str("  every promise holds here\n");
    }
    for limit in &report.limits {
        let _ = writeln!(text, "  limit: {}", sanitize(&limit.to_string()));
    }
    text
}

fn as_json(found: &Found) -> Value {
    let Found { report, lock_file } = found;
    let shown = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let limits = report.limits.iter().map(|limit| {
        json!({
            "limit": limit.kind.name(),
            "found": limit.found,
            "text": limit.to_string(),
        })
    });
    json!({
        "fileSystem": report.file_system,
        "lockDirectory": shown(&report.lock_directory),
        "lockFile": shown(lock_file),
        "usable": report.is_usable(),
        "limits": limits.collect::<Vec<_>>(),
    })
}
