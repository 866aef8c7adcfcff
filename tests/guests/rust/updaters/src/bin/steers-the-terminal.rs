//! Says what a terminal takes for commands: as the reason of its refusal, or as the last words of a crash.

use amend_guest::{Refusal, Value, refuse};

amend_guest::updater!(update);

const COMMANDS: &str = "\u{1b}]0;amend: done\u{7}\u{1b}[2J\r\u{9b}31mamend: all is well";

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what the SDK hands over"
)]
fn update(_: Option<Value>, args: Value) -> Result<Option<Value>, Refusal> {
    if args["crash"] == true {
        panic!("{COMMANDS}");
    }
    refuse!("{COMMANDS}");
}

fn main() {}
