//! Where components are compiled, and what compiling may cost.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// What compiling one component may cost, where it is compiled in a [process](Compiler::process) of its own.
///
/// The largest guest of amend's repository (Python, 19 MB) needs a quarter of the time and half of the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompileLimits {
    /// Bytes of address space of the compiling process. 2 GiB by default.
    pub memory: u64,
    /// Processor time of the compiling process, of all its threads together. A minute by default. On the clock, ten times
    /// as long may pass, rounded up to seconds.
    pub time: Duration,
}

impl Default for CompileLimits {
    fn default() -> Self {
        CompileLimits {
            memory: 2 << 30,
            time: Duration::from_secs(60),
        }
    }
}

impl CompileLimits {
    /// Sets how many bytes of address space the compiling process may have.
    #[must_use]
    pub fn with_memory(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets how much processor time the compiling process may use.
    #[must_use]
    pub fn with_time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }
}

/// Where an engine compiles components.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compiler(pub(crate) Place);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Place {
    #[default]
    Inside,
    Process(Command),
}

/// A command that compiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) limits: CompileLimits,
}

impl Compiler {
    /// In this process, which is the default. Beyond [`ComponentLimits`](crate::ComponentLimits), neither the time nor
    /// the memory is bounded: a component that is built to be expensive can end this process. For components that this
    /// program's own users trust.
    pub fn in_process() -> Compiler {
        Compiler(Place::Inside)
    }

    /// In a process of its own for each component, within limits that the operating system enforces (`RLIMIT_AS` and
    /// `RLIMIT_CPU`). A component that exceeds one is a [`LoadError`](crate::LoadError) of that load.
    ///
    /// The command has to call [`compile_for_parent`](crate::compile_for_parent) and do nothing else. It has to be of
    /// the same build as this process: a program that starts itself with an argument that only it knows is the usual
    /// form.
    ///
    /// ```no_run
    /// use amend_runtime::{CompileLimits, Compiler, Engine, compile_for_parent};
    ///
    /// if std::env::args().nth(1).as_deref() == Some("compile-guest") {
    ///     std::process::exit(compile_for_parent().into());
    /// }
    /// let this = std::env::current_exe()?;
    /// let compiler = Compiler::process(this, ["compile-guest"], CompileLimits::default());
    /// let engine = Engine::builder().with_compiler(compiler).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn process(
        program: impl Into<PathBuf>,
        args: impl IntoIterator<Item = impl Into<OsString>>,
        limits: CompileLimits,
    ) -> Compiler {
        Compiler(Place::Process(Command {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            limits,
        }))
    }
}
