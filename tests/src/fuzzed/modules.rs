//! Random code, behind the exports of an updater or behind none.

use super::tamed::tame;
use crate::contract::Contract;
use arbitrary::Unstructured;
use wasm_smith::{Component, Config, Module};

/// A component that has the contract's imports and exports, and random code in them. Nothing makes it terminate.
pub(super) fn updater(contract: &Contract, u: &mut Unstructured<'_>) -> Vec<u8> {
    // Where a module comes out that is none of an updater, the next bytes give another.
    loop {
        let mut config = config(u);
        config.module_shape = Some(contract.shape());
        let module = Module::new(config, u)
            .map(|module| module.to_bytes())
            .unwrap_or_else(|_| contract.shape());
        if let Ok(component) = contract.component(tame(&module, u)) {
            return component;
        }
        if u.is_empty() {
            return contract
                .component(contract.shape())
                .expect("an empty module is an updater");
        }
    }
}

/// Something else: a random component, a core module, or bytes.
pub(super) fn no_updater(u: &mut Unstructured<'_>) -> (&'static str, Vec<u8>) {
    let kind = u.int_in_range(0..=7).unwrap_or_default();
    let config = config(u);
    match kind {
        0..=4 => {
            let component = Component::new(config, u).map(|component| component.to_bytes());
            ("random component", component.unwrap_or_default())
        }
        5 => {
            let module = Module::new(config, u).map(|module| module.to_bytes());
            ("random module", module.unwrap_or_default())
        }
        6 => ("random bytes", u.bytes(1000).unwrap_or_default().to_vec()),
        _ => {
            let bytes = u.bytes(1000).unwrap_or_default();
            let header = *b"\0asm\x0d\0\x01\0";
            ("random sections", [&header[..], bytes].concat())
        }
    }
}

/// Everything that the engine can run, and now and then what it cannot.
fn config(u: &mut Unstructured<'_>) -> Config {
    let rarely = u.ratio(1, 16).unwrap_or_default();
    let large = u.ratio(1, 8).unwrap_or_default();
    Config {
        gc_enabled: rarely,
        // The engine is built without references to what is outside of WebAssembly.
        reference_types_enabled: rarely,
        exceptions_enabled: rarely,
        memory64_enabled: rarely,
        threads_enabled: rarely,
        max_memories: if rarely { 4 } else { 1 },
        max_tables: if rarely { 4 } else { 1 },
        max_instructions: if large { 2000 } else { 200 },
        // So that a start function, which comes with the shape, is not most of what runs.
        max_funcs: if large { 100 } else { 20 },
        ..Config::default()
    }
}
