//! Results, on standard output.

use crate::exit::Failure;
use similar::TextDiff;
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

/// A text with nothing in it that would steer the terminal of who reads it: it may repeat what a guest has said.
pub(crate) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && !matches!(c, '\n' | '\t') {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    shown
}
