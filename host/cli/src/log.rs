//! The log, on standard error.

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
        .with_writer(std::io::stderr)
        .with_max_level(level)
        .with_target(false)
        .without_time()
        // An error of the log would be printed with `eprintln!`, which panics where standard error is full.
        .log_internal_errors(false)
        .init();
}
