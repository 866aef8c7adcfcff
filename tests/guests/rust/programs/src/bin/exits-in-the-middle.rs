//! Ends between two of its updates.

use amend_guest::{Patch, store};

fn main() {
    for step in 1..=3 {
        if step == 3 {
            std::process::exit(3);
        }
        let patch = Patch::Merge(format!(r#"{{"step": {step}}}"#));
        store::update("state/app.json", patch).expect("it may update");
    }
}
