//! One instance of a guest: made afresh for every call, and gone with it.

use crate::bindings::amend::document::types::Patch as Answer;
use crate::error::CallError;
use crate::limits::{Hit, Limits, Meter};
use crate::output::Output;
use crate::pool::Places;
use crate::ticker::ticks;
use std::sync::Arc;
use tokio::runtime::Handle;
use wasmtime::component::{ComponentExportIndex, InstancePre, TypedFunc};
use wasmtime::{Store, Trap};
use wasmtime_wasi::{I32Exit, ResourceTable, WasiCtx, WasiCtxView, WasiView};

/// The one function that an updater exports, `amend:document/updater.update`.
type Update = TypedFunc<(Option<&'static str>, &'static str), (Result<Option<Answer>, String>,)>;

/// What the host keeps for one instance.
pub(crate) struct Guest {
    wasi: WasiCtx,
    table: ResourceTable,
    meter: Meter,
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// An instance that is about to run.
pub(crate) struct Run<'p> {
    pub(crate) pre: &'p InstancePre<Guest>,
    pub(crate) update: &'p ComponentExportIndex,
    pub(crate) name: &'p Arc<str>,
    pub(crate) limits: &'p Limits,
    pub(crate) timers: &'p Handle,
    pub(crate) places: &'p Places,
}

impl Run<'_> {
    /// Instantiates the guest and calls its `update`.
    pub(crate) fn update(
        &self,
        current: Option<&str>,
        args: &str,
    ) -> Result<Option<Answer>, CallError> {
        let answer = self.run(async |store| {
            let update = self.instantiate(store).await?;
            let (answer,) = update.call_async(store, (current, args)).await?;
            Ok(answer)
        })?;
        answer.map_err(CallError::Refused)
    }

    /// Instantiates the guest, which runs its start functions, and checks its types; nothing else.
    pub(crate) fn start(&self) -> Result<(), CallError> {
        self.run(async |store| self.instantiate(store).await.map(drop))
    }

    async fn instantiate(&self, store: &mut Store<Guest>) -> wasmtime::Result<Update> {
        let instance = self.pre.instantiate_async(&mut *store).await?;
        // Not through the generated call: that one wants `String`s, and a document is not copied for it.
        instance.get_typed_func(store, self.update)
    }

    fn run<T>(
        &self,
        body: impl AsyncFnOnce(&mut Store<Guest>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        // Before anything of the instance is made, and given back after all of it is gone.
        let _place = self.places.take();
        let output = Output::new(self.name.clone(), self.limits.output);
        let mut store = self.store(&output);
        let time = self.limits.time;
        let result = {
            // The timer belongs to the runtime of the timers, but the guest runs here, on this thread,
            // inside or outside of whatever async runtime the caller may have.
            let _context = self.timers.enter();
            pollster::block_on(async { tokio::time::timeout(time, body(&mut store)).await })
        };
        let printed = output.finish();
        match result {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.explain(&error, store.data().meter.hit, &output, printed)),
            Err(_elapsed) => Err(CallError::TimedOut { limit: time }),
        }
    }

    fn store(&self, output: &Output) -> Store<Guest> {
        let wasi = WasiCtx::builder()
            .stdout(output.clone())
            .stderr(output.clone())
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        let guest = Guest {
            wasi,
            table: ResourceTable::new(),
            meter: Meter::new(self.limits),
        };
        let mut store = Store::new(self.pre.engine(), guest);
        store.limiter(|guest| &mut guest.meter);
        // What the guest hands back is copied into the host, so the host sets the size.
        store.set_hostcall_fuel(self.limits.answer);
        store.set_epoch_deadline(ticks(self.limits.time));
        store
    }

    /// Finds out which limit, if one, is behind the error.
    fn explain(
        &self,
        error: &wasmtime::Error,
        hit: Option<Hit>,
        output: &Output,
        printed: String,
    ) -> CallError {
        if output.exceeded() {
            return CallError::Output {
                limit: self.limits.output,
            };
        }
        match hit {
            Some(Hit::Memory) => {
                return CallError::Memory {
                    limit: self.limits.memory,
                };
            }
            Some(Hit::Table) => {
                return CallError::Table {
                    limit: self.limits.table_elements,
                };
            }
            None => {}
        }
        if let Some(I32Exit(code)) = error.downcast_ref() {
            let reason = format!("it ended itself with exit code {code} instead of answering");
            return CallError::Trap { reason, printed };
        }
        // wasmtime keeps the type of this error to itself.
        if error
            .chain()
            .any(|cause| cause.to_string().contains("fuel allocated for hostcalls"))
        {
            return CallError::Answer {
                limit: self.limits.answer,
            };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => CallError::TimedOut {
                limit: self.limits.time,
            },
            _ => CallError::Trap {
                reason: format!("{error:#}"),
                printed,
            },
        }
    }
}
