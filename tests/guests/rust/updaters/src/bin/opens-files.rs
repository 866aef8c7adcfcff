//! Opens, makes, lists and removes files, by every kind of name. Each attempt that comes to anything is told.

use amend_guest::{Refusal, Value, refuse};
use std::fs;

amend_guest::updater!(update);

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what the SDK hands over"
)]
fn update(_: Option<Value>, args: Value) -> Result<Option<Value>, Refusal> {
    let document = args["document"].as_str().unwrap_or_default();
    let mut done = Vec::new();
    for name in [
        document,
        "state.json",
        ".",
        "..",
        "/",
        "/etc/passwd",
        "/dev/null",
        "",
    ] {
        let attempts = [
            ("read", fs::read(name).is_ok()),
            ("made", fs::write(name, "\"mine\"").is_ok()),
            (
                "made a directory",
                fs::create_dir(format!("{name}.d")).is_ok(),
            ),
            (
                "linked",
                fs::hard_link(name, format!("{name}.hard")).is_ok(),
            ),
            ("listed", fs::read_dir(name).is_ok()),
            ("looked at", fs::metadata(name).is_ok()),
            ("renamed", fs::rename(name, format!("{name}.old")).is_ok()),
            ("removed", fs::remove_file(name).is_ok()),
        ];
        let worked = attempts.iter().filter(|(_, worked)| *worked);
        done.extend(worked.map(|(what, _)| format!("{what} {name:?}")));
    }
    refuse!("done: {done:?}");
}

fn main() {}
