//! `cargo +nightly fuzz run parse fuzz/corpus/parse fuzz/seeds/parse`

#![no_main]

#[path = "../../tests/fuzz/mod.rs"]
mod fuzz;
#[path = "../../tests/plain/mod.rs"]
mod plain;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::parse::parse(input));
