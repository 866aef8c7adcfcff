//! Merging (RFC 7396).

use std::borrow::Cow;
use std::collections::HashMap;

use crate::applying::Applying;
use crate::check::read_again;
use crate::decode::decode_str;
use crate::equal::equal;
use crate::error::{ApplyError, PatchError};
use crate::fit::Value;
use crate::json::Json;
use crate::meter::{ALLOCATION, Exceeded, Meter, OVERHEAD};
use crate::node::Node;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::{Kind, Parts, depth_within, kind};

/// An object of a merge that is still to be checked.
struct Todo<'m> {
    /// How many objects are around it.
    level: usize,
    /// Its name, as it is written.
    name: &'m str,
    object: &'m str,
}

/// Checks what a merge needs beyond being JSON: that every object, except inside arrays, which are only
/// values, has names that are unique and can be part of a pointer.
pub(crate) fn check(merge: &str, meter: &Meter) -> Result<(), PatchError> {
    if kind(merge) != Kind::Object {
        return Ok(());
    }
    let _scratch = meter.scratch();
    let source = read_again(merge, meter)?;
    let mut way: Vec<&str> = Vec::new();
    let mut todo = Vec::new();
    let mut next = Some(Todo {
        level: 0,
        name: "",
        object: merge,
    });
    while let Some(Todo {
        level,
        name,
        object,
    }) = next.take().or_else(|| todo.pop())
    {
        way.truncate(level);
        meter.room(&mut way)?;
        way.push(name);
        check_names(source.parts(object), &way, &mut todo, meter)?;
    }
    Ok(())
}

/// Checks the names of one object, and puts the objects in it on the list.
fn check_names<'m>(
    mut members: Parts<'m>,
    way: &[&str],
    todo: &mut Vec<Todo<'m>>,
    meter: &Meter,
) -> Result<(), PatchError> {
    let mut held = 0;
    let mut names: HashMap<Cow<'_, str>, ()> = HashMap::new();
    while let Some(part) = members.next_within(meter)? {
        let written = members.slice(part.name);
        meter.work(2 * written.len() as u64)?;
        if written.contains('\\') {
            meter.allocate(written.len())?;
            held += written.len() as u64 + OVERHEAD;
        }
        let Some(name) = decode_str(written) else {
            return Err(PatchError::NotAName {
                at: pointer(way),
                name: written.into(),
            });
        };
        let value = members.slice(part.value);
        if kind(value) == Kind::Object {
            meter.room(todo)?;
            todo.push(Todo {
                level: way.len(),
                name: written,
                object: value,
            });
        }
        let before = meter.memory_held();
        meter.room_in(&mut names)?;
        held += meter.memory_held() - before;
        if names.insert(name, ()).is_some() {
            return Err(PatchError::DuplicateName {
                at: pointer(way),
                name: written.into(),
            });
        }
    }
    meter.release(held);
    Ok(())
}

/// The object with these names around it, of which the first is that of the root.
fn pointer(way: &[&str]) -> Pointer {
    let names = way.iter().skip(1).filter_map(|name| decode_str(name));
    names.collect()
}

/// Merges into the whole document.
pub(crate) fn merge(merge: &Json, applying: &mut Applying<'_, '_>) -> Result<(), ApplyError> {
    let meter = applying.meter;
    let root = Pointer::root();
    let text = merge.as_str();
    let source = read_again(text, meter);
    let source = applying.step(None, "merge", &root).counted(source)?;
    // All names on the way are part of the text.
    let held = (text.len() + applying.limits.depth.min(text.len()) * LEVEL) as u64;
    let room = meter.hold(held);
    applying.step(None, "merge", &root).counted(room)?;
    // The objects that are open, and the way to what comes next.
    let mut open: Vec<Parts<'_>> = Vec::new();
    let mut at = root;
    let mut next = Some(text);
    while let Some(value) = next {
        if merge_one(value, &source, &at, applying)? {
            open.push(source.parts(value));
        }
        next = None;
        while next.is_none()
            && let Some(level) = open.len().checked_sub(1)
        {
            let members = &mut open[level];
            at.truncate(level);
            let part = members.next_within(meter);
            let part = applying.step(None, "merge", &at).counted(part)?;
            let Some(part) = part else {
                open.pop();
                continue;
            };
            // Names without a text were refused when the patch was made.
            let Some(name) = decode_str(members.slice(part.name)) else {
                continue;
            };
            let counted = meter.work(ALLOCATION + name.len() as u64);
            applying.step(None, "merge", &at).counted(counted)?;
            at.push(name.into_owned());
            next = Some(members.slice(part.value));
        }
    }
    meter.release(held + source.spans.memory());
    Ok(())
}

/// What a level of a merge that is open takes: a place in it, and a token of the way to it.
const LEVEL: usize = 2 * (size_of::<Parts<'_>>() + size_of::<String>()) + OVERHEAD as usize;

/// Merges one value into what is there, and says whether that is an object and its members are to be merged one by one.
fn merge_one(
    merge: &str,
    source: &Source<'_>,
    at: &Pointer,
    applying: &mut Applying<'_, '_>,
) -> Result<bool, ApplyError> {
    let meter = applying.meter;
    let mut step = applying.step(None, "merge", at);
    let next = step.look(|current, meter| {
        let current_kind = current.map(Node::kind);
        if merge == "null" && !at.is_root() {
            return Ok(match current {
                Some(_) => Next::Remove,
                None => Next::Nothing,
            });
        }
        if kind(merge) == Kind::Object && current_kind == Some(Kind::Object) {
            return Ok(Next::Enter);
        }
        let value = without_nulls(merge, source, meter)?;
        // What is equal already keeps its spelling and its layout.
        if let Some(current) = current {
            let text = current.to_text(meter)?;
            let is_equal = equal(&value, &text, meter)?;
            text.give_back(meter);
            if is_equal {
                give_back(value, meter);
                return Ok(Next::Nothing);
            }
        }
        Ok(Next::Set(value))
    })?;
    match next {
        Next::Enter => return Ok(true),
        Next::Remove => step.remove(at)?,
        Next::Set(value) => {
            let depth = step.counted(depth_within(&value, meter))?;
            step.set(&Value::New {
                text: &value,
                depth,
            })?;
            give_back(value, meter);
        }
        Next::Nothing => {}
    }
    Ok(false)
}

/// What is to be done with a value of a merge.
enum Next<'m> {
    /// Its members are to be merged one by one.
    Enter,
    Remove,
    Set(Cow<'m, str>),
    Nothing,
}

/// Drops the value.
fn give_back(value: Cow<'_, str>, meter: &Meter) {
    if let Cow::Owned(value) = value {
        meter.release(value.capacity() as u64 + OVERHEAD);
    }
}

/// What a merge into nothing gives: the value, without the members that are to be removed. Nulls inside
/// arrays are values (section 2).
fn without_nulls<'m>(
    merge: &'m str,
    source: &Source<'_>,
    meter: &Meter,
) -> Result<Cow<'m, str>, Exceeded> {
    if kind(merge) != Kind::Object {
        return Ok(Cow::Borrowed(merge));
    }
    meter.allocate(merge.len())?;
    let mut out = String::with_capacity(merge.len());
    let _scratch = meter.scratch();
    // The objects that are open.
    let mut open: Vec<Parts<'_>> = Vec::new();
    let mut comma = "";
    meter.room(&mut open)?;
    open.push(source.parts(merge));
    out.push('{');
    while let Some(members) = open.last_mut() {
        let Some(part) = members.next_within(meter)? else {
            open.pop();
            out.push('}');
            comma = ",";
            continue;
        };
        let value = members.slice(part.value);
        if value == "null" {
            continue;
        }
        out.push_str(comma);
        out.push_str(members.slice(part.name));
        out.push(':');
        if kind(value) == Kind::Object {
            let inside = source.parts(value);
            meter.room(&mut open)?;
            open.push(inside);
            out.push('{');
            comma = "";
        } else {
            meter.work(value.len() as u64 / 2)?;
            out.push_str(value);
            comma = ",";
        }
    }
    Ok(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use crate::check::read_again;
    use crate::meter::Meter;

    fn without_nulls(merge: &str) -> String {
        let meter = Meter::unlimited();
        let source = read_again(merge, &meter).unwrap();
        let value = super::without_nulls(merge, &source, &meter);
        value.unwrap().into_owned()
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
