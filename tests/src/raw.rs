//! The system calls of a commit, with nothing around them: the yardstick of the benchmarks.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Makes that many commits, one after another, each of so many bytes: temporary file, write, fsync, rename, fsync of
/// the directory. Gives how long they all took.
///
/// # Errors
///
/// When a call fails.
pub fn raw(directory: &Path, count: usize, bytes: usize) -> anyhow::Result<Duration> {
    let content = vec![b'1'; bytes];
    let (temp, document) = (directory.join("raw.tmp"), directory.join("raw.json"));
    let handle = File::open(directory)?;
    let started = Instant::now();
    for _ in 0..count {
        let mut file = File::create_new(&temp)?;
        file.write_all(&content)?;
        file.sync_all()?;
        fs::rename(&temp, &document)?;
        handle.sync_all()?;
    }
    Ok(started.elapsed())
}
