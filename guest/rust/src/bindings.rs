//! What wit-bindgen makes of the contract in `wit/`. The rest of the crate is what authors see.
#![allow(missing_docs, unsafe_op_in_unsafe_fn, clippy::all)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "plugin",
    pub_export_macro: true,
    export_macro_name: "export",
    default_bindings_module: "amend_guest::bindings",
});
