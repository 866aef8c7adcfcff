//! Results on standard output, and messages on standard error.

use crate::exit::Failure;
use similar::TextDiff;
use std::fmt::Display;
use std::io::{self, Write};

/// Prints the result of a command that changed nothing. It ends the last line where the text does not.
///
/// A reader that has gone away has read enough, as `head` does: that is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match try_print(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::output(&error)),
        _ => Ok(()),
    }
}

/// Prints a text, and ends its last line where the text does not.
pub(crate) fn try_print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Prints a message on standard error.
///
/// An error of that is ignored: there is no other place to report it, and the exit code still says how the command
/// ended. `eprintln!` would panic.
pub(crate) fn complain(message: &(impl Display + ?Sized)) {
    let line = format!("amend: {}\n", sanitize(&message.to_string()));
    let _ = io::stderr().lock().write_all(line.as_bytes());
}

/// The change from one text to another, as `diff -u` shows it; `names` are the names of the two.
pub(crate) fn unified_diff(names: [&str; 2], before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .header(names[0], names[1])
        .to_string()
}

/// A text with its control characters escaped, so that none reaches the terminal: it may repeat a guest's words.
pub(crate) fn sanitize(text: &str) -> String {
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
