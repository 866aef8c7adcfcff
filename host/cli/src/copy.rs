//! `amend copy`

use crate::args::CopyArgs;
use crate::exit::{Code, Failure};
use crate::locate;
use crate::print::{harmless, print};
use amend_store::{Copied, Error, Store, copy};
use std::path::{Path, PathBuf};

/// What is to be copied, one after another.
struct Plan {
    from: Store,
    to: Store,
    /// Where each is, and where it will be.
    documents: Vec<(PathBuf, PathBuf)>,
}

/// How many documents came to what.
#[derive(Default)]
struct Count {
    copied: usize,
    same: usize,
    left: usize,
}

pub(crate) fn run(args: &CopyArgs) -> Result<(), Failure> {
    let plan = plan(args)?;
    let all = plan.documents.len();
    let mut count = Count::default();
    let mut worst = None;
    for (number, (from, to)) in plan.documents.iter().enumerate() {
        let copied = copy((&plan.from, from), (&plan.to, to), args.overwrite);
        let (what, said) = match copied {
            Ok(Copied::Made | Copied::Replaced) => (&mut count.copied, "copied"),
            // What has no bytes, or was removed meanwhile, is no document any more.
            Ok(Copied::Same | Copied::Absent) => (&mut count.same, "the same"),
            Ok(Copied::Differs) => {
                let message = format!(
                    "{}: another document is there; --overwrite replaces it",
                    to.display()
                );
                leave(&mut worst, Failure::new(Code::Conflict, message));
                (&mut count.left, "")
            }
            Err(error) if is_its_own(&error) => {
                leave(&mut worst, error.into());
                (&mut count.left, "")
            }
            Err(error) => return Err(error.into()),
        };
        *what += 1;
        if !said.is_empty() && !args.quiet {
            let line = format!("{}/{all} {said}: {}", number + 1, from.display());
            print(&harmless(&line))?;
        }
    }
    let Count { copied, same, left } = count;
    if !args.quiet {
        print(&format!("{copied} copied, {same} the same, {left} left"))?;
    }
    worst.map_or(Ok(()), Err)
}

/// Whether the next document may be copied all the same.
fn is_its_own(error: &Error) -> bool {
    matches!(
        error,
        Error::Malformed { .. }
            | Error::TooLarge { .. }
            | Error::RequestTooLarge { .. }
            | Error::InvalidPath { .. }
            | Error::Escapes { .. }
            | Error::VersionMismatch { .. }
            | Error::NotAFile { .. }
            | Error::NotWritable { .. }
            | Error::HardLinked { .. }
    )
}

/// Tells why a document was left. The command fails with the first of them.
fn leave(worst: &mut Option<Failure>, failure: Failure) {
    match worst {
        None => *worst = Some(failure),
        Some(_) => drop(failure.report()),
    }
}

fn plan(args: &CopyArgs) -> Result<Plan, Failure> {
    let options = || args.store.options();
    if let Some((from, documents)) = directory(args)? {
        if !locate::is_address(&args.to) {
            std::fs::create_dir_all(&args.to).map_err(|error| {
                Failure::new(Code::Unexpected, format!("{}: {error}", args.to.display()))
            })?;
        }
        let to = locate::store(&args.to, options(), &args.etcd)?;
        let documents = documents
            .into_iter()
            .map(|path| (path.clone(), path))
            .collect();
        return Ok(Plan {
            from,
            to,
            documents,
        });
    }
    let (from, path) = locate::document(&args.from, options(), &args.etcd)?;
    if from.read(&path)?.is_none() {
        return Err(Failure::no_document(&args.from));
    }
    let is_directory = has_slash(&args.to) || (!locate::is_address(&args.to) && args.to.is_dir());
    let to = match args.from.file_name() {
        Some(name) if is_directory => args.to.join(name),
        _ => args.to.clone(),
    };
    let (to, copy) = locate::document(&to, options(), &args.etcd)?;
    Ok(Plan {
        from,
        to,
        documents: vec![(path, copy)],
    })
}

/// The documents of what is to be copied, when that is a directory: in etcd what is no document, and has some below it.
fn directory(args: &CopyArgs) -> Result<Option<(Store, Vec<PathBuf>)>, Failure> {
    let open = || locate::store(&args.from, args.store.options(), &args.etcd);
    if !locate::is_address(&args.from) {
        if !args.from.is_dir() {
            return Ok(None);
        }
        let store = open()?;
        let documents = store.documents()?;
        return Ok(Some((store, documents)));
    }
    let store = open()?;
    if !has_slash(&args.from)
        && let Ok((above, path)) = locate::document(&args.from, args.store.options(), &args.etcd)
        && above.read(&path)?.is_some()
    {
        return Ok(None);
    }
    let documents = store.documents()?;
    let is_some = has_slash(&args.from) || !documents.is_empty();
    Ok(is_some.then_some((store, documents)))
}

fn has_slash(path: &Path) -> bool {
    path.to_string_lossy().ends_with('/')
}
