//! `amend update`

use crate::args::UpdateArgs;
use crate::change;
use crate::engine::engine;
use crate::exit::{Code, Failure};
use crate::locate;
use crate::print::{harmless_json, print, unified_diff};
use amend_runtime::Limits;
use amend_store::{Grant, Json, Preview, Receipt, Updater, document};
use clap::ArgMatches;

pub(crate) fn run(args: &UpdateArgs, matches: &ArgMatches) -> Result<(), Failure> {
    match &args.with {
        None => update(args, change::patch(args, matches)?),
        Some(component) => {
            let arguments = Json::parse(args.args.as_str()).map_err(|error| {
                Failure::new(Code::Usage, format!("--args is not JSON: {error}"))
            })?;
            let limits = args.limits.set(Limits::default()).with_time(args.timeout);
            let plugin = engine(&args.limits)?.load(component, limits)?;
            update(args, plugin.with_args(arguments))
        }
    }
}

fn update(args: &UpdateArgs, updater: impl Updater) -> Result<(), Failure> {
    let (store, path) = locate::document(&args.file, args.store.options(), &args.etcd)?;
    let grant = Grant::new(store).under(args.under.clone());
    let expected = args.if_version.map(|expected| expected.0);
    if args.dry_run {
        let preview = grant.preview(&path, expected, updater)?;
        return show(args, &preview);
    }
    let receipt = match expected {
        None => grant.update(&path, updater)?,
        Some(version) => grant.update_if(&path, version, updater)?,
    };
    if args.json {
        let Receipt {
            version, changed, ..
        } = receipt;
        print(&format!(r#"{{"version":"{version}","changed":{changed}}}"#))?;
    }
    Ok(())
}

/// Prints what an update would do.
fn show(args: &UpdateArgs, preview: &Preview) -> Result<(), Failure> {
    let before = preview.before.as_deref().unwrap_or_default();
    let after = preview.after.as_deref().unwrap_or_default();
    if args.json {
        // Spliced as text: numbers that no type here can hold come out as they are.
        let Receipt {
            version, changed, ..
        } = preview.receipt;
        let operations = document::diff(
            or_empty(before),
            or_empty(after),
            &document::Limits::default(),
        )
        .map_err(|error| Failure::new(Code::Unexpected, error.to_string()))?;
        let receipt =
            format!(r#"{{"version":"{version}","changed":{changed},"operations":{operations}}}"#);
        return print(&harmless_json(&receipt));
    }
    if before == after {
        Ok(())
    } else {
        let name = &*args.file.to_string_lossy();
        print(&unified_diff([name, name], before, after))
    }
}

/// What operations are applied to where there is no document.
fn or_empty(text: &str) -> &[u8] {
    if text.is_empty() {
        b"{}"
    } else {
        text.as_bytes()
    }
}
