//! Updates a document whose lock somebody else keeps.

use amend_guest::{Patch, store};
use amend_hostile_programs::tell;

fn main() {
    let patch = Patch::Merge(r#"{"was": "here"}"#.to_owned());
    tell("update", &store::update("state/app.json", patch));
}
