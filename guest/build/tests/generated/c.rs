//! What the C SDK keeps of other people's: the bindings of the contract, the JSON library, and the adapters. Each is
//! what its maker makes today.
//!
//! After a change of `wit/` or of the generator's version, write the bindings again:
//! `AMEND_WRITE_BINDINGS=1 cargo test --test generated c::`.

use crate::{bindings, kept_adapter, repository};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_bindgen_c::Opts;

fn sdk() -> PathBuf {
    repository().join("guest/c/sdk")
}

/// The bindings of one of the contract's worlds, by their names.
fn generate(world: &str) -> BTreeMap<String, String> {
    let options = Opts {
        // wasm-tools puts the component's type in when a guest is linked.
        no_object_file: true,
        ..Opts::default()
    };
    bindings(world, options.build())
}

#[test]
fn the_bindings_are_what_the_generator_makes_of_the_contract() {
    for world in ["plugin", "program"] {
        let made = generate(world);
        let names: Vec<_> = made.keys().cloned().collect();
        assert_eq!(names, [format!("{world}.c"), format!("{world}.h")]);
        for (name, text) in made {
            let place = sdk().join(world).join(name);
            if env::var_os("AMEND_WRITE_BINDINGS").is_some() {
                fs::write(&place, &text).unwrap();
            }
            assert!(
                fs::read_to_string(&place).unwrap() == text,
                "{} is not what the generator makes of wit/; the head of this test says how to write it again",
                place.display()
            );
        }
    }
}

#[test]
fn the_adapters_are_those_of_their_crate() {
    for (name, bytes) in [
        ("reactor.wasm", WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
        ("command.wasm", WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
    ] {
        assert!(kept_adapter("c", name) == bytes, "{name}");
    }
}

/// There is no package to compare it with when this runs. What its maker made has these hashes.
#[test]
fn the_json_library_is_unchanged() {
    for (name, hash) in [
        (
            "yyjson.c",
            "2f2d6f117a49a8ff4649bbc344498f792d727d77a68d4ab7a3c0bc7ee0c63d1b",
        ),
        (
            "yyjson.h",
            "829591960f1fe6a44bd8e20e7d28e86feb1d1ba32cb300a7a17d302ac7d4fb8b",
        ),
    ] {
        let bytes = fs::read(sdk().join("yyjson").join(name)).unwrap();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash, "{name}");
    }
}

/// Three languages, one compiler: it is downloaded once, as long as they agree on it.
#[test]
fn c_cpp_and_zig_have_the_same_tools() {
    let guest = repository().join("guest");
    let requirements = |folder: &str| {
        let file = guest.join(folder).join("requirements.txt");
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    for folder in [
        "cpp",
        "zig",
        "c/new/plugin",
        "c/new/program",
        "cpp/new/plugin",
        "zig/new/plugin",
    ] {
        assert_eq!(requirements(folder), requirements("c"), "{folder}");
    }
}
