//! Guests: the examples, and hostile ones.

use std::path::{Path, PathBuf};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::Resolve;

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

/// A hostile program, by its name: one of the binaries of `guests/rust/programs`, which are compiled in one go.
pub fn program(name: &str) -> PathBuf {
    let programs = amend_guest_build::components_in("tests/guests", "rust/programs")
        .unwrap_or_else(|error| panic!("{error}"));
    let component = programs.get(name);
    component
        .unwrap_or_else(|| panic!("there is no program {name}"))
        .clone()
}

/// A guest in text form as a component.
fn assemble(name: &str, directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("guests/wat")
        .join(format!("{name}.wat"));
    let mut module = wat::parse_file(&source).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit"))
        .expect("the contract is valid");
    let world = resolve
        .select_world(&[package], Some("plugin"))
        .expect("it has the world");
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .expect("the world can be embedded");
    let component = ComponentEncoder::default()
        .module(&module)
        .and_then(ComponentEncoder::encode)
        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let path = directory.join(format!("{name}.wasm"));
    std::fs::write(&path, component).expect("it can be written");
    path
}
