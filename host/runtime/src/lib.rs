//! Runs guests: WebAssembly components, in any language, that say how a document should change.
//!
//! A guest is not trusted. There are two kinds:
//!
//! - An *updater* ([`Plugin`]) is told a document and arguments, and answers with a patch. It can touch nothing.
//! - A *program* ([`Program`]) is a command that changes documents when it likes, those that it was granted
//!   ([`Grants`]), as far as it was granted.
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
//! ```no_run
//! use amend_runtime::{Engine, Grants, Invocation, Limits};
//! use amend_store::{Grant, Pointer, Store};
//!
//! let engine = Engine::new()?;
//! let tidy = engine.load_program("tidy.wasm", Limits::for_programs())?;
//!
//! // It sees the one member of each document that is its own, as if it were the whole document.
//! let own = Grant::new(Store::open("/var/lib/app")?).under(Pointer::parse("/plugins/tidy")?);
//! let grants = Grants::new().with_documents("state", own)?;
//! let exit = tidy.run(&grants, Invocation::new().with_args(["--dry-run"]).collecting())?;
//! assert_eq!(exit.code, 0, "{}", String::from_utf8_lossy(&exit.errors));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a guest can do
//!
//! - It computes, in memory of its own, in an instance that is made for the call and gone with it.
//! - It prints, to the log, or to where the host says.
//! - It reads a clock and random numbers, unless it runs on [fuel](Limits::fuel).
//! - A program reads and updates documents through `amend:document/store`, sees the arguments and the environment
//!   that it was given, and applies updaters that it was granted by name.
//!
//! # What a guest can never do
//!
//! - Reach a file, a directory or the network: it has WASI, and WASI has nothing to give it.
//! - Name a document outside of its grants. A path is confined to the store's directory whatever symbolic links are
//!   planted while it runs; through a scope, nothing outside of the scope can be read, changed, compared or tested.
//!   Lock files and temporary files are not documents.
//! - Learn where a document is on this machine, or who else works on it: what it is told speaks of the path that it
//!   said itself.
//! - Hold a lock. An updater runs under one, for [`Limits::time`] at the most. That time includes the wait for a place in
//!   the engine, and the work of the host to read and to apply the answer. It does not include the disk.
//! - Use more than its [`Limits`], in its own instance or in the host. Exceeding one is an error of that call alone
//!   ([`CallError`]), with the name of the limit and its setting. One clock that always runs counts the time of all guests;
//!   a guest that waits in a call of the host is stopped as well.
//! - Harm another guest: a trap ends the one that trapped.
//!
//! # Which error is which
//!
//! [`amend_store::Error`] tells refusals ([`Refused`]), conflicts ([`Apply`], [`VersionMismatch`]), denials
//! ([`NotGranted`], [`InvalidPath`], [`Escapes`]) and answers that are no patch ([`InvalidPatch`]) apart. All else
//! that can happen to a guest is a [`CallError`], which [`CallError::of`] takes out of it: a trap with the backtrace
//! and the end of what it had printed, or the limit that it ran into.
//!
//! [`Refused`]: amend_store::Error::Refused
//! [`Apply`]: amend_store::Error::Apply
//! [`VersionMismatch`]: amend_store::Error::VersionMismatch
//! [`NotGranted`]: amend_store::Error::NotGranted
//! [`InvalidPath`]: amend_store::Error::InvalidPath
//! [`Escapes`]: amend_store::Error::Escapes
//! [`InvalidPatch`]: amend_store::Error::InvalidPatch
//!
//! # From async code
//!
//! Updates and runs block: they wait for a lock and for the disk. Call them where blocking is allowed, in
//! `tokio::task::spawn_blocking` for example; `examples/tokio.rs` is a whole program. They never panic for being
//! called inside of a runtime. Whoever links guests into wasmtime stores of their own has [`add_to_linker`], and
//! [`add_to_linker_async`] for stores that suspend instead of blocking.
//!
//! # Tracing
//!
//! Three spans say where the time of an update goes: `lock wait` and `commit`, of the store, and `guest`. What guests
//! print are events with the target `amend::guest`.
//!
//! # Limitations
//!
//! - The limits bound one call. An engine runs 256 updaters and 64 programs at once ([`EngineBuilder`]); more wait for
//!   one of them to end.
//! - Compiling takes seconds for a large component. It is bounded in time and memory where it is done in a process of
//!   its own ([`Compiler::process`]); in this process, which is the default, only obvious bombs are refused
//!   ([`ComponentLimits`]). Components of strangers belong in a compiling process.
//! - One instruction is not interrupted. One that fills or copies hundreds of megabytes takes a part of a second, and a
//!   deadline that falls into it is late by as much.
//! - Without fuel, the clock and random numbers are real, so a guest can answer differently for the same document.
//! - A commit that has begun is not broken off, whatever the time is: a program can be late by as much as the disk is.
//! - Guests share a processor. What one can learn about another from its caches and its timing is not hidden.

mod answer;
mod bindings;
mod builder;
mod cache;
mod cache_directory;
mod cache_entry;
mod cases;
mod compile;
mod compile_child;
mod compile_process;
mod compile_request;
mod compiler;
mod component_limits;
mod counted;
mod describe;
mod documents;
mod engine;
mod error;
mod expected_types;
mod explain;
mod grants;
mod inspect;
mod instance;
mod invocation;
mod kit;
mod limits;
mod linker;
mod loaded;
mod look;
mod meter;
mod names;
mod output;
mod plugin;
mod pool;
mod program;
mod reproducible;
mod said;
mod shown;
mod stdio;
mod table;
mod ticker;
mod trusted_path;

pub use builder::{CompiledCache, EngineBuilder};
pub use cases::{Case, Expected, Mismatch};
pub use compile_child::compile_for_parent;
pub use compiler::{CompileLimits, Compiler};
pub use component_limits::{ComponentLimits, OverLimit};
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
pub use shown::{Escaped, escaped};
pub use table::CasesError;
pub use wasmtime;
