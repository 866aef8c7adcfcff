//! A package with a binary for each of many small guests: all are compiled in one go, each to a component of its own.

use std::{collections::BTreeSet, fs, path::Path};

use amend_guest_build::{Error, component_in, components_in};

const FOLDER: &str = "tests/guests";
const GUEST: &str = "rust/programs";

#[test]
fn each_binary_is_a_component() {
    let sources =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/guests/rust/programs/src/bin");
    let binaries: BTreeSet<String> = fs::read_dir(sources)
        .unwrap()
        .map(|entry| entry.unwrap().path().with_extension(""))
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(binaries.len() > 1);

    let components = components_in(FOLDER, GUEST).unwrap();
    assert_eq!(
        components.keys().cloned().collect::<BTreeSet<_>>(),
        binaries
    );
    let mut texts = BTreeSet::new();
    for (name, component) in &components {
        let place = format!("guests/tests/guests/rust/programs/{name}.wasm");
        assert!(component.ends_with(place), "{}", component.display());
        let bytes = fs::read(component).unwrap();
        // What tells a component from a core module.
        assert_eq!(bytes[..8], *b"\0asm\x0d\x00\x01\x00", "{name}");
        texts.insert(bytes);
    }
    assert_eq!(texts.len(), binaries.len(), "each is its own");
}

/// Which of them would be meant, nobody can say.
#[test]
fn one_component_of_many_is_not_guessed() {
    let error = component_in(FOLDER, GUEST).unwrap_err();
    assert!(
        matches!(error, Error::SeveralComponents { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains(GUEST), "{error}");
}
