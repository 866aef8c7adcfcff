//! The plain implementation as a command: `plain FILE POINTER JSON`.

#[path = "../plain.rs"]
mod plain;

use anyhow::bail;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, pointer, value] = args.as_slice() else {
        bail!("usage: plain FILE POINTER JSON");
    };
    let value = serde_json::from_str(value)?;
    plain::update(Path::new(file), |document| {
        plain::set(document, pointer.split('/').skip(1), value)
    })
}
