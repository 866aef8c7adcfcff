//! The log, on standard error.

use crate::print::sanitize;
use std::fmt;
use std::io::{self, Write};
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{FmtSpan, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::prelude::*;

/// Starts the log. Warnings are always shown.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let ours = Targets::new()
        .with_target("amend", level)
        .with_default(Level::WARN);
    // With its time, a step is told when it is over.
    let steps = if verbose > 1 {
        FmtSpan::CLOSE
    } else {
        FmtSpan::NONE
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_span_events(steps)
        .with_writer(|| Events)
        .with_target(false)
        .with_timer(NoTime)
        // An error of the log would be printed with `eprintln!`, which panics where standard error is full.
        .log_internal_errors(false)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(lines.with_filter(ours))
        .init();
}

/// Events have no time of day. Without a timer, the subscriber would leave out the duration of steps as well.
struct NoTime;

impl FormatTime for NoTime {
    fn format_time(&self, _: &mut Writer<'_>) -> fmt::Result {
        Ok(())
    }
}

/// Standard error, for events that may repeat what a guest has said: each is one line.
struct Events;

impl Write for Events {
    /// The subscriber writes each event in one piece.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let line = sanitize(text.trim_start_matches(' '));
        io::stderr()
            .lock()
            .write_all(format!("{line}\n").as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
