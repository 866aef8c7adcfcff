//! Panics between two of its updates.

use amend_guest::{Patch, store};

fn main() {
    for step in 1..=3 {
        assert_ne!(step, 3, "three is too much");
        let patch = Patch::Merge(format!(r#"{{"step": {step}}}"#));
        store::update("state/app.json", patch).expect("it may update");
    }
}
