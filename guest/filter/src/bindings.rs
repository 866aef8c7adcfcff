//! What wit-bindgen makes of the contract in `wit/`: here the updater is what is called.
#![allow(missing_docs, unsafe_op_in_unsafe_fn, clippy::all)]

wit_bindgen::generate!({
    inline: "package amend:filter; world filter { import amend:document/updater@0.1.0; }",
    path: "../../wit",
    world: "amend:filter/filter",
    generate_all,
});
