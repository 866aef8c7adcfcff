//! From wasmtime's errors to what happened to the guest.

use crate::error::CallError;
use crate::limits::Limits;
use crate::meter::Hit;
use crate::output::Excess;
use crate::shown::bounded;
use wasmtime::{PoolConcurrencyLimitError, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

/// What is known besides the error itself.
pub(crate) struct Circumstances<'r> {
    pub(crate) limits: &'r Limits,
    pub(crate) stack: usize,
    pub(crate) hit: Option<Hit>,
    pub(crate) excess: Option<Excess>,
    /// The end of what the guest had printed.
    pub(crate) printed: String,
}

/// Finds out which limit, if one, is behind an error.
pub(crate) fn explain(error: &wasmtime::Error, about: Circumstances<'_>) -> CallError {
    let limits = about.limits;
    // Of several streams only one is looked after in `about`; the error knows which it was.
    match about.excess.or(error.downcast_ref().copied()) {
        Some(Excess::Bytes) => {
            return CallError::Output {
                limit: limits.output,
            };
        }
        Some(Excess::Lines) => {
            return CallError::Lines {
                limit: limits.lines,
            };
        }
        None => {}
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => return CallError::TimedOut { limit: limits.time },
        Some(Trap::OutOfFuel) => {
            return CallError::Fuel {
                limit: limits.fuel.unwrap_or_default(),
            };
        }
        Some(Trap::StackOverflow) => {
            return CallError::Stack {
                limit: about.stack,
                backtrace: backtrace(error),
            };
        }
        _ => {}
    }
    if let Some(I32Exit(code)) = error.downcast_ref() {
        return CallError::Exited {
            code: *code,
            printed: about.printed,
        };
    }
    if let Some(full) = error.downcast_ref::<PoolConcurrencyLimitError>() {
        return CallError::Host(full.to_string());
    }
    // wasmtime keeps the types of these two to itself.
    let says = |text| error.chain().any(|cause| cause.to_string().contains(text));
    if says("fuel allocated for hostcalls") {
        return CallError::Answer {
            limit: limits.answer,
        };
    }
    if says("resource limit exceeded") {
        return CallError::Instances {
            limit: limits.instances,
        };
    }
    // The last to be asked: a guest may have been refused memory, and have gone on without.
    match about.hit {
        Some(Hit::Memory) => CallError::Memory {
            limit: limits.memory,
        },
        Some(Hit::Table) => CallError::Table {
            limit: limits.table_elements,
        },
        None => CallError::Trap {
            reason: reason(error),
            backtrace: backtrace(error),
            printed: about.printed,
        },
    }
}

/// What is said besides the backtrace.
fn reason(error: &wasmtime::Error) -> String {
    let causes = error.chain().map(ToString::to_string);
    let causes: Vec<String> = causes
        .filter(|cause| !cause.starts_with("error while executing at wasm backtrace"))
        .collect();
    bounded(&causes.join(": "))
}

/// Which functions the guest was in. It stands last in a message, as the lines of it do.
fn backtrace(error: &wasmtime::Error) -> Option<String> {
    let trace = error.downcast_ref::<WasmBacktrace>()?;
    (!trace.frames().is_empty()).then(|| bounded(trace.to_string().trim_end()))
}
