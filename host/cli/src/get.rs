//! `amend get`

use crate::args::GetArgs;
use crate::exit::{Code, Failure};
use crate::locate::document;
use crate::print::print_document;
use amend_store::Options;

pub(crate) fn run(args: &GetArgs) -> Result<(), Failure> {
    let options = Options::default().with_limits(args.document.limits());
    let (store, path) = document(&args.file, options, &args.etcd)?;
    match store.read_at(&path, &args.pointer)? {
        Some(snapshot) => print_document(&snapshot.text),
        None if store.read(&path)?.is_some() => {
            let message = format!(
                "{}: there is nothing at {}",
                args.file.display(),
                args.pointer
            );
            Err(Failure::new(Code::NotFound, message))
        }
        None => Err(Failure::no_document(&args.file)),
    }
}
