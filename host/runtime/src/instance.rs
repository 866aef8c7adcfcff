//! One instance of a guest: made afresh for every call, and gone with it.

use crate::documents::Documents;
use crate::engine::{Engine, World};
use crate::error::CallError;
use crate::explain::{Circumstances, explain};
use crate::limits::Limits;
use crate::meter::Meter;
use crate::output::Output;
use crate::ticker::ticks;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// What the host keeps for one instance.
pub(crate) struct Guest {
    wasi: WasiCtx,
    table: ResourceTable,
    meter: Meter,
    pub(crate) documents: Documents,
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// What an instance is given of the world outside.
pub(crate) struct Given {
    pub(crate) wasi: WasiCtxBuilder,
    pub(crate) documents: Documents,
    /// Where the standard error goes, when it does not go past us.
    pub(crate) printed: Output,
}

impl Given {
    /// What an updater is given, and a guest that is only looked at: somewhere to print to.
    pub(crate) fn nothing(output: Output) -> Given {
        let mut wasi = WasiCtx::builder();
        wasi.stdout(output.clone()).stderr(output.clone());
        Given {
            wasi,
            documents: Documents::none(),
            printed: output,
        }
    }
}

/// A guest that can be instantiated, and the bounds that its instances run in.
pub(crate) struct Sandbox<'p> {
    pub(crate) engine: &'p Engine,
    pub(crate) pre: &'p InstancePre<Guest>,
    pub(crate) world: World,
    pub(crate) limits: &'p Limits,
}

impl Sandbox<'_> {
    /// Makes an instance, runs its start functions and then the body, all within the limits.
    ///
    /// It runs on this thread, inside or outside of whatever async runtime the caller may have.
    pub(crate) fn run<T>(
        &self,
        given: Given,
        body: impl AsyncFnOnce(&mut Store<Guest>, Instance) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        let places = match self.world {
            World::Plugin => &self.engine.shared.for_updaters,
            World::Program => &self.engine.shared.for_programs,
        };
        let limit = self.limits.time;
        let started = Instant::now();
        // Before anything of the instance is made, and given back after all of it is gone.
        let Some(_place) = places.take(limit) else {
            return Err(CallError::NotStarted { limit });
        };
        let output = given.printed.clone();
        let left = limit.saturating_sub(started.elapsed());
        let mut store = self.store(given, left)?;
        let result = {
            // Timers belong to a runtime of ours.
            let _context = self.engine.shared.timers.enter();
            pollster::block_on(within(left, async {
                let instance = self.pre.instantiate_async(&mut store).await?;
                body(&mut store, instance).await
            }))
        };
        let printed = output.finish();
        match result {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => Err(explain(
                &error,
                Circumstances {
                    limits: self.limits,
                    stack: self.engine.stack(),
                    hit: store.data().meter.hit,
                    excess: output.exceeded(),
                    printed,
                },
            )),
            None => Err(CallError::TimedOut { limit }),
        }
    }

    /// Makes the store of an instance that may run for so long.
    fn store(&self, given: Given, time: Duration) -> Result<Store<Guest>, CallError> {
        let Given {
            mut wasi,
            documents,
            ..
        } = given;
        wasi.allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false);
        if self.limits.fuel.is_some() {
            crate::reproducible::make(&mut wasi);
        }
        let guest = Guest {
            wasi: wasi.build(),
            table: ResourceTable::new(),
            meter: Meter::new(self.limits),
            documents: documents
                .with_calls(self.limits.store_calls)
                .with_documents_made(self.limits.documents_made)
                .with_bytes_written(self.limits.bytes_written)
                .with_allowance(self.limits.allowance())
                .with_depth(self.limits.depth)
                .until(Instant::now().checked_add(time)),
        };
        let mut store = Store::new(self.pre.engine(), guest);
        store.limiter(|guest| &mut guest.meter);
        // What the guest hands over is copied into the host, so the host sets the size.
        store.set_hostcall_fuel(self.limits.answer);
        store.set_epoch_deadline(ticks(time));
        if let Some(fuel) = self.limits.fuel {
            store
                .set_fuel(fuel)
                .map_err(|error| CallError::Host(format!("{error:#}")))?;
        }
        Ok(store)
    }
}

/// Waits for at most this long; `None` when it was not enough.
///
/// The timer is only set for a guest that waits for something: one that computes is stopped by its epoch, and
/// most have answered without waiting at all.
async fn within<T>(time: Duration, body: impl Future<Output = T>) -> Option<T> {
    let mut body = pin!(body);
    let started = Instant::now();
    let first = std::future::poll_fn(|context| Poll::Ready(body.as_mut().poll(context))).await;
    match first {
        Poll::Ready(value) => Some(value),
        Poll::Pending => {
            let left = time.saturating_sub(started.elapsed());
            tokio::time::timeout(left, body).await.ok()
        }
    }
}
