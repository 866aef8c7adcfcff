//! Guests under tokio: requests come in on async tasks, and none of tokio's own threads ever waits for a lock, for the
//! disk or for a guest.
//!
//!     cargo run -p amend-runtime --example tokio -- target/guests/rust/counter.wasm state.json
//!
//! Updates of one document that come in at once are committed together, so a thousand requests cost a few commits.

use amend_runtime::{Engine, Limits, Plugin};
use amend_store::{Json, Options, Receipt, Store};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinSet, spawn_blocking};

/// What the requests of a server share.
struct App {
    store: Store,
    document: PathBuf,
    counter: Plugin,
}

impl App {
    /// One request. The guest and the commit run on a thread that may block, of which tokio has up to 512.
    async fn count(self: Arc<Self>, by: u32) -> anyhow::Result<Receipt> {
        let receipt = spawn_blocking(move || {
            let args = Json::parse(format!(r#"{{"by": {by}}}"#))?;
            let receipt = self
                .store
                .update(&self.document, self.counter.with_args(args))?;
            anyhow::Ok(receipt)
        });
        receipt.await?
    }
}

async fn serve(app: App) -> anyhow::Result<()> {
    let app = Arc::new(app);
    let mut requests = JoinSet::new();
    for _ in 0..1000 {
        requests.spawn(app.clone().count(1));
    }
    let mut alive = 0;
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    loop {
        tokio::select! {
            receipt = requests.join_next() => match receipt {
                Some(receipt) => drop(receipt??),
                None => break,
            },
            // Proof that nothing blocks this thread, the only one that there is for tasks.
            _ = ticks.tick() => alive += 1,
        }
    }
    println!("a thousand updates, and {alive} ticks of 10 ms beside them");
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(component), Some(document)) = (args.next(), args.next()) else {
        anyhow::bail!("usage: tokio COUNTER.WASM DOCUMENT");
    };
    let (store, document) = Store::locate(document, Options::default())?;
    let counter = Engine::new()?.load(component, Limits::default())?;
    let app = App {
        store,
        document,
        counter,
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?
        .block_on(serve(app))
}
