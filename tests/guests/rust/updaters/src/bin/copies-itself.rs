//! Answers with sixty operations, each of which doubles the document.

use amend_guest::{Operation, Patch, Refusal, Value};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Patch, Refusal> {
    let doubled = |step| Operation::copy("", format!("/{step}"));
    Patch::operations((0..60).map(doubled).collect::<Vec<_>>())
}

fn main() {}
