//! The yardstick: wasmtime, as whoever knows it well would use it for a fresh instance a call, with WASI and with
//! a deadline, and nothing of what amend adds.

use wasmtime::component::{
    Component, ComponentExportIndex, ComponentType, InstancePre, Lift, Linker,
};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store,
};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};

/// A guest, ready to be called.
pub(crate) struct Bare {
    engine: Engine,
    pre: InstancePre<State>,
    update: ComponentExportIndex,
}

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
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
#[expect(dead_code, reason = "that it was taken over is all that counts")]
#[derive(Debug, Clone, ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Patch {
    #[component(name = "operations")]
    Operations(String),
    #[component(name = "merge")]
    Merge(String),
    #[component(name = "replace")]
    Replace(String),
}

type Answer = Result<Option<Patch>, String>;

impl Bare {
    pub(crate) fn load(component: &[u8]) -> wasmtime::Result<Bare> {
        // Of all that was tried, the fastest by far.
        let mut pool = PoolingAllocationConfig::new();
        pool.linear_memory_keep_resident(256 << 10)
            .table_keep_resident(256 << 10)
            .pagemap_scan(Enabled::Auto);
        let mut config = Config::new();
        config
            .epoch_interruption(true)
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
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

    pub(crate) fn call(&self, current: &str, args: &str) -> wasmtime::Result<Answer> {
        let state = State {
            wasi: WasiCtx::builder().build(),
            table: ResourceTable::new(),
        };
        let mut store = Store::new(&self.engine, state);
        store.set_epoch_deadline(500);
        let instance = self.pre.instantiate(&mut store)?;
        let update =
            instance.get_typed_func::<(Option<&str>, &str), (Answer,)>(&mut store, self.update)?;
        let (answer,) = update.call(&mut store, (Some(current), args))?;
        Ok(answer)
    }
}

/// wasmtime's errors are not the standard library's.
#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(crate) fn failed(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}
