//! What the kits keep of other people's is what its maker makes today.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod c;
mod go;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wit_bindgen_core::wit_parser::Resolve;
use wit_bindgen_core::{Files, WorldGenerator};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The bindings of one of the contract's worlds, by the names of their files.
fn bindings(world: &str, mut generator: Box<dyn WorldGenerator>) -> BTreeMap<String, String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(repository().join("wit")).unwrap();
    let chosen = resolve.select_world(&[package], Some(world)).unwrap();
    let mut files = Files::default();
    generator
        .generate(&mut resolve, chosen, &mut files)
        .unwrap();
    let files = files.iter();
    files
        .map(|(name, bytes)| {
            let text = std::str::from_utf8(bytes).unwrap();
            (name.to_owned(), text.to_owned())
        })
        .collect()
}

/// The adapter that takes a module for WASI preview 1 to a component, as a kit has it.
fn kept_adapter(language: &str, name: &str) -> Vec<u8> {
    let sdk = repository().join("guest").join(language).join("sdk");
    std::fs::read(sdk.join("adapter").join(name)).unwrap()
}
