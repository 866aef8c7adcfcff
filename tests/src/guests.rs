//! Guests: the examples, and hostile ones.

use crate::contract::Contract;
use std::path::{Path, PathBuf};

/// The component of an example, `rust/counter` for example, compiled when it is not yet.
pub fn example(name: &str) -> PathBuf {
    amend_guest_build::component(name).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// A hostile updater of the folder `guests`, by its name, as a component; the given directory is for what has to
/// be made for it.
///
/// Some are in text form, because WebAssembly allows more than any language's compiler gives away. Those that call
/// the host, or answer with much, are binaries of `guests/rust/updaters`: programs that do nothing, and updaters.
pub fn hostile(name: &str, directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("guests/wat")
        .join(format!("{name}.wat"));
    if source.is_file() {
        assemble(name, directory)
    } else {
        binary("rust/updaters", name)
    }
}

/// A hostile program, by its name: one of the binaries of `guests/rust/programs`.
pub fn program(name: &str) -> PathBuf {
    binary("rust/programs", name)
}

/// One of the binaries of a package, which are compiled in one go.
fn binary(package: &str, name: &str) -> PathBuf {
    let made = amend_guest_build::components_in("tests/guests", package);
    let made = made.unwrap_or_else(|error| panic!("{package}: {error:?}"));
    let component = made.get(name);
    component
        .unwrap_or_else(|| panic!("there is no guest {name}"))
        .clone()
}

/// A guest in text form as a component.
fn assemble(name: &str, directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("guests/wat")
        .join(format!("{name}.wat"));
    let path = directory.join(format!("{name}.wasm"));
    let module = wat::parse_file(&source).unwrap_or_else(|error| panic!("{error}"));
    if is_component(&module) {
        std::fs::write(&path, module).expect("it can be written");
        return path;
    }
    let component = Contract::plugin()
        .component(module)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    std::fs::write(&path, component).expect("it can be written");
    path
}

/// What tells a component from a core module stands behind what they have in common.
fn is_component(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(&[0x0d, 0, 1, 0])
}
