//! Signals that must not end the command.

/// Ignores SIGXFSZ, which ends a process that exceeds the limit on the size of a file (`ulimit -f`), and would leave its
/// temporary file behind. The write fails with EFBIG instead, an error like any other.
pub(crate) fn ignore_file_size_limit() {
    // SAFETY: this is called before any other thread exists, and SIG_IGN runs no code of ours.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}
