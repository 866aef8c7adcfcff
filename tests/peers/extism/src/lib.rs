//! The counter of `guest/examples/rust`, as a plugin of Extism: the document goes in as text, and comes out as text.

use extism_pdk::{FnResult, plugin_fn};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize, Serialize)]
struct State {
    #[serde(default)]
    count: i64,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[plugin_fn]
pub fn update(current: String) -> FnResult<String> {
    let mut state: State = serde_json::from_str(&current)?;
    state.count += 1;
    Ok(serde_json::to_string(&state)?)
}
