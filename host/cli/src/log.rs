//! The log, on standard error.

use crate::print::sanitize;
use std::io::{self, Write};
use tracing::Level;

/// Starts the log. Warnings are always shown.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    tracing_subscriber::fmt()
        .with_writer(|| Events)
        .with_max_level(level)
        .with_target(false)
        .without_time()
        // An error of the log would be printed with `eprintln!`, which panics where standard error is full.
        .log_internal_errors(false)
        .with_ansi(false)
        .init();
}

/// Standard error, for events that may repeat what a guest has said: each is one line.
struct Events;

impl Write for Events {
    /// The subscriber writes each event in one piece.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = sanitize(text.strip_suffix('\n').unwrap_or(&text));
        io::stderr()
            .lock()
            .write_all(format!("{line}\n").as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
