//! Guests: the examples, and hostile ones.

use crate::contract::Contract;
use std::path::{Path, PathBuf};

/// The component of an example, `rust/counter` for example, compiled when it is not yet.
pub fn example(name: &str) -> PathBuf {
    amend_guest_build::component(name).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// A hostile guest of the folder `guests`, by its name, as a component; the given directory is for what has to
/// be made for it.
///
/// Most are core modules in text form, because WebAssembly allows more than any language's compiler gives
/// away. Those that call the host are written in Rust.
pub fn hostile(name: &str, directory: &Path) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("guests/rust")
        .join(name);
    if folder.is_dir() {
        return amend_guest_build::component_in("tests/guests", &format!("rust/{name}"))
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }
    assemble(name, directory)
}

/// A guest in text form as a component.
fn assemble(name: &str, directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("guests/wat")
        .join(format!("{name}.wat"));
    let module = wat::parse_file(&source).unwrap_or_else(|error| panic!("{error}"));
    let component = Contract::plugin()
        .component(module)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let path = directory.join(format!("{name}.wasm"));
    std::fs::write(&path, component).expect("it can be written");
    path
}
