//! `amend update`

use crate::args::{Durability, HardLinks, UpdateArgs};
use crate::change;
use crate::exit::{Code, Failure};
use crate::print::{print, unified_diff};
use amend_runtime::{Engine, Limits};
use amend_store::{Json, Options, Preview, Receipt, Store, Updater, document};
use clap::ArgMatches;

pub(crate) fn run(args: &UpdateArgs, matches: &ArgMatches) -> Result<(), Failure> {
    match &args.with {
        None => update(args, change::patch(args, matches)?),
        Some(component) => {
            let arguments = Json::parse(args.args.as_str()).map_err(|error| {
                Failure::new(Code::Usage, format!("--args is not JSON: {error}"))
            })?;
            let limits = Limits::default().with_time(args.timeout);
            let plugin = Engine::new()?.load(component, limits)?;
            update(args, plugin.with_args(arguments))
        }
    }
}

fn update(args: &UpdateArgs, updater: impl Updater) -> Result<(), Failure> {
    let options = Options::default()
        .with_lock_timeout(Some(args.lock_timeout))
        .with_durability(match args.durability {
            Durability::Full => amend_store::Durability::Full,
            Durability::None => amend_store::Durability::None,
        })
        .with_hard_links(match args.hard_links {
            HardLinks::Refuse => amend_store::HardLinks::Refuse,
            HardLinks::Separate => amend_store::HardLinks::Separate,
        })
        .with_lock_directory(args.lock_dir.clone());
    let (store, path) = Store::locate(&args.file, options)?;
    let expected = args.if_version.map(|expected| expected.0);
    if args.dry_run {
        let preview = store.preview(&path, expected, updater)?;
        return show(args, &preview);
    }
    let receipt = match expected {
        None => store.update(&path, updater)?,
        Some(version) => store.update_if(&path, version, updater)?,
    };
    if args.json {
        let Receipt { version, changed } = receipt;
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
        let Receipt { version, changed } = preview.receipt;
        let operations = document::diff(
            or_empty(before),
            or_empty(after),
            &document::Limits::default(),
        )
        .map_err(|error| Failure::new(Code::Unexpected, error.to_string()))?;
        return print(&format!(
            r#"{{"version":"{version}","changed":{changed},"operations":{operations}}}"#
        ));
    }
    if before == after {
        Ok(())
    } else {
        print(&unified_diff(&args.file.to_string_lossy(), before, after))
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
