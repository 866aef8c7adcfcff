//! What all languages have in common: the same examples, the same answers under a wasmtime that knows nothing of amend,
//! and the same documents.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod coverage;
mod filters;
mod stock;
mod together;
mod wave;
