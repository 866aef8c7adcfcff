//! `cargo +nightly fuzz run diff fuzz/corpus/diff fuzz/seeds/diff`

#![no_main]

#[path = "../../tests/fuzz/mod.rs"]
mod fuzz;
#[path = "../../tests/plain/mod.rs"]
mod plain;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::differ::differ(input));
