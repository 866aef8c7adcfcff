//! `counter` adds to `/count`: the updater on types of its own.
//!
//! Arguments: `{"by": 3}`, or `{}` for 1. Refuses when the count is not a whole number, or would no longer fit
//! 64 bits.

use amend_guest::{Refusal, Value, refuse};
use serde::{Deserialize, Serialize};

amend_guest::updater!(update);

#[derive(Debug, Deserialize, Serialize)]
struct State {
    #[serde(default)]
    count: i64,
    /// Without this the other members of the document would be gone after the first update.
    #[serde(flatten)]
    others: serde_json::Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Args {
    #[serde(default = "one")]
    by: i64,
}

fn one() -> i64 {
    1
}

fn update(mut state: State, Args { by }: Args) -> Result<State, Refusal> {
    let Some(count) = state.count.checked_add(by) else {
        refuse!(
            "{} and {by} more are too many for a counter of 64 bits",
            state.count
        );
    };
    state.count = count;
    Ok(state)
}

#[cfg(test)]
mod tests;
