//! The engine: compiles guests, and is shared by all of them.

use crate::error::EngineError;
use crate::instance::Guest;
use crate::pool::{Places, use_pool};
use crate::ticker;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::runtime::{Handle, Runtime};
use tracing::{debug, warn};
use wasmtime::component::Linker;
use wasmtime::{Cache, CacheConfig, Config};

/// Where compiled guests are kept, so that a guest is compiled once and not in every process.
///
/// What is in there is native code that will be run: the directory must belong to the user, and must not be
/// writable by anybody else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CompiledCache {
    /// Where `wasmtime` keeps its own, in the user's cache directory (`~/.cache/wasmtime` on Linux). Where
    /// there is no such directory, a warning is logged and nothing is kept.
    #[default]
    User,
    /// This directory. It is made when it does not exist.
    Directory(PathBuf),
    /// Nowhere.
    Off,
}

/// Compiles guests. Expensive to make, cheap to clone; one serves a whole process.
#[derive(Clone)]
pub struct Engine {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) linker: Arc<Linker<Guest>>,
    pub(crate) timers: Handle,
    pub(crate) places: Places,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// Sets an engine up, with compiled guests kept in the user's cache.
    ///
    /// # Errors
    ///
    /// When this machine cannot run WebAssembly, or a thread cannot be started.
    pub fn new() -> Result<Engine, EngineError> {
        Engine::with_cache(&CompiledCache::User)
    }

    /// Sets an engine up.
    ///
    /// # Errors
    ///
    /// As [`Engine::new`], and when the cache's directory is not usable.
    pub fn with_cache(cache: &CompiledCache) -> Result<Engine, EngineError> {
        let mut config = Config::new();
        config.wasm_component_model(true);
        config.epoch_interruption(true);
        config.cache(open_cache(cache)?);
        let mut pooled = config.clone();
        use_pool(&mut pooled);
        let wasmtime = wasmtime::Engine::new(&pooled)
            .or_else(|error| {
                // Where address space is limited (`ulimit -v`), each instance has to ask for its own.
                debug!("without a pool: {error:#}");
                wasmtime::Engine::new(&config)
            })
            .map_err(failed)?;
        let mut linker = Linker::new(&wasmtime);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(failed)?;
        ticker::start(wasmtime.weak()).map_err(|error| failed(error.into()))?;
        Ok(Engine {
            wasmtime,
            linker: Arc::new(linker),
            timers: timers()?,
            places: Places::new(),
        })
    }
}

fn open_cache(cache: &CompiledCache) -> Result<Option<Cache>, EngineError> {
    let mut config = CacheConfig::new();
    match cache {
        CompiledCache::Off => return Ok(None),
        CompiledCache::User => {}
        CompiledCache::Directory(directory) => {
            config.with_directory(directory);
        }
    }
    match (Cache::new(config), cache) {
        (Ok(opened), _) => Ok(Some(opened)),
        (Err(error), CompiledCache::User) => {
            warn!("compiled guests are not kept: {error:#}");
            Ok(None)
        }
        (Err(error), _) => Err(failed(error)),
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

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn failed(error: wasmtime::Error) -> EngineError {
    EngineError {
        message: format!("{error:#}"),
    }
}
