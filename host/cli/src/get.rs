//! `amend get`

use crate::args::GetArgs;
use crate::exit::{Code, Failure};
use crate::print::print;
use amend_store::{Options, Store};

pub(crate) fn run(args: &GetArgs) -> Result<(), Failure> {
    let (store, path) = Store::locate(&args.file, Options::default())?;
    let not_found =
        |what: String| Failure::new(Code::Conflict, format!("{}: {what}", args.file.display()));
    match store.read_at(&path, &args.pointer)? {
        Some(snapshot) => print(&snapshot.text),
        None if store.read(&path)?.is_some() => {
            Err(not_found(format!("there is nothing at {}", args.pointer)))
        }
        None => Err(not_found(
            "there is no such document, or it has no bytes".to_owned(),
        )),
    }
}
