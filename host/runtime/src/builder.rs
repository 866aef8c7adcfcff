//! Settings for an engine.

use crate::compiler::Compiler;
use crate::component_limits::ComponentLimits;
use crate::engine::Engine;
use crate::error::{EngineError, failed};
use std::path::PathBuf;
use std::sync::OnceLock;
use tokio::runtime::{Handle, Runtime};

/// Where compiled guests are kept, so that a guest is compiled once and not in every process.
///
/// Its files are run as native code. A directory is not used if another user owns it or may write to it. Nor is it used
/// below a directory that another user owns or may write to, unless that one is sticky, as `/tmp` is. It holds a gigabyte
/// at the most. Files are mapped through `/proc`: if that is not mounted, each process compiles its guests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CompiledCache {
    /// In the user's cache directory: `~/.cache/amend`, or `$XDG_CACHE_HOME/amend`. If that cannot be used, a warning is
    /// logged and nothing is kept.
    #[default]
    User,
    /// This directory. It is made when it does not exist.
    Directory(PathBuf),
    /// Nowhere.
    Off,
}

/// Settings for an [`Engine`].
///
/// ```
/// use amend_runtime::{CompiledCache, Engine};
///
/// let engine = Engine::builder()
///     .with_cache(CompiledCache::Off)
///     .with_stack(256 << 10)
///     .with_updaters_at_once(32)
///     .build()?;
/// # Ok::<(), amend_runtime::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct EngineBuilder {
    pub(crate) cache: CompiledCache,
    pub(crate) compiler: Compiler,
    pub(crate) component_limits: ComponentLimits,
    pub(crate) stack: usize,
    pub(crate) updaters: u32,
    pub(crate) programs: u32,
    pub(crate) is_pooled: bool,
}

impl Default for EngineBuilder {
    fn default() -> Self {
        EngineBuilder {
            cache: CompiledCache::User,
            compiler: Compiler::in_process(),
            component_limits: ComponentLimits::default(),
            stack: 512 << 10,
            updaters: 256,
            programs: 64,
            is_pooled: true,
        }
    }
}

impl EngineBuilder {
    /// Sets where compiled guests are kept; in the user's cache by default.
    #[must_use]
    pub fn with_cache(mut self, cache: CompiledCache) -> Self {
        self.cache = cache;
        self
    }

    /// Sets where guests are compiled; in this process by default, without a bound on time and memory.
    #[must_use]
    pub fn with_compiler(mut self, compiler: Compiler) -> Self {
        self.compiler = compiler;
        self
    }

    /// Sets how large a component and its parts may be.
    #[must_use]
    pub fn with_component_limits(mut self, limits: ComponentLimits) -> Self {
        self.component_limits = limits;
        self
    }

    /// Sets how many bytes of stack a guest has for its calls; 512 KiB by default. It is beside what a language
    /// keeps on a stack in linear memory.
    #[must_use]
    pub fn with_stack(mut self, bytes: usize) -> Self {
        self.stack = bytes;
        self
    }

    /// Sets how many updaters run at once, 256 by default; more wait for one of them to end, as long as
    /// [`Limits::time`](crate::Limits::time). At least one runs.
    #[must_use]
    pub fn with_updaters_at_once(mut self, count: u32) -> Self {
        self.updaters = count.max(1);
        self
    }

    /// Sets how many programs run at once, 64 by default; more wait for one of them to end, as long as
    /// [`Limits::time`](crate::Limits::time). At least one runs.
    #[must_use]
    pub fn with_programs_at_once(mut self, count: u32) -> Self {
        self.programs = count.max(1);
        self
    }

    /// Sets whether memory for all guests that run at once is set aside in advance, as it is by default: a fresh
    /// instance then costs microseconds. It is address space, terabytes of it, and not memory; a process that
    /// calls a guest once and ends is faster without.
    #[must_use]
    pub fn with_pool(mut self, is_pooled: bool) -> Self {
        self.is_pooled = is_pooled;
        self
    }

    /// Sets the engine up.
    ///
    /// # Errors
    ///
    /// When this machine cannot run WebAssembly, the cache's directory is not usable, or a thread cannot be
    /// started.
    pub fn build(self) -> Result<Engine, EngineError> {
        Engine::assemble(self, timers()?)
    }
}

/// The runtime whose timers end a guest that blocks in a host call, where epochs do not reach. Guests run on
/// their callers' threads; this one has a single thread, for all engines, and is never dropped, because
/// dropping a runtime inside another one panics.
fn timers() -> Result<Handle, EngineError> {
    static TIMERS: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = TIMERS.get() {
        return Ok(runtime.handle().clone());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("amend-timers")
        .enable_time()
        .build()
        .map_err(|error| failed(error.into()))?;
    match TIMERS.set(runtime) {
        Ok(()) => {}
        // Another thread was faster.
        Err(unused) => unused.shutdown_background(),
    }
    TIMERS
        .get()
        .map(|runtime| runtime.handle().clone())
        .ok_or_else(|| EngineError {
            message: "the timers are gone".to_owned(),
        })
}
