//! `amend copy`

use crate::args::CopyArgs;
use crate::exit::{Code, Failure};
use crate::locate;
use crate::print::{sanitize, try_print};
use amend_store::{Copied, Error, ErrorKind, Store, copy};
use std::io;
use std::path::{Path, PathBuf};

/// The documents to copy, in this order.
struct Plan {
    from: Store,
    to: Store,
    /// The path of each, and the path of its copy.
    documents: Vec<(PathBuf, PathBuf)>,
}

/// The number of documents with each result.
#[derive(Default)]
struct Count {
    copied: usize,
    same: usize,
    left: usize,
}

/// The lines on standard output. An error of one does not stop the copying; no line is printed after it.
struct Report {
    is_quiet: bool,
    failed: Option<io::Error>,
}

impl Report {
    fn line(&mut self, line: &str) {
        if !self.is_quiet && self.failed.is_none() {
            self.failed = try_print(&sanitize(line)).err();
        }
    }

    /// The failure of printing, where a document was copied; without one it is that of any output.
    fn end(self, copied: usize, to: &Path) -> Result<(), Failure> {
        match self.failed {
            Some(error) if copied > 0 => {
                let to = to.display();
                let message = format!(
                    "{to}: {copied} copied and committed, but the report could not be printed: {error}"
                );
                Err(Failure::new(Code::ReceiptLost, message))
            }
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::output(&error))
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn run(args: &CopyArgs) -> Result<(), Failure> {
    let plan = plan(args)?;
    let all = plan.documents.len();
    let mut count = Count::default();
    let mut first = None;
    let mut report = Report {
        is_quiet: args.quiet,
        failed: None,
    };
    for (number, (from, to)) in plan.documents.iter().enumerate() {
        let copied = copy((&plan.from, from), (&plan.to, to), args.overwrite);
        let (what, said) = match copied {
            Ok(Copied::Made | Copied::Replaced) => (&mut count.copied, "copied"),
            // A file without bytes, or one that was removed meanwhile, is no document any more.
            Ok(Copied::Same | Copied::Absent) => (&mut count.same, "the same"),
            Ok(Copied::Differs) => {
                let message = format!(
                    "{}: another document is there; --overwrite replaces it",
                    to.display()
                );
                leave(&mut first, Failure::new(Code::Conflict, message));
                (&mut count.left, "")
            }
            Err(error) if is_its_own(&error) => {
                leave(&mut first, error.into());
                (&mut count.left, "")
            }
            Err(error) => return Err(error.into()),
        };
        *what += 1;
        if !said.is_empty() {
            report.line(&format!("{}/{all} {said}: {}", number + 1, from.display()));
        }
    }
    let Count { copied, same, left } = count;
    report.line(&format!("{copied} copied, {same} the same, {left} left"));
    if let Err(failure) = report.end(copied, &args.to) {
        leave(&mut first, failure);
    }
    first.map_or(Ok(()), Err)
}

/// Whether the error is about this document alone, so that the next one can be copied.
fn is_its_own(error: &Error) -> bool {
    let is_of_document = matches!(
        error.kind(),
        ErrorKind::NotJson
            | ErrorKind::TooLarge
            | ErrorKind::InvalidPath
            | ErrorKind::Denied
            | ErrorKind::Conflict
    );
    // A user that etcd does not admit is denied every document.
    is_of_document && !matches!(error, Error::Etcd { .. })
}

/// Keeps the first failure, with which the command ends, and reports each later one at once.
fn leave(first: &mut Option<Failure>, failure: Failure) {
    match first {
        None => *first = Some(failure),
        Some(_) => drop(failure.report()),
    }
}

fn plan(args: &CopyArgs) -> Result<Plan, Failure> {
    let options = || args.store.options();
    if let Some((from, documents)) = directory(args)? {
        if !locate::is_address(&args.to) {
            std::fs::create_dir_all(&args.to)
                .map_err(|error| Failure::io(&args.to, "making the directory", error))?;
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
    let (to, copy) = match args.from.file_name() {
        // A link at the end of the path to a directory is followed by the rule for such links, as a store's is.
        Some(name) if is_directory && args.to.is_dir() => {
            let to = locate::store(&args.to, options(), &args.etcd)?;
            (to, name.into())
        }
        Some(name) if is_directory => locate::document(&args.to.join(name), options(), &args.etcd)?,
        _ => locate::document(&args.to, options(), &args.etcd)?,
    };
    Ok(Plan {
        from,
        to,
        documents: vec![(path, copy)],
    })
}

/// The documents to copy, if `from` is a directory. In etcd that is a prefix with documents below it that is none itself.
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
