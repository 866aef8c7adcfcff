//! The engine: compiles guests, and is shared by all of them.

use crate::builder::EngineBuilder;
use crate::error::EngineError;
use crate::instance::Guest;
use crate::kit::Kit;
use crate::limits::Limits;
use crate::pool::Places;
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;
use wasmtime::component::Linker;

/// Compiles guests. Expensive to make, cheap to clone; one serves a whole process.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    builder: EngineBuilder,
    plain: Kit,
    /// For guests whose fuel is counted: their code is compiled in another way.
    metered: OnceLock<Kit>,
    pub(crate) timers: Handle,
    /// Programs have places of their own: one that waits for an updater must not be in that updater's way.
    pub(crate) for_updaters: Places,
    pub(crate) for_programs: Places,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// Sets an engine up as [`EngineBuilder::default`] describes it, with compiled guests kept in the user's cache.
    ///
    /// # Errors
    ///
    /// When this machine cannot run WebAssembly, or a thread cannot be started.
    pub fn new() -> Result<Engine, EngineError> {
        Engine::builder().build()
    }

    /// Settings for an engine.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    pub(crate) fn assemble(builder: EngineBuilder, timers: Handle) -> Result<Engine, EngineError> {
        let shared = Shared {
            plain: Kit::new(&builder, false)?,
            metered: OnceLock::new(),
            timers,
            for_updaters: Places::new(builder.updaters),
            for_programs: Places::new(builder.programs),
            builder,
        };
        Ok(Engine {
            shared: Arc::new(shared),
        })
    }

    /// How many bytes of stack a guest has.
    pub(crate) fn stack(&self) -> usize {
        self.shared.builder.stack
    }

    /// What guests with these limits are compiled and linked with.
    pub(crate) fn kit(&self, limits: &Limits) -> Result<&Kit, EngineError> {
        let shared = &*self.shared;
        if limits.fuel.is_none() {
            return Ok(&shared.plain);
        }
        if let Some(kit) = shared.metered.get() {
            return Ok(kit);
        }
        let kit = Kit::new(&shared.builder, true)?;
        // When another thread was faster, its kit is used and this one goes.
        Ok(shared.metered.get_or_init(|| kit))
    }

    /// The wasmtime engine, for those who link and run guests themselves with [`add_to_linker`](crate::add_to_linker).
    ///
    /// It interrupts guests by epochs: a store that is made with it needs a deadline
    /// (`wasmtime::Store::set_epoch_deadline`), or its guests trap at once.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.shared.plain.wasmtime
    }
}

/// Which of the kit's linkers a guest is linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum World {
    /// An updater: exports `amend:document/updater`, and imports nothing but WASI.
    Plugin,
    /// A program: a `wasi:cli` command, which may import `amend:document/store`.
    Program,
}

impl World {
    pub(crate) fn linker(self, kit: &Kit) -> &Linker<Guest> {
        match self {
            World::Plugin => &kit.plugins,
            World::Program => &kit.programs,
        }
    }
}

impl std::fmt::Display for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            World::Plugin => "plugin",
            World::Program => "program",
        })
    }
}
