//! Reads and updates a document that is a FIFO, where opening a file waits for the other end.

use amend_guest::{Patch, store};
use amend_hostile_programs::tell;

fn main() {
    tell("read", &store::read("state/fifo.json", ""));
    let patch = Patch::Merge("{}".to_owned());
    tell("update", &store::update("state/fifo.json", patch));
}
