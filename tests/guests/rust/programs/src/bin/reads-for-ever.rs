//! Never stops reading.

use amend_guest::store;

fn main() {
    loop {
        store::read("state/app.json", "").expect("it may read");
    }
}
