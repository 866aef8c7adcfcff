//! Reads and updates one path as fast as it can, as often as its argument says, for the one moment at which it leads
//! out of the store.

use amend_guest::{Patch, store};

fn main() {
    let times = std::env::args().nth(1).unwrap_or_default();
    for time in 0..times.parse().expect("it is a number") {
        if let Ok(Some(found)) = store::read("state/swapped/secret.json", "") {
            assert!(!found.text.contains("secret"), "got it: {}", found.text);
        }
        let patch = Patch::Merge(format!(r#"{{"was": "here", "time": {time}}}"#));
        let _ = store::update("state/swapped/secret.json", patch);
    }
}
