//! The system calls of a commit, with nothing around them: the yardstick of the benchmarks.

use crate::crowd::{Done, in_threads};
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

/// The same for documents of their own of as many threads, `each` of a thread and every one so many `times` in a row,
/// beside a lock file that is locked meanwhile: what the disk gives to who asks for as much as amend does.
///
/// # Errors
///
/// When a call fails.
pub fn raw_in_threads(
    directory: &Path,
    threads: usize,
    each: usize,
    times: usize,
    bytes: usize,
) -> anyhow::Result<Done> {
    let content = vec![b'1'; bytes];
    let handle = File::open(directory)?;
    in_threads(threads, each * times, |thread, time| {
        let document = directory.join(format!("raw-{}.json", thread * each + time / times));
        let temp = document.with_extension("tmp");
        let lock = File::options()
            .append(true)
            .create(true)
            .open(document.with_extension("json.lock"))?;
        lock.lock()?;
        let mut file = File::create_new(&temp)?;
        file.write_all(&content)?;
        file.sync_all()?;
        fs::rename(&temp, &document)?;
        drop(lock);
        handle.sync_all()?;
        Ok(())
    })
}
