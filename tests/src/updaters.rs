//! The examples of updaters, in every language, and their cases.

use amend_guest_build::{Builder, Guest};
use amend_runtime::Case;
use std::fs;
use std::path::{Path, PathBuf};

/// An example of an updater in one language.
#[derive(Debug)]
pub struct Updater {
    /// Its language and its name.
    pub guest: Guest,
    /// Its component.
    pub component: PathBuf,
    /// The cases that it has to pass, whatever its language is.
    pub cases: Vec<Case>,
}

/// All of them, compiled.
pub fn updaters(builder: &Builder) -> Vec<Updater> {
    let guests = builder.select(&[]).expect("nothing is asked for");
    let updaters: Vec<_> = guests
        .into_iter()
        .filter(|guest| table_of_program(&guest.name).is_none())
        .map(|guest| Updater {
            component: builder
                .compile(&guest)
                .unwrap_or_else(|error| panic!("{guest}: {error:?}")),
            cases: cases(&guest.name),
            guest,
        })
        .collect();
    assert!(!updaters.is_empty());
    updaters
}

/// Where the tables of cases are.
fn tables() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../guest/examples/cases")
}

/// The table of an example that is a program. It is of another kind than that of an updater, which has none of these.
pub fn table_of_program(name: &str) -> Option<PathBuf> {
    let table = tables().join(format!("{name}.program.json"));
    table.is_file().then_some(table)
}

/// The cases that an example has to pass.
fn cases(name: &str) -> Vec<Case> {
    let table = tables().join(format!("{name}.json"));
    let wrong = |error: &dyn std::fmt::Display| -> ! { panic!("{}: {error}", table.display()) };
    let text = fs::read_to_string(&table).unwrap_or_else(|error| wrong(&error));
    Case::table(&text).unwrap_or_else(|error| wrong(&error))
}
