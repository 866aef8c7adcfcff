//! What wit-bindgen makes of the contract in `wit/`. The rest of the crate is what authors see.
#![allow(missing_docs, unsafe_op_in_unsafe_fn, clippy::all)]

wit_bindgen::generate!({
    path: "../wit",
    world: "plugin",
    pub_export_macro: true,
    export_macro_name: "export",
    default_bindings_module: "amend_guest::bindings",
});

/// Apart from the other: a component that never calls the store does not import it.
pub mod program {
    wit_bindgen::generate!({
        path: "../wit",
        world: "program",
    });
}
