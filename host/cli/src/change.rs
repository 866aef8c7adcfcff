//! From the arguments to a patch.

use crate::args::UpdateArgs;
use crate::exit::{Code, Failure, hint};
use crate::input;
use amend_store::{Json, Operations, Patch, PatchError, Pointer};
use clap::ArgMatches;
use std::io::ErrorKind;
use std::path::Path;

/// The patch of the arguments, in the order in which they were given.
pub(crate) fn patch(args: &UpdateArgs, matches: &ArgMatches) -> Result<Patch, Failure> {
    let mut changes = changes(args, matches);
    changes.sort_by_key(|(index, _)| *index);
    if changes
        .iter()
        .filter(|(_, change)| change.reads_stdin())
        .count()
        > 1
    {
        return Err(Failure::new(
            Code::Usage,
            "standard input, `-`, can be read for one patch only",
        ));
    }
    let (limits, meter) = (
        args.store.document.limits(),
        args.limits.allowance().meter(),
    );
    let mut patches = Vec::new();
    let mut operations = Operations::new();
    for (_, change) in changes {
        let patch = match change {
            // Adjacent ones form one list of operations.
            Change::Set(text) => {
                let (pointer, value) = set(text)?;
                operations = operations.set(pointer, value);
                continue;
            }
            Change::Remove(text) => {
                operations = operations.remove(pointer("--remove", text)?);
                continue;
            }
            Change::Operations(source) => {
                let text = read(source, limits.size)?;
                Patch::operations_within(&text, &limits, &meter)
                    .map_err(|error| not_a_patch("--operations", &error))?
            }
            Change::Merge(source) => {
                Patch::merge_within(read(source, limits.size)?, &limits, &meter)
                    .map_err(|error| not_a_patch("--merge", &error))?
            }
            Change::Replace(source) => {
                Patch::replace_within(read(source, limits.size)?, &limits, &meter)
                    .map_err(|error| not_a_patch("--replace", &error))?
            }
        };
        end_list(&mut operations, &mut patches);
        patches.push(patch);
    }
    end_list(&mut operations, &mut patches);
    // Messages number the patches of a list, and a user who gave one did not number it.
    Ok(match patches.pop() {
        Some(only) if patches.is_empty() => only,
        last => Patch::All(patches.into_iter().chain(last).collect()),
    })
}

/// Moves the current list of operations, unless it is empty, to the patches.
fn end_list(operations: &mut Operations, patches: &mut Vec<Patch>) {
    if !operations.is_empty() {
        patches.push(Patch::Operations(std::mem::take(operations)));
    }
}

/// One argument that is a change.
enum Change<'a> {
    Set(&'a str),
    Remove(&'a str),
    Operations(&'a str),
    Merge(&'a str),
    Replace(&'a str),
}

impl Change<'_> {
    fn reads_stdin(&self) -> bool {
        matches!(
            self,
            Change::Operations("-") | Change::Merge("-") | Change::Replace("-")
        )
    }
}

/// Each change with its position on the command line.
fn changes<'a>(args: &'a UpdateArgs, matches: &ArgMatches) -> Vec<(usize, Change<'a>)> {
    let mut changes = Vec::new();
    let mut add = |name, texts: &'a [String], change: fn(&'a str) -> Change<'a>| {
        let places = matches.indices_of(name).into_iter().flatten();
        changes.extend(places.zip(texts.iter().map(|text| change(text))));
    };
    add("set", &args.set, Change::Set);
    add("remove", &args.remove, Change::Remove);
    add("operations", args.operations.as_slice(), Change::Operations);
    add("merge", args.merge.as_slice(), Change::Merge);
    add("replace", args.replace.as_slice(), Change::Replace);
    changes
}

fn set(text: &str) -> Result<(Pointer, Json), Failure> {
    let Some((at, value)) = text.split_once('=') else {
        let message = format!("--set {text}: write it as POINTER=JSON, /port=8080 for example");
        return Err(Failure::new(Code::Usage, message));
    };
    let at = pointer("--set", at)?;
    let value = Json::parse(value).map_err(|error| {
        let hint = if value.starts_with(|c: char| c.is_alphabetic() || c == '/') {
            format!("; a string needs its quotes: --set '{at}=\"{value}\"'")
        } else {
            String::new()
        };
        Failure::new(
            Code::Usage,
            format!("--set {text}: the value is not JSON: {error}{hint}"),
        )
    })?;
    Ok((at, value))
}

fn pointer(option: &str, text: &str) -> Result<Pointer, Failure> {
    Pointer::parse(text)
        .map_err(|error| Failure::new(Code::Usage, format!("{option} {text}: {error}")))
}

fn not_a_patch(option: &str, error: &PatchError) -> Failure {
    let code = match error {
        PatchError::Exceeded(_) => Code::Unexpected,
        _ => Code::NotAPatch,
    };
    let message = hint::with_option(error, hint::of_patch(error));
    Failure::new(code, format!("{option}: {message}"))
}

/// The text of a value `P`. It is no longer than a document may be.
fn read(source: &str, limit: usize) -> Result<String, Failure> {
    let failed = |what: &str, error: std::io::Error| {
        let option = match error.kind() {
            ErrorKind::FileTooLarge => Some("--max-size"),
            _ => None,
        };
        let message = hint::with_option(&error, option);
        Failure::new(
            Code::Unexpected,
            format!("reading the patch from {what}: {message}"),
        )
    };
    match source.strip_prefix('@') {
        Some(file) => input::of_file(Path::new(file), limit).map_err(|error| failed(file, error)),
        None if source == "-" => {
            input::of_stdin(limit).map_err(|error| failed("standard input", error))
        }
        None => Ok(source.to_owned()),
    }
}
