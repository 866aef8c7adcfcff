//! Results, on standard output.

use crate::exit::Failure;
use amend_runtime::escaped;
use similar::TextDiff;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Prints text, and ends its last line where it has no end.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let printed = out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(end.as_bytes()))
        .and_then(|()| out.flush());
    match printed {
        // Whoever reads has read enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

/// The change from one text to another, as `diff -u` shows it; `names` is what the two are called.
pub(crate) fn unified_diff(names: [&str; 2], before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .header(names[0], names[1])
        .to_string()
}

/// A text with nothing in it that steers a terminal: it may repeat what a guest has said. Line feeds are escaped as
/// well, but for those before a line that is marked as a guest's.
pub(crate) fn harmless(text: &str) -> String {
    let parts: Vec<String> = text
        .split(GUEST_LINE)
        .map(|part| escaped(part).to_string())
        .collect();
    parts.join(GUEST_LINE)
}

/// What the runtime begins each line with that quotes a guest.
const GUEST_LINE: &str = "\n  | ";

/// JSON with nothing in it that steers a terminal. The bidirectional controls can only be inside of strings, where an
/// escape means the same.
pub(crate) fn harmless_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                // Writing to a string does not fail.
                let _ = write!(shown, "\\u{:04x}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}
