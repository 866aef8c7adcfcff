//! wasmtime and nothing of what amend adds: the yardstick of the benchmarks, and a host that keeps an instance.

use wasmtime::component::{
    Component, ComponentExportIndex, ComponentType, InstancePre, Lift, Linker, TypedFunc,
};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, ResourceLimiter,
    Store,
};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};

/// A guest, ready to be called.
pub struct Bare {
    engine: Engine,
    pre: InstancePre<State>,
    update: ComponentExportIndex,
}

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    memory: Memory,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// `amend:document/types.patch`.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift)]
#[component(variant)]
pub enum Patch {
    /// RFC 6902.
    #[component(name = "operations")]
    Operations(String),
    /// RFC 7396.
    #[component(name = "merge")]
    Merge(String),
    /// The whole new document.
    #[component(name = "replace")]
    Replace(String),
}

/// What an updater answers with.
pub type Answer = Result<Option<Patch>, String>;

type Update = TypedFunc<(Option<&'static str>, &'static str), (Answer,)>;

impl Bare {
    /// As whoever knows wasmtime well would load a guest to call it in a fresh instance each time, with WASI and with a
    /// deadline.
    ///
    /// # Errors
    ///
    /// When it is no updater.
    pub fn load(component: &[u8]) -> wasmtime::Result<Bare> {
        // Of all that was tried, the fastest by far.
        let mut pool = PoolingAllocationConfig::new();
        pool.linear_memory_keep_resident(256 << 10)
            .table_keep_resident(256 << 10)
            .pagemap_scan(Enabled::Auto);
        Bare::load_with(component, InstanceAllocationStrategy::Pooling(pool))
    }

    /// As anybody would load a guest to call it in one instance: [`Bare::keep`].
    ///
    /// # Errors
    ///
    /// When it is no updater.
    pub fn load_to_keep(component: &[u8]) -> wasmtime::Result<Bare> {
        Bare::load_with(component, InstanceAllocationStrategy::OnDemand)
    }

    fn load_with(component: &[u8], strategy: InstanceAllocationStrategy) -> wasmtime::Result<Bare> {
        let mut config = Config::new();
        config
            .epoch_interruption(true)
            .allocation_strategy(strategy);
        let engine = Engine::new(&config)?;
        let component = Component::from_binary(&engine, component)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
        let updater = component.get_export_index(None, "amend:document/updater@0.1.0");
        let update = component.get_export_index(updater.as_ref(), "update");
        Ok(Bare {
            update: update.ok_or_else(|| wasmtime::Error::msg("it exports no update"))?,
            pre: linker.instantiate_pre(&component)?,
            engine,
        })
    }

    /// Calls it in a fresh instance.
    ///
    /// # Errors
    ///
    /// When it traps.
    pub fn call(&self, current: &str, args: &str) -> wasmtime::Result<Answer> {
        let mut store = self.store();
        let update = self.instantiate(&mut store)?;
        let (answer,) = update.call(&mut store, (Some(current), args))?;
        Ok(answer)
    }

    /// An instance that is called again and again.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn keep(&self) -> wasmtime::Result<Kept> {
        let mut store = self.store();
        store.limiter(|state| &mut state.memory);
        let update = self.instantiate(&mut store)?;
        Ok(Kept { store, update })
    }

    fn store(&self) -> Store<State> {
        let state = State {
            wasi: WasiCtx::builder().build(),
            table: ResourceTable::new(),
            memory: Memory::default(),
        };
        let mut store = Store::new(&self.engine, state);
        store.set_epoch_deadline(500);
        store
    }

    fn instantiate(&self, store: &mut Store<State>) -> wasmtime::Result<Update> {
        let instance = self.pre.instantiate(&mut *store)?;
        instance.get_typed_func(store, self.update)
    }
}

/// One instance, and what it keeps from call to call.
pub struct Kept {
    store: Store<State>,
    update: Update,
}

impl Kept {
    /// Calls it.
    ///
    /// # Errors
    ///
    /// When it traps; it cannot be called again then.
    pub fn call(&mut self, current: Option<&str>, args: &str) -> wasmtime::Result<Answer> {
        let (answer,) = self.update.call(&mut self.store, (current, args))?;
        Ok(answer)
    }

    /// How many bytes of linear memory it has.
    pub fn memory(&self) -> usize {
        self.store.data().memory.bytes
    }
}

/// Counts an instance's linear memory, and grants all of it.
#[derive(Default)]
struct Memory {
    bytes: usize,
}

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.bytes += desired - current;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

/// wasmtime's errors are not the standard library's.
#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub fn failed(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}
