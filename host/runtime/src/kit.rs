//! What guests of one kind of compiled code are compiled and linked with.

use crate::builder::EngineBuilder;
use crate::cache::Cache;
use crate::compiler::Compiler;
use crate::component_limits::ComponentLimits;
use crate::error::{EngineError, failed};
use crate::instance::Guest;
use crate::linker::add_to_linker;
use crate::pool::use_pool;
use crate::ticker;
use tracing::debug;
use wasmtime::Config;
use wasmtime::component::Linker;

/// What async stacks hold besides the guest's own stack: the host's functions that it calls.
const HOST_STACK: usize = 1 << 20;

pub(crate) struct Kit {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) cache: Option<Cache>,
    pub(crate) component_limits: ComponentLimits,
    pub(crate) compiler: Compiler,
    pub(crate) stack: usize,
    pub(crate) is_metered: bool,
    pub(crate) plugins: Linker<Guest>,
    pub(crate) programs: Linker<Guest>,
}

impl Kit {
    /// A kit; one that is metered counts fuel and leaves nothing open that a machine could answer in its own way.
    pub(crate) fn new(builder: &EngineBuilder, is_metered: bool) -> Result<Kit, EngineError> {
        let config = config(builder.stack, is_metered);
        let wasmtime = start(&config, builder).map_err(failed)?;
        let mut plugins = Linker::new(&wasmtime);
        wasmtime_wasi::p2::add_to_linker_async(&mut plugins).map_err(failed)?;
        let mut programs = plugins.clone();
        add_to_linker(&mut programs, |guest: &mut Guest| &mut guest.documents).map_err(failed)?;
        ticker::start(wasmtime.weak()).map_err(|error| failed(error.into()))?;
        Ok(Kit {
            wasmtime,
            component_limits: builder.component_limits.clone(),
            compiler: builder.compiler.clone(),
            stack: builder.stack,
            is_metered,
            cache: Cache::open(&builder.cache)?,
            plugins,
            programs,
        })
    }
}

/// The settings that compiled code depends on. They are those of the pool's engine as well, so code that is compiled
/// without one runs in it.
pub(crate) fn config(stack: usize, is_metered: bool) -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.epoch_interruption(true);
    config.max_wasm_stack(stack);
    config.async_stack_size(stack.saturating_add(HOST_STACK));
    if is_metered {
        config.consume_fuel(true);
        config.cranelift_nan_canonicalization(true);
        config.relaxed_simd_deterministic(true);
    }
    config
}

fn start(config: &Config, builder: &EngineBuilder) -> wasmtime::Result<wasmtime::Engine> {
    if builder.is_pooled {
        let mut pooled = config.clone();
        use_pool(
            &mut pooled,
            builder.updaters.saturating_add(builder.programs),
        );
        match wasmtime::Engine::new(&pooled) {
            Ok(engine) => return Ok(engine),
            // Where address space is limited (`ulimit -v`), each instance has to ask for its own.
            Err(error) => debug!("without a pool: {error:#}"),
        }
    }
    wasmtime::Engine::new(config)
}
