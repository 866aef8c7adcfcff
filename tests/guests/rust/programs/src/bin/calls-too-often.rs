//! Reads until it is told no, and tries to update then.

use amend_guest::{Patch, store};
use amend_hostile_programs::tell;

fn main() {
    let mut answered = 0;
    while store::read("state/app.json", "").is_ok() {
        answered += 1;
    }
    println!("answered: {answered}");
    let patch = Patch::Replace("{}".to_owned());
    tell("update", &store::update("state/app.json", patch));
}
