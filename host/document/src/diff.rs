//! What differs between two values.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::check::check;
use crate::elements::Elements;
use crate::equal::{Member, equal, members};
use crate::error::ReadError;
use crate::json::Json;
use crate::limits::Limits;
use crate::meter::Meter;
use crate::operations::{Operation, Operations};
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::{Kind, depth, kind};
use crate::syntax::SyntaxError;

/// The operations that turn one document into another, by value: numbers that are equal, members in
/// another order and other white space are no difference. They change as little as they can; an element
/// inserted in the middle of an array is one operation.
///
/// ```
/// use amend_document::{Limits, diff};
///
/// let operations = diff(b"{\"a\": [1, 2, 3]}", b"{\"a\": [1.0, 5, 2, 3]}", &Limits::default())?;
/// assert_eq!(operations.to_string(), r#"[{"op":"add","path":"/a/1","value":5}]"#);
/// # Ok::<(), amend_document::SyntaxError>(())
/// ```
///
/// # Errors
///
/// [`SyntaxError`] when one of the texts is not JSON.
pub fn diff(old: &[u8], new: &[u8], limits: &Limits) -> Result<Operations, SyntaxError> {
    diff_within(old, new, limits, &Meter::unlimited()).map_err(ReadError::unmetered)
}

/// The operations that turn one document into another, as [`diff`] finds them, within the limits of a meter.
///
/// # Errors
///
/// [`ReadError`] when one of the texts is not JSON, or when it costs too much to compare them.
pub fn diff_within(
    old: &[u8],
    new: &[u8],
    limits: &Limits,
    meter: &Meter,
) -> Result<Operations, ReadError> {
    let old = check(old, limits, meter)?;
    let new = check(new, limits, meter)?;
    Ok(Operations {
        list: differences((old.value(), &old.source), (new.value(), &new.source)),
    })
}

/// The operations that turn the value `old` into one that equals `new`. Each comes with the source of its
/// text.
pub(crate) fn differences(
    (old, old_source): (&str, &Source<'_>),
    (new, new_source): (&str, &Source<'_>),
) -> Vec<Operation> {
    let mut diff = Diff {
        operations: Vec::new(),
        todo: vec![(Pointer::root(), old, new)],
        elements: Elements::new(old_source, new_source),
    };
    while let Some((at, old, new)) = diff.todo.pop() {
        diff.compare(at, old, new);
    }
    diff.operations
}

/// The operations on a container come before those inside its children, so that the pointers of the
/// latter are those of the new document.
struct Diff<'s, 't> {
    operations: Vec<Operation>,
    todo: Vec<(Pointer, &'s str, &'s str)>,
    elements: Elements<'s, 't>,
}

impl<'s> Diff<'s, '_> {
    fn compare(&mut self, at: Pointer, old: &'s str, new: &'s str) {
        if old == new {
            return;
        }
        let is_done = match (kind(old), kind(new)) {
            (Kind::Object, Kind::Object) => self.objects(&at, old, new),
            (Kind::Array, Kind::Array) => {
                self.arrays(&at, old, new);
                true
            }
            _ => equal(old, new),
        };
        if !is_done {
            self.operations.push(Operation::Replace {
                path: at,
                value: json(new),
            });
        }
    }

    /// Objects whose members no pointer can tell apart, or name, are only equal or not.
    fn objects(&mut self, at: &Pointer, old: &'s str, new: &'s str) -> bool {
        let old_members = members(old, self.elements.old.source().parts(old));
        let new_members = members(new, self.elements.new.source().parts(new));
        let (Some(old_names), Some(new_names)) = (names(&old_members), names(&new_members)) else {
            return self.elements.are_equal(old, new);
        };
        for (name, _) in &old_members {
            if !new_names.contains_key(name) {
                self.operations.push(Operation::Remove {
                    path: at.child(text(name)),
                });
            }
        }
        for (name, new) in &new_members {
            match old_names.get(name) {
                Some(&old) if old == *new => {}
                Some(old) => self.todo.push((at.child(text(name)), old, new)),
                None => {
                    self.operations.push(Operation::Add {
                        path: at.child(text(name)),
                        value: json(new),
                    });
                }
            }
        }
        true
    }

    fn arrays(&mut self, at: &Pointer, old: &'s str, new: &'s str) {
        let script = self.elements.compare(old, new);
        let place = |index: usize| at.child(index.to_string());
        for &index in script.removed.iter().rev() {
            self.operations
                .push(Operation::Remove { path: place(index) });
        }
        for &(index, value) in &script.added {
            self.operations.push(Operation::Add {
                path: place(index),
                value: json(value),
            });
        }
        for &(index, value) in &script.replaced {
            self.operations.push(Operation::Replace {
                path: place(index),
                value: json(value),
            });
        }
        for &(index, old, new) in &script.changed {
            self.todo.push((place(index), old, new));
        }
    }
}

/// The members by name, if every name is there once and can be part of a pointer.
fn names<'m, 't>(members: &'m [Member<'t>]) -> Option<HashMap<&'m Cow<'t, [u8]>, &'t str>> {
    let names: HashMap<_, _> = members.iter().map(|(name, value)| (name, *value)).collect();
    let is_clear =
        names.len() == members.len() && names.keys().all(|name| str::from_utf8(name).is_ok());
    is_clear.then_some(names)
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn json(value: &str) -> Json {
    Json::known(value.into(), depth(value))
}
