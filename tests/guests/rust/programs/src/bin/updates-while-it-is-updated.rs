//! Reads and updates the document that is being updated by whoever started it.

use amend_guest::{Patch, json, store};
use amend_hostile_programs::tell;

fn main() {
    tell("read", &store::read("state/app.json", "/count"));
    let patch = || Patch::Merge(r#"{"was": "here"}"#.to_owned());
    tell("update", &store::update("state/app.json", patch()));
    tell(
        "update-if",
        &store::update_if("state/app.json", patch(), None),
    );
    tell(
        "apply",
        &store::apply("state/app.json", "counter", &json!({})),
    );
}
