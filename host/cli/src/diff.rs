//! `amend diff`

use crate::args::{DiffArgs, EtcdArgs};
use crate::exit::{Code, Failure};
use crate::locate;
use crate::print::{harmless_json, print};
use amend_store::{Options, document};
use std::path::Path;

pub(crate) fn run(args: &DiffArgs) -> Result<(), Failure> {
    let limits = args.document.limits();
    let options = Options::default().with_limits(limits);
    let read = |file| read(file, options.clone(), &args.etcd);
    let (from, to) = (read(&args.from)?, read(&args.to)?);
    let operations = document::diff(from.as_bytes(), to.as_bytes(), &limits)
        .map_err(|error| Failure::new(Code::Unexpected, error.to_string()))?;
    print(&harmless_json(&operations.to_string()))
}

fn read(file: &Path, options: Options, etcd: &EtcdArgs) -> Result<String, Failure> {
    let (store, path) = locate::document(file, options, etcd)?;
    match store.read(&path)? {
        Some(snapshot) => Ok(snapshot.text),
        None => Err(Failure::no_document(file)),
    }
}
