//! Components that no compiler makes: of another version of the contract, or with other types than it has.

use crate::contract::Contract;
use std::fs;
use std::path::Path;
use wit_parser::Resolve;

/// A component that is written in text form.
pub fn component(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

/// A core module in text form as a component of a world that imports and exports what is said here, of this version
/// of the contract: ours, or one that does not exist yet.
pub fn contract(version: &str, world: &str, module: &str) -> Vec<u8> {
    let mut text = format!("package amend:document@{version};\n");
    for file in ["types", "store", "updater"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../wit/{file}.wit"));
        let file = fs::read_to_string(file).expect("the contract is there");
        let lines = file.lines().filter(|line| !line.starts_with("package "));
        lines.for_each(|line| text.extend([line, "\n"]));
    }
    text += &format!("world made {{ {world} }}\n");
    text += "package wasi:cli@0.2.0 { interface run { run: func() -> result; } }\n";

    let mut resolve = Resolve::default();
    let pushed = resolve.push_str("made.wit", &text);
    let package = pushed.unwrap_or_else(|error| panic!("{error:?}"));
    let made = Contract::of(resolve, package, "made").component(component(module));
    made.unwrap_or_else(|error| panic!("{error}"))
}
