//! Reads at pointers that lead nowhere: at some that are none, and at one of a megabyte.

use amend_guest::store;
use amend_hostile_programs::tell;

fn main() {
    let long = "p".repeat(1 << 20);
    for none in ["app", "#/app", "/~", "/~2", "~0", &long] {
        tell("no pointer", &store::read("state/app.json", none));
    }
    for nowhere in [
        "/",
        "//",
        "/nowhere",
        "/count/0",
        &format!("/{long}"),
        &"/".repeat(1 << 20),
    ] {
        tell("nowhere", &store::read("state/app.json", nowhere));
    }
}
