//! `manifest` sets a value at a path of keys and makes the objects that are missing on the way: the updater
//! on a [`Value`], for documents without a fixed shape.
//!
//! Build tools do this to a shared manifest from many processes at once: each adds its own artifact.
//!
//! Arguments: `{"keys": ["HelloFlow", "linux-64", "a1b2"], "value": {...}}`. Refuses when something on the way
//! is not an object, and when there are no keys.

use amend_guest::{Refusal, Value, json, pointer, refuse};
use serde::Deserialize;

amend_guest::updater!(update);

/// Far more than any manifest needs, and few enough to be followed without a thought for the stack.
const MOST_KEYS: usize = 32;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Args {
    keys: Vec<String>,
    value: Value,
}

fn update(mut document: Value, args: Args) -> Result<Value, Refusal> {
    let Args { keys, value } = args;
    if keys.is_empty() {
        refuse!("no keys: they say where in the document the value goes");
    }
    if keys.len() > MOST_KEYS {
        refuse!(
            "{} keys are too many: at most {MOST_KEYS} are taken",
            keys.len()
        );
    }
    let mut place = &mut document;
    for (depth, key) in keys.iter().enumerate() {
        let Value::Object(members) = place else {
            refuse!(
                "{:?} is not an object, so it cannot have a member {key:?}",
                pointer(&keys[..depth])
            );
        };
        place = members.entry(key).or_insert_with(|| json!({}));
    }
    *place = value;
    Ok(document)
}

#[cfg(test)]
mod tests;
