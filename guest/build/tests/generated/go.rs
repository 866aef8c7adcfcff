//! What the Go SDK keeps of other people's: the bindings of the contract, the module that they need, and the
//! adapter. Each is what its maker makes today.
//!
//! After a change of `wit/` or of the generator's version, write the bindings again, with the `gofmt` of the pinned Go:
//! `PATH=<folder of gofmt>:$PATH AMEND_WRITE_BINDINGS=1 cargo test --test generated go::`.

use crate::{bindings, kept_adapter, repository};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
use wit_bindgen_go::{Format, Opts};

/// Where the generator looks for its module, and where the SDK keeps it: an author's go.mod names one module less.
const THEIRS: &str = "go.bytecodealliance.org/pkg/wit/";
const OURS: &str = "amend/internal/wit/";

fn internal() -> PathBuf {
    repository().join("guest/go/sdk/internal")
}

/// The bindings of one of the contract's worlds, by their names in `internal/<world>`.
fn generate(world: &str, format: Format) -> BTreeMap<String, String> {
    let options = Opts {
        format,
        pkg_name: Some(format!("amend/internal/{world}")),
        quiet: true,
        ..Opts::default()
    };
    bindings(world, options.build())
        .into_iter()
        // A program exports nothing, and gets a file that says so at length.
        .filter(|(name, _)| world != "program" || !name.starts_with("exports/"))
        .map(|(name, text)| (name, text.replace(THEIRS, OURS)))
        .collect()
}

/// A Go text without what gofmt changes: blanks, the order of imports, and a semicolon at the end of a line.
fn unformatted(go: &str) -> String {
    let (before, rest) = go.split_once("import (").unwrap_or((go, ")"));
    let (imports, after) = rest.split_once(')').unwrap();
    let mut imports: Vec<_> = imports.lines().map(str::trim).collect();
    imports.sort_unstable();
    let mut text = format!("{before}{}{after}", imports.concat());
    text.retain(|character| !character.is_whitespace() && character != ';');
    text
}

#[test]
fn the_bindings_are_what_the_generator_makes_of_the_contract() {
    let write = env::var_os("AMEND_WRITE_BINDINGS").is_some();
    for world in ["plugin", "program"] {
        let format = if write { Format::True } else { Format::False };
        for (name, made) in generate(world, format) {
            let place = internal().join(world).join(name);
            if write {
                fs::create_dir_all(place.parent().unwrap()).unwrap();
                fs::write(&place, &made).unwrap();
            }
            let kept = fs::read_to_string(&place)
                .unwrap_or_else(|error| panic!("{}: {error}", place.display()));
            assert_eq!(
                unformatted(&kept),
                unformatted(&made),
                "{} is not what the generator makes of wit/; the head of this test says how to write it again",
                place.display()
            );
        }
    }
}

/// So that a binding that the generator no longer makes does not stay.
#[test]
fn there_are_no_other_bindings() {
    for world in ["plugin", "program"] {
        let made = generate(world, Format::False);
        let root = internal().join(world);
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
                if path.is_dir() {
                    folders.push(path);
                } else if name != "exports/export_amend_document_updater/updater.go" {
                    // That one is the SDK's own: the generator leaves it to whoever writes the export.
                    assert!(made.contains_key(name), "{}", path.display());
                }
            }
        }
    }
}

/// The generator's source, which holds the module that its bindings need.
fn generator_source() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    // cargo reads the manifest of every package of the workspace, and on a fresh machine it has fetched only the
    // packages of this test: `--offline` would fail there. The packages of this platform alone are the ones that
    // `cargo test` fetches anyway, so that a machine with those needs no network.
    cargo.args(["metadata", "--format-version", "1", "--locked"]);
    cargo.args(["--filter-platform", "host-tuple"]);
    let output = cargo.current_dir(repository()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata failed: {errors}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let generator = packages
        .iter()
        .find(|package| package["name"] == "wit-bindgen-go")
        .unwrap();
    Path::new(generator["manifest_path"].as_str().unwrap()).with_file_name("src")
}

#[test]
fn the_support_module_is_the_generators() {
    let theirs = generator_source().join("pkg");

    let ours = internal().join("wit");
    let license = fs::read(ours.join("LICENSE")).unwrap();
    assert_eq!(license, fs::read(theirs.join("LICENSE")).unwrap());
    let mut count = 0;
    for folder in ["runtime", "types"] {
        for entry in fs::read_dir(ours.join(folder)).unwrap() {
            let kept = entry.unwrap().path();
            let original = theirs
                .join("wit")
                .join(folder)
                .join(kept.file_name().unwrap());
            assert_eq!(
                fs::read_to_string(&kept).unwrap(),
                fs::read_to_string(&original).unwrap().replace(THEIRS, OURS),
                "{}",
                kept.display()
            );
            count += 1;
        }
    }
    assert_eq!(count, 6);
}

#[test]
fn the_adapter_is_that_of_its_crate() {
    assert!(kept_adapter("go", "reactor.wasm") == WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
}
