//! Results on standard output, and messages on standard error.

use crate::exit::Failure;
use amend_runtime::escaped;
use std::fmt::{Display, Write as _};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;

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
///
/// It writes to the descriptor itself: the standard library takes a standard output that cannot be written to for one
/// that is closed, and drops the text.
pub(crate) fn try_print(text: &str) -> io::Result<()> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let out = io::stdout().lock();
    // A short text is one call with its end, and a long one is not copied.
    let mut out = BufWriter::new(File::from(out.as_fd().try_clone_to_owned()?));
    out.write_all(text.as_bytes())?;
    out.write_all(end.as_bytes())?;
    out.flush()
}

/// Prints text of a document. On a terminal, nothing in it steers the terminal; anywhere else it is byte for byte.
pub(crate) fn print_document(text: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        print(&harmless_json(&without_lone_returns(text)))
    } else {
        print(text)
    }
}

/// A carriage return without a line feed goes back to the start of the line, and what follows covers it. Between the parts
/// of a JSON text a line feed means the same.
fn without_lone_returns(text: &str) -> String {
    let lines: Vec<_> = text
        .split("\r\n")
        .map(|line| line.replace('\r', "\n"))
        .collect();
    lines.join("\r\n")
}

/// Prints a message on standard error.
///
/// An error of that is ignored: there is no other place to report it, and the exit code still says how the command
/// ended. `eprintln!` would panic.
pub(crate) fn complain(message: &(impl Display + ?Sized)) {
    let line = format!("amend: {}\n", sanitize(&message.to_string()));
    let _ = io::stderr().lock().write_all(line.as_bytes());
}

/// A text with nothing in it that steers a terminal: it may repeat what a guest has said. Line feeds are escaped as
/// well, but for those before a line that is marked as a guest's.
pub(crate) fn sanitize(text: &str) -> String {
    let parts: Vec<String> = text
        .split(GUEST_LINE)
        .map(|part| escaped(part).to_string())
        .collect();
    parts.join(GUEST_LINE)
}

/// What the runtime begins each line with that quotes a guest.
const GUEST_LINE: &str = "\n  | ";

/// JSON with nothing in it that steers a terminal. These characters can only be inside of strings, where an escape means
/// the same.
pub(crate) fn harmless_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{61c}'
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
