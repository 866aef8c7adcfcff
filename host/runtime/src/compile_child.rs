//! The compiling process.

use crate::compile_request::{Request, seconds};
use crate::kit::config;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{self, Read, Write};

/// The component cannot be compiled; standard error says why.
pub(crate) const REJECTED: u8 = 3;
/// The process could not do its work; standard error says why.
pub(crate) const FAILED: u8 = 4;

/// Compiles one component for the process that started this one, as [`Compiler::process`](crate::Compiler::process)
/// describes: the request is read from standard input and the code is written to standard output. Returns the exit
/// code that this process has to end with.
///
/// Call it before anything else in a process that was started for it. It lowers the resource limits of the whole
/// process.
#[must_use = "the parent needs this exit code"]
pub fn compile_for_parent() -> u8 {
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

/// Sets the limits before the first byte of the component is read.
fn begin(request: Request, input: &mut impl Read) -> io::Result<(Request, Vec<u8>)> {
    let limits = request.limits;
    let time = seconds(limits.time);
    lower(Resource::As, limits.memory, limits.memory)?;
    // The signal of the first limit ends the process; the second is in case that it is ignored.
    lower(Resource::Cpu, time, time.saturating_add(1))?;
    lower(Resource::Fsize, limits.memory, limits.memory)?;
    lower(Resource::Core, 0, 0)?;
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let mut component = Vec::new();
    input.read_to_end(&mut component)?;
    Ok((request, component))
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
