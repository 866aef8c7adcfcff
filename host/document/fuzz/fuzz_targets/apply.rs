//! `cargo +nightly fuzz run apply fuzz/corpus/apply fuzz/seeds/apply`

#![no_main]

#[path = "../../tests/fuzz/mod.rs"]
mod fuzz;
#[path = "../../tests/plain/mod.rs"]
mod plain;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::apply::apply(input));
