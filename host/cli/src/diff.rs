//! `amend diff`

use crate::args::{DiffArgs, EtcdArgs};
use crate::exit::{Code, Failure};
use crate::locate;
use crate::print::{harmless_json, print};
use amend_store::{Options, document};
use std::path::Path;

pub(crate) fn run(args: &DiffArgs) -> Result<(), Failure> {
    let (from, to) = (read(&args.from, &args.etcd)?, read(&args.to, &args.etcd)?);
    let operations = document::diff(from.as_bytes(), to.as_bytes(), &Options::default().limits)
        .map_err(|error| Failure::new(Code::Unexpected, error.to_string()))?;
    print(&harmless_json(&operations.to_string()))
}

fn read(file: &Path, etcd: &EtcdArgs) -> Result<String, Failure> {
    let (store, path) = locate::document(file, Options::default(), etcd)?;
    match store.read(&path)? {
        Some(snapshot) => Ok(snapshot.text),
        None => Err(Failure::no_document(file)),
    }
}
