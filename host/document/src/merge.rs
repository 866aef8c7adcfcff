//! Merging (RFC 7396).

use std::collections::HashSet;

use crate::applying::Applying;
use crate::check::read_again;
use crate::decode::decode_str;
use crate::equal::equal;
use crate::error::{ApplyError, PatchError};
use crate::json::Json;
use crate::meter::Meter;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::{Kind, depth, kind};

/// Checks what a merge needs beyond being JSON: that every object, except inside arrays, which are only
/// values, has names that are unique and can be part of a pointer.
pub(crate) fn check(merge: &str, meter: &Meter) -> Result<(), PatchError> {
    meter.work(merge.len() as u64)?;
    let source = read_again(merge);
    let mut todo = vec![(Pointer::root(), merge)];
    while let Some((at, object)) = todo.pop() {
        if kind(object) != Kind::Object {
            continue;
        }
        let mut names = HashSet::new();
        for part in source.parts(object) {
            let written = &object[part.name.0..part.name.1];
            let Some(name) = decode_str(written) else {
                return Err(PatchError::NotAName {
                    at,
                    name: written.into(),
                });
            };
            let value = &object[part.value.0..part.value.1];
            if kind(value) == Kind::Object {
                todo.push((at.child(&*name), value));
            }
            if !names.insert(name) {
                return Err(PatchError::DuplicateName {
                    at,
                    name: written.into(),
                });
            }
        }
    }
    Ok(())
}

/// Merges into the whole document.
pub(crate) fn merge(merge: &Json, applying: &mut Applying<'_, '_>) -> Result<(), ApplyError> {
    let source = read_again(merge.as_str());
    let mut todo = vec![(Pointer::root(), merge.as_str())];
    while let Some((at, merge)) = todo.pop() {
        let mut step = applying.step(None, "merge", &at);
        let current = step.look()?;
        let is_object = current
            .as_ref()
            .is_some_and(|node| node.kind() == Kind::Object);
        if merge == "null" && !at.is_root() {
            if current.is_some() {
                step.remove(&at)?;
            }
        } else if kind(merge) == Kind::Object && is_object {
            let first = todo.len();
            for part in source.parts(merge) {
                // Names without a text were refused when the patch was made.
                let Some(name) = decode_str(&merge[part.name.0..part.name.1]) else {
                    continue;
                };
                todo.push((at.child(&*name), &merge[part.value.0..part.value.1]));
            }
            todo[first..].reverse();
        } else {
            let value = without_nulls(merge, &source);
            // What is equal already keeps its spelling and its layout.
            if !current.is_some_and(|current| equal(&value, &current.text())) {
                let depth = depth(&value);
                step.set(&Json::known(value, depth))?;
            }
        }
    }
    Ok(())
}

/// What a merge into nothing gives: the value, without the members that are to be removed. Nulls inside
/// arrays are values (section 2).
fn without_nulls(merge: &str, source: &Source<'_>) -> String {
    enum Todo<'m> {
        Text(&'m str),
        Value(&'m str),
    }
    let mut out = String::with_capacity(merge.len());
    let mut todo = vec![Todo::Value(merge)];
    while let Some(next) = todo.pop() {
        match next {
            Todo::Text(text) => out.push_str(text),
            Todo::Value(object) if kind(object) == Kind::Object => {
                let first = todo.len();
                todo.push(Todo::Text("{"));
                let mut comma = "";
                for part in source.parts(object) {
                    let value = &object[part.value.0..part.value.1];
                    if value != "null" {
                        todo.push(Todo::Text(comma));
                        todo.push(Todo::Text(&object[part.name.0..part.name.1]));
                        todo.push(Todo::Text(":"));
                        todo.push(Todo::Value(value));
                        comma = ",";
                    }
                }
                todo.push(Todo::Text("}"));
                todo[first..].reverse();
            }
            Todo::Value(other) => out.push_str(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::check::read_again;

    fn without_nulls(merge: &str) -> String {
        super::without_nulls(merge, &read_again(merge))
    }

    #[test]
    fn nulls_are_left_out_of_objects_and_kept_in_arrays() {
        let merge = r#"{"a": null, "b": {"c": null, "d": [null, {"e": null}]}, "f": 1.0}"#;
        assert_eq!(
            without_nulls(merge),
            r#"{"b":{"d":[null, {"e": null}]},"f":1.0}"#
        );
        assert_eq!(without_nulls(r#"{"a":{"b":null}}"#), r#"{"a":{}}"#);
        assert_eq!(without_nulls("null"), "null");
    }
}
