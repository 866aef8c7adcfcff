//! Starting a compiling process, and telling how it ended.

use crate::compile_child::{REJECTED, THREADS};
use crate::compile_request::{Request, seconds};
use crate::compiler::{Command, CompileLimits};
use crate::shown::bounded;
use rustix::process::Signal;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

/// How much of a compiling process's standard error is read.
const MESSAGE_MAX: u64 = 4096;

/// Why a process has not compiled a component.
#[derive(Debug)]
pub(crate) enum NotCompiled {
    /// It is not a component that can be compiled; the text says why.
    Rejected(String),
    /// It took more memory than the limit.
    Memory(u64),
    /// It took more time than the limit.
    Time(Duration),
    /// The process could not be started, or ended in another way.
    Failed(String),
}

/// The code of a component, compiled in a process of its own.
pub(crate) fn compile(
    command: &Command,
    stack: usize,
    is_metered: bool,
    component: &[u8],
) -> Result<Vec<u8>, NotCompiled> {
    let request = Request {
        stack,
        is_metered,
        limits: command.limits,
    };
    let failed =
        |error: io::Error| NotCompiled::Failed(format!("{}: {error}", command.program.display()));
    // Files and no pipes: neither process can wait for the other to read.
    let mut input = memory_file().map_err(failed)?;
    let mut output = memory_file().map_err(failed)?;
    let mut errors = memory_file().map_err(failed)?;
    request
        .write(&mut input)
        .and_then(|()| input.write_all(component))
        .and_then(|()| input.rewind())
        .map_err(failed)?;
    let child = std::process::Command::new(&command.program)
        .args(&command.args)
        .env("RAYON_NUM_THREADS", THREADS.to_string())
        .env("MALLOC_ARENA_MAX", "2")
        .stdin(input)
        .stdout(output.try_clone().map_err(failed)?)
        .stderr(errors.try_clone().map_err(failed)?)
        .spawn()
        .map_err(failed)?;
    let ended = wait(child, command.limits.time).map_err(failed)?;
    if ended.is_some_and(|status| status.success()) {
        let mut code = Vec::new();
        output.rewind().map_err(failed)?;
        output.read_to_end(&mut code).map_err(failed)?;
        return Ok(code);
    }
    let mut message = Vec::new();
    errors.rewind().map_err(failed)?;
    (&mut errors)
        .take(MESSAGE_MAX)
        .read_to_end(&mut message)
        .map_err(failed)?;
    let message = bounded(String::from_utf8_lossy(&message).trim());
    Err(match ended {
        Some(status) => why(status, message, command.limits),
        None => NotCompiled::Time(command.limits.time),
    })
}

/// Waits for the end of the process; `None` when it had to be ended.
fn wait(mut child: Child, time: Duration) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    let most = Duration::from_secs(seconds(time).saturating_mul(10));
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let elapsed = started.elapsed();
        if elapsed > most {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        // A twentieth of what it took so far is not noticed.
        let pause = (elapsed / 20).clamp(Duration::from_micros(500), Duration::from_millis(50));
        std::thread::sleep(pause);
    }
}

/// Tells a limit that was exceeded from other ends.
fn why(status: ExitStatus, message: String, limits: CompileLimits) -> NotCompiled {
    // An allocator that is refused memory ends the process (SIGABRT, and this message); a mapping or a thread that is
    // refused is an error or a panic with the system's own words.
    let is_memory = [
        "memory allocation of",
        "Cannot allocate memory",
        // What wasmtime says.
        "out of memory",
        "os error 12",
    ]
    .iter()
    .any(|says| message.contains(says));
    let signal = status.signal().and_then(Signal::from_named_raw);
    match signal {
        Some(Signal::XCPU) => NotCompiled::Time(limits.time),
        Some(Signal::XFSZ) => NotCompiled::Memory(limits.memory),
        _ if is_memory => NotCompiled::Memory(limits.memory),
        None if status.code() == Some(i32::from(REJECTED)) => NotCompiled::Rejected(message),
        _ if message.is_empty() => NotCompiled::Failed(status.to_string()),
        _ => NotCompiled::Failed(format!("{status}: {message}")),
    }
}

/// A file without a name.
#[cfg(target_os = "linux")]
fn memory_file() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    Ok(File::from(memfd_create(
        "amend-compile",
        MemfdFlags::CLOEXEC,
    )?))
}

/// A file without a name.
#[cfg(not(target_os = "linux"))]
fn memory_file() -> io::Result<File> {
    tempfile::tempfile()
}
