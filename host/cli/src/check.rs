//! `amend check`

use crate::args::CheckArgs;
use crate::exit::{Code, Failure};
use crate::print::{harmless_json, print, sanitize};
use amend_store::{FileSystemReport, Store};
use serde_json::json;
use std::fmt::Write;

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let report = Store::open(&args.directory)?.check()?;
    if args.json {
        print(&harmless_json(&format!("{:#}", as_json(&report))))?;
    } else {
        print(&as_text(args, &report))?;
    }
    if report.is_usable() {
        return Ok(());
    }
    let directory = args.directory.display();
    let message = format!("{directory}: documents cannot be changed on this file system");
    Err(Failure::new(Code::Denied, message))
}

fn as_text(args: &CheckArgs, report: &FileSystemReport) -> String {
    let file_system = report.file_system.as_deref().unwrap_or("a file system");
    let directory = sanitize(&args.directory.display().to_string());
    let mut text = format!("{directory}: {}\n", sanitize(file_system));
    if report.limits.is_empty() {
        text.push_str("  every promise holds here\n");
    }
    for limit in &report.limits {
        let _ = writeln!(text, "  {}", sanitize(&limit.to_string()));
    }
    text
}

fn as_json(report: &FileSystemReport) -> serde_json::Value {
    let limits = report.limits.iter().map(|limit| {
        json!({
            "limit": limit.kind.name(),
            "found": limit.found,
            "text": limit.to_string(),
        })
    });
    json!({
        "fileSystem": report.file_system,
        "usable": report.is_usable(),
        "limits": limits.collect::<Vec<_>>(),
    })
}
