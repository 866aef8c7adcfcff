//! Applies the updaters that its arguments name to its document.

use amend_guest::{json, store};
use amend_hostile_programs::tell;

fn main() {
    for updater in std::env::args().skip(1) {
        tell(
            &updater,
            &store::apply("state/app.json", &updater, &json!({})),
        );
    }
}
