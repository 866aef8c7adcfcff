//! The compiling process.

use crate::compile_request::{Request, seconds};
use crate::kit::config;
use rustix::process::{Resource, Rlimit, Signal, getpid, kill_process, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::io::{self, Read, Write};
use std::panic::{self, PanicHookInfo};
use std::thread;
use std::time::Duration;

/// The component cannot be compiled; standard error says why.
pub(crate) const REJECTED: u8 = 3;
/// The process could not do its work; standard error says why.
pub(crate) const FAILED: u8 = 4;

/// How many threads compile. Their stacks count as address space, so it is not the number of processors.
pub(crate) const THREADS: u32 = 4;

/// The stack of the thread that watches the time.
const STACK: usize = 64 << 10;

/// Compiles one component for the process that started this one, as [`Compiler::process`](crate::Compiler::process)
/// describes: the request is read from standard input and the code is written to standard output. Returns the exit
/// code that this process has to end with.
///
/// Call it before anything else in a process that was started for it. It lowers the resource limits of the whole
/// process.
#[must_use = "the parent needs this exit code"]
pub fn compile_for_parent() -> u8 {
    panic::set_hook(Box::new(report_panic));
    let mut input = io::stdin().lock();
    let compiled = match Request::read(&mut input).and_then(|request| begin(request, &mut input)) {
        Ok((request, component)) => {
            let engine = wasmtime::Engine::new(&config(request.stack, request.is_metered));
            engine
                .and_then(|engine| engine.precompile_component(&component))
                .map_err(|error| (REJECTED, format!("{error:#}")))
        }
        Err(error) => Err((FAILED, error.to_string())),
    };
    let written = compiled.and_then(|code| {
        let written = io::stdout().lock().write_all(&code);
        written.map_err(|error| (FAILED, error.to_string()))
    });
    match written {
        Ok(()) => 0,
        Err((code, reason)) => {
            eprintln!("{reason}");
            code
        }
    }
}

/// So much room has to be there at a panic that has another reason than a lack of memory: it is that of the stacks of all
/// threads, and more.
const ROOM: usize = 16 << 20;

/// Tells the parent why this process panicked. Where no memory is left, it is in the system's words, and nothing is
/// allocated to say so: the parent knows these words.
fn report_panic(panic: &PanicHookInfo<'_>) {
    let is_full = Vec::<u8>::new().try_reserve_exact(ROOM).is_err();
    let mut errors = io::stderr();
    // The exit code still says that it was a panic.
    let _ = if is_full {
        errors.write_all(b"Cannot allocate memory\n")
    } else {
        writeln!(errors, "{panic}")
    };
}

/// Sets the limits before the first byte of the component is read.
fn begin(request: Request, input: &mut impl Read) -> io::Result<(Request, Vec<u8>)> {
    let limits = request.limits;
    let time = seconds(limits.time);
    // Before the limit on memory, in which its stack might find no room.
    end_after(limits.time)?;
    lower(Resource::As, limits.memory, limits.memory)?;
    // The system counts whole seconds. The thread counts shorter times; this limit holds even if the thread does not run.
    lower(Resource::Cpu, time, time.saturating_add(1))?;
    // The code and the messages are files in memory. A message has room in any case.
    let files = limits.memory.max(1 << 20);
    lower(Resource::Fsize, files, files)?;
    lower(Resource::Core, 0, 0)?;
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut component = Vec::new();
    input.read_to_end(&mut component)?;
    Ok((request, component))
}

/// Ends this process by the signal of `RLIMIT_CPU` when it has used so much processor time.
fn end_after(time: Duration) -> io::Result<()> {
    let watch = move || {
        loop {
            let used = clock_gettime(ClockId::ProcessCPUTime);
            let used = Duration::try_from(used).unwrap_or_default();
            let Some(left) = time.checked_sub(used).filter(|left| !left.is_zero()) else {
                break;
            };
            // All threads together use it up faster than the clock runs.
            thread::sleep((left / THREADS).max(Duration::from_millis(1)));
        }
        // Where the signal cannot be sent, the resource limit is next.
        let _ = kill_process(getpid(), Signal::XCPU);
    };
    let watcher = thread::Builder::new().name("amend-time".to_owned());
    watcher.stack_size(STACK).spawn(watch).map(drop)
}

/// Lowers a limit, and never raises one that is lower already.
fn lower(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let now = rustix::process::getrlimit(resource);
    let least =
        |wanted: u64, there: Option<u64>| Some(there.map_or(wanted, |there| there.min(wanted)));
    setrlimit(
        resource,
        Rlimit {
            current: least(soft, now.current.or(now.maximum)),
            maximum: least(hard, now.maximum),
        },
    )?;
    Ok(())
}
