//! A process that is stopped or killed at one system call: `strace` injects the signal.
//!
//! It replaces a sleep that hopes to find the moment. A stopped process has made the call and not returned from it; a
//! killed one has not made it.

use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Calls that write a file's content to the disk.
pub const SYNC: &str = "fsync,fdatasync,syncfs";

/// Calls that rename a file.
pub const RENAME: &str = "?rename,?renameat,renameat2";

/// Calls that write to a file, but for `write`: a process also reports by that.
pub const WRITE: &str = "pwrite64,writev,pwritev,pwritev2,copy_file_range";

/// Calls that add a name to a file.
pub const LINK: &str = "?link,linkat";

/// Every kind of call that changes a file, a directory or a lock.
pub const CHANGES: [&str; 10] = [
    "write",
    WRITE,
    RENAME,
    LINK,
    "?unlink,unlinkat",
    SYNC,
    "?chmod,fchmod,fchmodat",
    "?chown,fchown,fchownat",
    "flock",
    "ftruncate",
];

/// Returns a command that runs another one and sends it a signal at a call: at the `time`-th (from 1) of `calls` in
/// each of its threads, for each of `signals`, a list of calls, signal and time. The process that is started is the
/// other one itself.
///
/// The command's user, directory and environment are not taken over.
pub fn signalled(command: &Command, signals: &[(&str, &str, usize)]) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-qq", "-o", "/dev/null"]);
    let calls: Vec<_> = signals.iter().map(|(calls, ..)| *calls).collect();
    strace.args(["-e", &format!("trace={}", calls.join(","))]);
    for (calls, signal, time) in signals {
        strace.args(["-e", &format!("inject={calls}:signal={signal}:when={time}")]);
    }
    strace.arg("--").arg(command.get_program());
    strace.args(command.get_args().collect::<Vec<&OsStr>>());
    strace
}

/// How long a process may take until it makes the call, on a loaded machine.
const ARRIVE: Duration = Duration::from_secs(60);

/// Waits until a child of the test is stopped.
///
/// # Panics
///
/// When it ends instead, or goes on: then it has not made the call, and the test would show nothing.
pub fn until_stopped(child: u32) {
    assert!(stops(child), "process {child} ended before the call");
}

/// Waits until a child of the test is stopped, or has ended. Returns whether it is stopped.
///
/// # Panics
///
/// When neither happens.
pub fn stops(child: u32) -> bool {
    let started = Instant::now();
    loop {
        match state(child) {
            libc::CLD_STOPPED => return true,
            0 => {}
            _ => return false,
        }
        let waited = started.elapsed();
        assert!(waited < ARRIVE, "process {child} does not make the call");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Lets a stopped child go on.
pub fn go_on(child: u32) {
    // SAFETY: two numbers. The child has not been waited for, so its ID is its own.
    unsafe { libc::kill(child.cast_signed(), libc::SIGCONT) };
}

/// Whether a child has stopped or ended (`CLD_…`, `waitid(2)`); 0 when neither. It is not reaped.
fn state(child: u32) -> i32 {
    let options = libc::WSTOPPED | libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: the call writes to the structure that it is given, for which all zeros is a value.
    let info = unsafe {
        libc::waitid(libc::P_PID, child, info.as_mut_ptr(), options);
        info.assume_init()
    };
    info.si_code
}
