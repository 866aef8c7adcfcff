//! Updates a document that it was granted to read, in every way that there is, and one that does not exist.

use amend_guest::{Patch, json, store};
use amend_hostile_programs::tell;

fn main() {
    let snapshot = store::read("state/app.json", "").expect("it may read");
    let version = snapshot.expect("there is a document").version;
    for name in ["state/app.json", "state/new.json", "state/new/new.json"] {
        tell("merge", &store::update(name, Patch::Merge("{}".to_owned())));
        tell(
            "replace",
            &store::update(name, Patch::Replace("{}".to_owned())),
        );
        tell(
            "operations",
            &store::update(name, Patch::Operations("[]".to_owned())),
        );
        let patch = Patch::Replace("{}".to_owned());
        tell("update-if", &store::update_if(name, patch, Some(&version)));
        tell("apply", &store::apply(name, "counter", &json!({})));
    }
}
