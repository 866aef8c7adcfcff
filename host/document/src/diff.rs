//! What differs between two values.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::align::align;
use crate::canonical::canonical;
use crate::equal::{Member, equal, members};
use crate::json::Json;
use crate::limits::Limits;
use crate::operations::{Operation, Operations};
use crate::pointer::Pointer;
use crate::scan::{check, depth};
use crate::split::{Kind, Parts, kind};
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
    let old = check(old, limits)?;
    let new = check(new, limits)?;
    Ok(Operations {
        list: differences(old.value(), new.value()),
    })
}

/// The operations that turn the value `old` into one that equals `new`.
pub(crate) fn differences(old: &str, new: &str) -> Vec<Operation> {
    let mut diff = Diff {
        operations: Vec::new(),
        todo: vec![(Pointer::root(), old, new)],
    };
    while let Some((at, old, new)) = diff.todo.pop() {
        diff.compare(at, old, new);
    }
    diff.operations
}

/// The operations on a container come before those inside its children, so that the pointers of the
/// latter are those of the new document.
struct Diff<'t> {
    operations: Vec<Operation>,
    todo: Vec<(Pointer, &'t str, &'t str)>,
}

impl<'t> Diff<'t> {
    fn compare(&mut self, at: Pointer, old: &'t str, new: &'t str) {
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
    fn objects(&mut self, at: &Pointer, old: &'t str, new: &'t str) -> bool {
        let (old_members, new_members) = (members(old), members(new));
        let (Some(old_names), Some(new_names)) = (names(&old_members), names(&new_members)) else {
            return equal(old, new);
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

    fn arrays(&mut self, at: &Pointer, old: &'t str, new: &'t str) {
        let (old, new) = (elements(old), elements(new));
        let same = |(old, new): &(&&str, &&str)| old == new || canonical(old) == canonical(new);
        let start = old.iter().zip(&new).take_while(same).count();
        let (old, new) = (&old[start..], &new[start..]);
        let end = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(same)
            .count();
        let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
        let mut script = Script::default();
        let keys =
            |elements: &[&'t str]| elements.iter().map(|element| canonical(element)).collect();
        let (keys_old, keys_new): (Vec<_>, Vec<_>) = (keys(old), keys(new));
        let mut behind = (0, 0);
        for (x, y) in align(&keys_old, &keys_new).unwrap_or_default() {
            script.gap(behind.0..x, behind.1..y);
            behind = (x + 1, y + 1);
        }
        script.gap(behind.0..old.len(), behind.1..new.len());

        let place = |index: usize| at.child((start + index).to_string());
        for &index in script.removed.iter().rev() {
            self.operations
                .push(Operation::Remove { path: place(index) });
        }
        for &index in &script.added {
            self.operations.push(Operation::Add {
                path: place(index),
                value: json(new[index]),
            });
        }
        for &(x, y) in &script.changed {
            self.todo.push((place(y), old[x], new[y]));
        }
    }
}

/// What happens to the elements of an array: first the removals, from the last to the first, at places
/// of the old array; then the additions, from the first to the last, at places of the new one.
#[derive(Default)]
struct Script {
    removed: Vec<usize>,
    added: Vec<usize>,
    changed: Vec<(usize, usize)>,
}

impl Script {
    /// Between two elements that stay: elements turn into others one by one, as far as that goes.
    fn gap(&mut self, old: Range<usize>, new: Range<usize>) {
        let both = old.len().min(new.len());
        self.changed.extend(old.clone().zip(new.clone()));
        self.removed.extend(old.skip(both));
        self.added.extend(new.skip(both));
    }
}

fn elements(array: &str) -> Vec<&str> {
    Parts::of(array)
        .map(|part| &array[part.value.0..part.value.1])
        .collect()
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
