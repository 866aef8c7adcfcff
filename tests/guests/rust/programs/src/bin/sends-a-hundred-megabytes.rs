//! Hands over more in one piece than anybody may.

use amend_guest::{Patch, store};
use amend_hostile_programs::tell;

fn main() {
    let patch = Patch::Replace("1".repeat(100 << 20));
    tell("update", &store::update("state/app.json", patch));
}
