//! Runs guests: WebAssembly components, in any language, that say how a document should change.
//!
//! A guest is not trusted. It is given the document and its arguments, and answers with a patch; it has no
//! file system, no network, no environment. Every call runs in a fresh instance and within [`Limits`]; a
//! guest that traps, loops or eats memory is an error of that one update, and nothing more.
//!
//! ```no_run
//! use amend_runtime::{Engine, Limits};
//! use amend_store::{Json, Store};
//!
//! // Once: compiling comes before any lock.
//! let engine = Engine::new()?;
//! let counter = engine.load("counter.wasm", Limits::default())?;
//!
//! // As often as you like, from as many threads as you like.
//! let store = Store::open("/var/lib/app")?;
//! let receipt = store.update("state.json", counter.with_args(Json::parse(r#"{"by": 2}"#)?))?;
//! println!("now at version {}", receipt.version);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From async code
//!
//! Updates block: they wait for a lock and for the disk. Call them where blocking is allowed, in
//! `tokio::task::spawn_blocking` for example. They never panic for being called inside of a runtime.
//!
//! # Limitations
//!
//! - The limits bound one call. An engine runs 256 at once; more wait for one of them to end.
//! - The clock and random numbers are real, so a guest can answer differently for the same document.

mod answer;
mod bindings;
mod builder;
mod compile;
mod documents;
mod engine;
mod error;
mod explain;
mod grants;
mod inspect;
mod instance;
mod invocation;
mod kit;
mod limits;
mod linker;
mod loaded;
mod meter;
mod output;
mod plugin;
mod pool;
mod program;
mod reproducible;
mod said;
mod stdio;
mod ticker;

pub use builder::{CompiledCache, EngineBuilder};
pub use documents::Documents;
pub use engine::{Engine, World};
pub use error::{CallError, EngineError, LoadError};
pub use grants::{Grants, NameError};
pub use inspect::{Fit, Inspection, Interface};
pub use invocation::{Exit, Invocation};
pub use limits::Limits;
pub use linker::{add_to_linker, add_to_linker_async};
pub use plugin::{Call, Plugin};
pub use program::Program;
pub use wasmtime;
