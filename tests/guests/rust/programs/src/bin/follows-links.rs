//! Names links that were planted in its store, and lead out of it.

use amend_guest::{Patch, json, store};
use amend_hostile_programs::tell;

fn main() {
    for link in [
        "file.json",
        "directory/secret.json",
        "dangling.json",
        "circle.json",
        "up/inner/up/secret.json",
    ] {
        let name = format!("state/{link}");
        let patch = || Patch::Merge(r#"{"was": "here"}"#.to_owned());
        tell(link, &store::read(&name, ""));
        tell(link, &store::update(&name, patch()));
        tell(link, &store::update_if(&name, patch(), None));
        tell(link, &store::apply(&name, "counter", &json!({})));
    }
}
