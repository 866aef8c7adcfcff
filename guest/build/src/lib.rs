//! Compiles guests to WebAssembly components, whatever language they are written in.
//!
//! A guest is a folder `guest/examples/<language>/<name>`; nothing lists them a second time. On the command
//! line it is `cargo guests`; a test asks for what it needs:
//!
//! ```no_run
//! let counter = amend_guest_build::component("rust/counter")?;
//! # Ok::<(), amend_guest_build::Error>(())
//! ```
//!
//! A guest is one component, but for those that are many small ones with the same dependencies: a cargo package with
//! a binary for each, which [`components_in`] compiles in one go.
//!
//! A guest is compiled when it, or something it is made of, has changed: cargo knows that of Rust, and of all other
//! languages the bytes of what went into the component are compared (`recipe.rs`). Tools are installed and work in
//! directories of their own under the workspace's target directory, so this may be called from inside `cargo test` and
//! `cargo run`, and by many processes at once: one compiles, the others wait for it.
//!
//! # Adding a language
//!
//! One file beside `rust.rs` that implements the `Language` trait, and one line in `language.rs`; and its kit, its
//! templates and its examples (`tests/tests/languages/coverage.rs` says which are missing).
//!
//! # Limitations
//!
//! - It belongs to this repository and finds it where it was itself compiled. Authors elsewhere build their
//!   guests with their language's own commands; each SDK's README has them.
//! - A relative `CARGO_TARGET_DIR` is taken to be relative to the top of the workspace.

pub use builder::Builder;
pub use error::Error;
pub use filter::plug;
pub use guest::{Guest, World};
pub use once::{component, component_in, components_in};
pub use stock::StockWasmtime;
pub use tool::{Progress, steers_cargo};

mod builder;
mod error;
mod files;
mod filter;
mod go;
mod guest;
mod javascript;
mod kept;
mod language;
mod native;
mod npm;
mod once;
mod pip;
mod publish;
mod python;
mod recipe;
mod rust;
mod stock;
mod tool;
mod workspace;
