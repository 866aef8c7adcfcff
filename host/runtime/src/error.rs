//! Why a guest was not loaded, or has no answer.

use crate::component_limits::OverLimit;
use crate::engine::World;
use crate::shown::{bounded, escaped, lines};
use amend_document::PatchError;
use amend_store::UpdaterError;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The engine could not be set up.
#[derive(Debug, Clone, thiserror::Error)]
#[error("setting up WebAssembly: {message}")]
pub struct EngineError {
    pub(crate) message: String,
}

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(crate) fn failed(error: wasmtime::Error) -> EngineError {
    EngineError {
        message: format!("{error:#}"),
    }
}

/// Why a guest was not loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    #[error("{}: reading the guest: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no WebAssembly component.
    #[error("{guest}: not a WebAssembly component: {reason}")]
    NotAComponent {
        /// The guest's name.
        guest: String,
        /// What it is, or what is wrong with it.
        reason: String,
    },
    /// It exceeds a bound of [`ComponentLimits`](crate::ComponentLimits). It was not compiled.
    #[error("{guest}: too large to be compiled: {source}")]
    OverLimit {
        /// The guest's name.
        guest: String,
        /// The bound.
        source: OverLimit,
    },
    /// Compiling it took more memory than [`CompileLimits::memory`](crate::CompileLimits::memory).
    #[error(
        "{guest}: compiling it takes more than {limit} bytes of memory (the limit on the memory of compiling, \
         `CompileLimits::memory`)"
    )]
    CompileMemory {
        /// The guest's name.
        guest: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// Compiling it took more processor time than [`CompileLimits::time`](crate::CompileLimits::time).
    #[error(
        "{guest}: compiling it takes longer than {limit:?} of processor time (the limit on the time of compiling, \
         `CompileLimits::time`)"
    )]
    CompileTime {
        /// The guest's name.
        guest: String,
        /// The limit.
        limit: Duration,
    },
    /// The process that compiles ended without a result.
    #[error("{guest}: compiling it failed: {reason}")]
    CompileFailed {
        /// The guest's name.
        guest: String,
        /// How it ended.
        reason: String,
    },
    /// It is made of more, or of larger, parts than this engine sets memory aside for: an engine without a
    /// [pool](crate::EngineBuilder::with_pool) may be able to run it.
    #[error("{guest}: larger than the engine's pool has room for: {reason}")]
    NoRoom {
        /// The guest's name.
        guest: String,
        /// What there is too much of.
        reason: String,
    },
    /// It is a component, but none of the world that was asked for: it imports what it is not given, or does
    /// not export what is called, or with another type.
    #[error("{guest}: not {}: {reason}", article(*world))]
    WrongWorld {
        /// The guest's name.
        guest: String,
        /// The world it was to fit.
        world: World,
        /// What is missing or in the way.
        reason: String,
    },
    /// It failed while it was started to see whether it can be.
    #[error("{guest}: the guest cannot be started: {source}")]
    Start {
        /// The guest's name.
        guest: String,
        /// How it failed.
        source: CallError,
    },
    /// The engine that its limits ask for could not be set up.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

fn article(world: World) -> &'static str {
    match world {
        World::Plugin => "an updater",
        World::Program => "a program",
    }
}

/// Why a guest has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// It refused; the text is its reason, as it said it, of at most 4 KiB: a longer one is cut and says so.
    #[error("{}", escaped(.0))]
    Refused(String),
    /// It answered with something that is not a patch.
    #[error("{}", escaped(&bounded(&.0.to_string())))]
    InvalidPatch(PatchError),
    /// It crashed.
    #[error("the guest trapped: {}{}{}", escaped(reason), after(printed), trace(backtrace.as_deref()))]
    Trap {
        /// What WebAssembly says about it.
        reason: String,
        /// Which functions it was in, the innermost first, where that is known.
        backtrace: Option<String>,
        /// The end of what it had printed.
        printed: String,
    },
    /// It ended itself with `exit` instead of answering.
    #[error(
        "the guest ended itself with exit code {code} instead of answering{}",
        after(printed)
    )]
    Exited {
        /// The code.
        code: i32,
        /// The end of what it had printed.
        printed: String,
    },
    /// It did not answer in time.
    #[error("the guest did not answer within {limit:?} (the limit on its time)")]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// It was not started in time: as many guests as the engine allows at once were running until then.
    #[error(
        "the guest was not started within {limit:?} (the limit on its time), because the engine ran as many guests at \
         once as it may; try again, or let it run more at once"
    )]
    NotStarted {
        /// The limit.
        limit: Duration,
    },
    /// Its answer was not read and applied in the time that it had left.
    #[error(
        "the answer of the guest was not applied within the {limit:?} that it had (the limit on its time)"
    )]
    NotAppliedInTime {
        /// The limit.
        limit: Duration,
    },
    /// Its answer takes more work of the host than it may.
    #[error(
        "the answer of the guest takes more than {limit} units of work (the limit on the host's work)"
    )]
    HostWork {
        /// The limit in units, of about a byte each.
        limit: u64,
    },
    /// Its answer takes more memory of the host than it may.
    #[error(
        "the answer of the guest takes more than {limit} bytes of memory (the limit on the host's memory)"
    )]
    HostMemory {
        /// The limit in bytes.
        limit: usize,
    },
    /// It used up its fuel.
    #[error("the guest used up {limit} units of fuel (the limit on its fuel)")]
    Fuel {
        /// The limit.
        limit: u64,
    },
    /// It wanted more memory than it may have.
    #[error("the guest wanted more than {limit} bytes of memory (the limit on its memory)")]
    Memory {
        /// The limit in bytes.
        limit: usize,
    },
    /// It wanted larger tables than it may have.
    #[error("the guest wanted more than {limit} table elements (the limit on its tables)")]
    Table {
        /// The limit in elements.
        limit: usize,
    },
    /// It is made of more parts than it may be.
    #[error(
        "the guest wanted more than {limit} core instances, memories or tables (the limit on its instances)"
    )]
    Instances {
        /// The limit.
        limit: usize,
    },
    /// Its calls were nested too deep.
    #[error(
        "the guest's calls went deeper than {limit} bytes of stack hold (the limit on its stack): \
         call stack exhausted{}",
        trace(backtrace.as_deref())
    )]
    Stack {
        /// The limit in bytes.
        limit: usize,
        /// Which functions it was in, the innermost first.
        backtrace: Option<String>,
    },
    /// It printed more than it may.
    #[error("the guest printed more than {limit} bytes (the limit on its output)")]
    Output {
        /// The limit in bytes.
        limit: usize,
    },
    /// It printed more lines than it may.
    #[error("the guest printed more than {limit} lines (the limit on its lines)")]
    Lines {
        /// The limit.
        limit: usize,
    },
    /// Its answer, or something else that it handed to the host in one piece, is larger than it may be.
    #[error("the guest handed over more than {limit} bytes at once (the limit on its answer)")]
    Answer {
        /// The limit in bytes.
        limit: usize,
    },
    /// The host could not run it.
    #[error("the guest could not be run: {0}")]
    Host(String),
}

impl CallError {
    /// What happened to the guest that is behind a store's error, where one is.
    ///
    /// [`Store::update`](amend_store::Store::update) tells refusals and answers that are no patches in variants
    /// of its own; all else that can happen to a guest is in
    /// [`Error::UpdaterFailed`](amend_store::Error::UpdaterFailed), and this takes it out.
    pub fn of(error: &amend_store::Error) -> Option<&CallError> {
        match error {
            amend_store::Error::UpdaterFailed { source, .. } => source.downcast_ref(),
            _ => None,
        }
    }
}

/// A backtrace, as a part of a message.
fn trace(backtrace: Option<&str>) -> String {
    backtrace.map_or_else(String::new, |trace| format!("\n{}", lines(trace)))
}

/// What a guest printed, as the end of a message.
fn after(printed: &str) -> String {
    if printed.is_empty() {
        String::new()
    } else {
        format!("; the last that it printed:\n{}", lines(printed))
    }
}

impl From<CallError> for UpdaterError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(reason) => {
                UpdaterError::Refused(escaped(&reason).to_string().into())
            }
            CallError::InvalidPatch(error) => UpdaterError::InvalidPatch(error),
            error => UpdaterError::Failed(Box::new(error)),
        }
    }
}
