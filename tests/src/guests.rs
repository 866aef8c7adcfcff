//! Guests: the examples, and hostile ones.

use std::path::{Path, PathBuf};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::Resolve;

/// The component of an example, `rust/counter` for example, compiled when it is not yet.
pub fn example(name: &str) -> PathBuf {
    amend_guest_build::component(name).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// A hostile guest of the folder `guests`, by its name, as a component in the given directory.
///
/// They are core modules in text form: WebAssembly allows more than any language's compiler gives away.
pub fn hostile(name: &str, directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("guests")
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
        .and_then(|encoder| encoder.encode())
        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let path = directory.join(format!("{name}.wasm"));
    std::fs::write(&path, component).expect("it can be written");
    path
}
