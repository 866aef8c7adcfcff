//! Which hostile guests there are, and which have a test: a guest that is forgotten proves nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of the hostile guests in a folder of `guests`.
pub fn names(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("guests")
        .join(folder);
    let entries = fs::read_dir(&folder).expect("there are guests");
    entries
        .map(|entry| {
            let path = entry.expect("there are guests").path();
            let name = path.file_stem().expect("a file has a name");
            name.to_string_lossy().into_owned()
        })
        .collect()
}

/// What the tests below a folder are called, spelt like guests. The tests that count are those of the modules that its
/// `main.rs` names: a file that is not compiled has none.
pub fn tested(folder: &Path) -> BTreeSet<String> {
    let read = |file: &str| fs::read_to_string(folder.join(file)).expect("there are tests");
    let main = read("main.rs");
    let modules = main.lines().filter_map(|line| line.strip_prefix("mod "));
    let tests = modules.map(|name| read(&name.replace(';', ".rs")));
    tests.flat_map(|text| names_in(&text)).collect()
}

fn names_in(tests: &str) -> Vec<String> {
    let functions = tests.split("#[test]\nfn ").skip(1);
    functions
        .filter_map(|test| Some(test.split_once('(')?.0.replace('_', "-")))
        .collect()
}
