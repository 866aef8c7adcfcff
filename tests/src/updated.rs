//! What an updater makes of a document on disk.

use amend_runtime::Plugin;
use amend_store::{Error, Json, Store};
use std::fs;

/// Updates a document with this text, and gives what is in the file afterwards, or the reason of the refusal, after
/// which the file is as it was.
///
/// # Panics
///
/// When the updater fails: a trap is no answer to JSON, however odd.
pub fn updated(plugin: &Plugin, document: &str, args: &str) -> Result<String, String> {
    let scratch = tempfile::tempdir().expect("a temporary folder can be made");
    let file = scratch.path().join("document.json");
    fs::write(&file, document).expect("it can be written");
    let store = Store::open(scratch.path()).expect("it is there");
    let args = Json::parse(args).expect("the arguments are JSON");
    let outcome = store.update("document.json", plugin.with_args(args));
    let after = fs::read_to_string(&file).expect("it is still there");
    match outcome {
        Ok(_) => Ok(after),
        Err(Error::Refused { source, .. }) => {
            assert_eq!(after, document, "a refusal changes nothing");
            Err(source.to_string())
        }
        Err(error) => panic!("{}: {error:?}: {document:.200}", plugin.name()),
    }
}
