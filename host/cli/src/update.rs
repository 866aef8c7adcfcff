//! `amend update`

use crate::args::UpdateArgs;
use crate::change;
use crate::engine::engine;
use crate::exit::{Code, Failure, hint};
use crate::locate;
use crate::print::{complain, harmless_json, print, print_document, sanitize, try_print};
use crate::unified_diff::unified_diff;
use amend_runtime::Limits;
use amend_store::{Grant, Json, Operations, Preview, Receipt, Updater, document};
use clap::ArgMatches;
use clap::parser::ValueSource;

pub(crate) fn run(args: &UpdateArgs, matches: &ArgMatches) -> Result<(), Failure> {
    match &args.with {
        None => {
            refuse_options_of_a_guest(matches)?;
            update(args, change::patch(args, matches)?)
        }
        Some(component) => {
            let arguments = Json::parse(args.args.as_str()).map_err(|error| {
                Failure::new(Code::Usage, format!("--args is not JSON: {error}"))
            })?;
            let limits = args.limits.set(Limits::default()).with_time(args.timeout);
            let limits = limits.with_depth(args.store.document.limits().depth);
            let plugin = engine(&args.limits)?.load(component, limits)?;
            update(args, plugin.with_args(arguments))
        }
    }
}

/// An option that has no effect is a mistake: `--timeout` is taken for `--lock-timeout`.
fn refuse_options_of_a_guest(matches: &ArgMatches) -> Result<(), Failure> {
    let options = [
        "timeout",
        "args",
        "memory",
        "max_answer",
        "max_output",
        "max_lines",
        "fuel",
        "compile_memory",
        "compile_timeout",
    ];
    let is_given = |option: &&str| matches.value_source(option) == Some(ValueSource::CommandLine);
    let Some(option) = options.into_iter().find(is_given) else {
        return Ok(());
    };
    let option = option.replace('_', "-");
    let instead = match option.as_str() {
        "timeout" => "; the wait for the document's lock is --lock-timeout",
        _ => "",
    };
    let message = format!("--{option} is for a guest, and there is none (--with){instead}");
    Err(Failure::new(Code::Usage, message))
}

fn update(args: &UpdateArgs, updater: impl Updater) -> Result<(), Failure> {
    let options = args.store.options().with_allowance(args.limits.allowance());
    let (store, path) = locate::document(&args.file, options, &args.etcd)?;
    let grant = Grant::new(store).under(args.under.clone());
    let expected = args.if_version.map(|expected| expected.0);
    if args.dry_run {
        let preview = grant.preview(&path, expected, updater)?;
        warn(args, preview.receipt);
        return show(args, &preview);
    }
    let receipt = match expected {
        None => grant.update(&path, updater)?,
        Some(version) => grant.update_if(&path, version, updater)?,
    };
    warn(args, receipt);
    if args.json {
        let printed = try_print(&as_json(receipt));
        printed.map_err(|error| Failure::receipt_lost(&args.file, receipt.version, &error))?;
    }
    Ok(())
}

/// Warns of an update that started from a file of 0 bytes.
fn warn(args: &UpdateArgs, receipt: Receipt) {
    if receipt.from_empty_file {
        complain(&format!(
            "warning: {}: the update started from an empty file (0 bytes), which a program that died may have \
             truncated; check whether anything was lost",
            args.file.display()
        ));
    }
}

/// The receipt for scripts. Members that are rarely there are left out.
fn as_json(receipt: Receipt) -> String {
    let Receipt {
        version, changed, ..
    } = receipt;
    let from_empty_file = match receipt.from_empty_file {
        true => r#","from_empty_file":true"#,
        false => "",
    };
    format!(r#"{{"version":"{version}","changed":{changed}{from_empty_file}}}"#)
}

/// Prints the result of a dry run.
fn show(args: &UpdateArgs, preview: &Preview) -> Result<(), Failure> {
    let before = preview.before.as_deref().unwrap_or_default();
    let after = preview.after.as_deref().unwrap_or_default();
    if args.json {
        // The operations are inserted as text, which keeps numbers that no type here can hold.
        let Receipt {
            version, changed, ..
        } = preview.receipt;
        let operations = operations(args, or_empty(before), or_empty(after))?;
        let receipt =
            format!(r#"{{"version":"{version}","changed":{changed},"operations":{operations}}}"#);
        return print(&harmless_json(&receipt));
    }
    if before == after {
        Ok(())
    } else {
        let name = &*sanitize(&args.file.to_string_lossy());
        print_document(&unified_diff([name, name], before, after))
    }
}

/// The operations between two texts. The second may be that of a guest, so to find them has the limits of its call.
fn operations(args: &UpdateArgs, before: &[u8], after: &[u8]) -> Result<Operations, Failure> {
    let (limits, is_guest) = (args.store.document.limits(), args.with.is_some());
    let allowance = if is_guest {
        let guest = args.limits.set(Limits::default()).allowance();
        guest.with_time(Some(args.timeout))
    } else {
        args.limits.allowance()
    };
    document::diff_within(before, after, &limits, &allowance.meter()).map_err(|error| {
        let file = args.file.display();
        let option = hint::of_reading(&error);
        let message = hint::with_option(&error, option);
        let message = format!(
            "{file}: finding the operations of the dry run: {message}; without --json, the texts are compared by lines"
        );
        if option.is_none() {
            return Failure::new(Code::Unexpected, message);
        }
        let code = if is_guest {
            Code::GuestFailed
        } else {
            Code::Unexpected
        };
        Failure::new(code, message)
    })
}

/// The text that operations apply to; `{}` where there is no document.
fn or_empty(text: &str) -> &[u8] {
    if text.is_empty() {
        b"{}"
    } else {
        text.as_bytes()
    }
}
