//! What a command costs, by the operating system's own accounting.

use crate::command::amend;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How a command ended, and what it cost with all processes that it has waited for.
#[derive(Debug)]
pub struct Cost {
    /// Its exit code; `None` when a signal has ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub output: String,
    /// Its standard error.
    pub errors: String,
    /// The most memory that one of the processes had, in bytes. The system counts the memory of the caller as well, as
    /// it was when the command was started: call it from a small process.
    pub memory: u64,
    /// The processor time of all of them.
    pub time: Duration,
}

/// Runs `amend` with these arguments in an empty home, and waits for its end.
#[allow(clippy::zombie_processes, reason = "`wait4` waits for it")]
pub fn cost(home: &Path, args: &[&str]) -> Cost {
    let file = || tempfile::tempfile().expect("it can be made");
    let (mut output, mut errors) = (file(), file());
    let child = Command::new(amend())
        .args(args)
        .env("HOME", home)
        .env_remove("XDG_CACHE_HOME")
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("it is open"))
        .stderr(errors.try_clone().expect("it is open"))
        .spawn()
        .expect("the command runs");
    let pid = libc::pid_t::try_from(child.id()).expect("it is a process");
    let mut status = 0;
    // SAFETY: `rusage` is plain data for which all zeros is a value, the call only writes to it and to `status`, and
    // the child has not been waited for.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::wait4(pid, &raw mut status, 0, &raw mut usage), usage)
    };
    assert_eq!(waited, pid);
    let text = |file: &mut std::fs::File| {
        let mut bytes = Vec::new();
        file.rewind()
            .and_then(|()| file.read_to_end(&mut bytes))
            .expect("it can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Cost {
        code: libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)),
        output: text(&mut output),
        errors: text(&mut errors),
        // Kilobytes on Linux (getrusage(2)).
        memory: usage.ru_maxrss.unsigned_abs() * 1024,
        time: duration(usage.ru_utime) + duration(usage.ru_stime),
    }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(time.tv_sec.unsigned_abs())
        + Duration::from_micros(time.tv_usec.unsigned_abs())
}
