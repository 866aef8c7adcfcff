//! The examples of updaters, in every language, and their cases.

use amend_guest_build::{Builder, Guest};
use amend_store::Json;
use serde::Deserialize;
use serde_json::value::RawValue;
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
        .filter(|guest| !is_program(&guest.name))
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

/// Programs have a table of another kind.
fn is_program(name: &str) -> bool {
    tables().join(format!("{name}.program.json")).exists()
}

/// One case of `guest/examples/cases/<example>.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The document's text before; left out where there is none.
    pub document: Option<String>,
    /// The arguments.
    #[serde(deserialize_with = "json")]
    pub args: Json,
    /// The document's text afterwards; left out where the guest refuses.
    pub expected: Option<String>,
    /// What the reason of a refusal contains.
    pub refusal: Option<String>,
}

fn json<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
    let text = Box::<RawValue>::deserialize(deserializer)?;
    Json::parse(text.get()).map_err(serde::de::Error::custom)
}

fn cases(name: &str) -> Vec<Case> {
    let table = tables().join(format!("{name}.json"));
    let text =
        fs::read_to_string(&table).unwrap_or_else(|error| panic!("{}: {error}", table.display()));
    let cases: Vec<Case> =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", table.display()));
    assert!(!cases.is_empty(), "{}", table.display());
    cases
}
