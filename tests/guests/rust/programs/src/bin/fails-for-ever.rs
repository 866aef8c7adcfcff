//! Never stops asking for what it was not granted.

use amend_guest::store;

fn main() {
    while store::read("other/app.json", "").is_err() {}
}
