//! Passes texts that are not what they have to be.

use amend_guest::bindings::program::amend::document::store as contract;
use amend_guest::{Patch, store};
use amend_hostile_programs::tell;

const DOCUMENT: &str = "state/app.json";

fn main() {
    let long = "v".repeat(1 << 20);
    for version in [
        "",
        "no version",
        "g",
        &"0".repeat(63),
        &"0".repeat(64),
        &long,
    ] {
        let patch = Patch::Merge("{}".to_owned());
        tell("version", &store::update_if(DOCUMENT, patch, Some(version)));
    }
    for args in ["", "{", "nonsense", "{} {}", &long] {
        // Past the SDK, which passes nothing but JSON.
        let outcome = contract::apply(DOCUMENT, "counter", args);
        tell("args", &outcome.map_err(store::Error::from));
    }
    for text in ["", "{", "{}", "nonsense", r#"[{"op": "explode"}]"#, &long] {
        let patch = Patch::Operations(text.to_owned());
        tell("patch", &store::update(DOCUMENT, patch));
    }
    for text in ["", "{", "nonsense", "{} {}", &long] {
        tell(
            "patch",
            &store::update(DOCUMENT, Patch::Merge(text.to_owned())),
        );
        tell(
            "patch",
            &store::update(DOCUMENT, Patch::Replace(text.to_owned())),
        );
    }
}
