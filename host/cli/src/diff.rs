//! `amend diff`

use crate::args::DiffArgs;
use crate::exit::{Code, Failure};
use crate::print::print;
use amend_store::{Options, Store, document};
use std::path::Path;

pub(crate) fn run(args: &DiffArgs) -> Result<(), Failure> {
    let (from, to) = (read(&args.from)?, read(&args.to)?);
    let operations = document::diff(from.as_bytes(), to.as_bytes(), &Options::default().limits)
        .map_err(|error| Failure::new(Code::Unexpected, error.to_string()))?;
    print(&operations.to_string())
}

fn read(file: &Path) -> Result<String, Failure> {
    let (store, path) = Store::locate(file, Options::default())?;
    match store.read(&path)? {
        Some(snapshot) => Ok(snapshot.text),
        None => Err(Failure::no_document(file)),
    }
}
