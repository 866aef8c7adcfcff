//! What differs between two values.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::check::check;
use crate::decode::decode;
use crate::elements::Elements;
use crate::equal::{Member, equal, is_same, members};
use crate::error::ReadError;
use crate::json::Json;
use crate::limits::Limits;
use crate::meter::{ALLOCATION, ENTRY, Exceeded, Meter, OVERHEAD, STEP, bytes_of};
use crate::operations::{Operation, Operations};
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::{Kind, depth_within, kind};
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
    let mut list = Vec::new();
    let keep = |path: &Pointer, change: Change<'_>| {
        meter.work(ALLOCATION * (1 + path.tokens().len() as u64))?;
        meter.hold(path.memory())?;
        meter.room(&mut list)?;
        list.push(change.operation(path, meter)?);
        Ok::<_, Exceeded>(())
    };
    let both = ((old.value(), &old.source), (new.value(), &new.source));
    differences(both.0, both.1, meter, keep)?;
    meter.release(old.source.spans.memory() + new.source.spans.memory());
    Ok(Operations { list })
}

/// What differs at one place.
#[derive(Clone, Copy)]
pub(crate) enum Change<'v> {
    Remove,
    Add(&'v str),
    Replace(&'v str),
}

impl Change<'_> {
    pub(crate) fn op(&self) -> &'static str {
        match self {
            Change::Remove => "remove",
            Change::Add(_) => "add",
            Change::Replace(_) => "replace",
        }
    }

    fn operation(self, path: &Pointer, meter: &Meter) -> Result<Operation, Exceeded> {
        let path = path.clone();
        let json = |value: &str| {
            let depth = depth_within(value, meter)?;
            meter.work(value.len() as u64)?;
            meter.allocate(value.len())?;
            Ok(Json::known(value.into(), depth))
        };
        Ok(match self {
            Change::Remove => Operation::Remove { path },
            Change::Add(value) => Operation::Add {
                path,
                value: json(value)?,
            },
            Change::Replace(value) => Operation::Replace {
                path,
                value: json(value)?,
            },
        })
    }
}

/// Finds the changes that turn the value `old` into one that equals `new`, in an order in which they can be made. Each
/// value comes with the source of its text.
///
/// They are handed over one by one: a list of them, each with its own way to it, would be many times the size of the
/// texts.
pub(crate) fn differences<E: From<Exceeded>>(
    (old, old_source): (&str, &Source<'_>),
    (new, new_source): (&str, &Source<'_>),
    meter: &Meter,
    found: impl FnMut(&Pointer, Change<'_>) -> Result<(), E>,
) -> Result<(), E> {
    // All names on the way are part of the texts.
    let longest = old.len().max(new.len());
    let held = (longest + Limits::default().depth.min(longest) * LEVEL) as u64;
    meter.hold(held)?;
    let mut diff = Diff {
        found,
        at: Pointer::root(),
        todo: Vec::new(),
        elements: Elements::new(old_source, new_source, meter),
        meter,
    };
    diff.compare(old, new)?;
    while let Some(next) = diff.todo.pop() {
        diff.at.truncate(next.level);
        diff.at.push(next.token.text());
        diff.compare(next.old, next.new)?;
    }
    meter.release(held + bytes_of::<Todo<'_>>(diff.todo.capacity()));
    Ok(())
}

/// What a token of a way takes besides its text.
const LEVEL: usize = 2 * size_of::<String>() + OVERHEAD as usize;

/// Two values at the same place that are still to be compared.
struct Todo<'s> {
    /// How many tokens come before its own.
    level: usize,
    token: Token<'s>,
    old: &'s str,
    new: &'s str,
}

#[derive(Clone, Copy)]
enum Token<'s> {
    /// As it is written.
    Name(&'s str),
    Index(usize),
}

impl Token<'_> {
    fn text(self) -> String {
        match self {
            Token::Name(written) => String::from_utf8_lossy(&decode(written)).into_owned(),
            Token::Index(index) => index.to_string(),
        }
    }
}

/// The operations on a container come before those inside its children, so that the pointers of the
/// latter are those of the new document.
struct Diff<'s, 't, F> {
    found: F,
    /// The place that is being compared.
    at: Pointer,
    todo: Vec<Todo<'s>>,
    elements: Elements<'s, 't>,
    meter: &'s Meter,
}

impl<'s, E: From<Exceeded>, F: FnMut(&Pointer, Change<'_>) -> Result<(), E>> Diff<'s, '_, F> {
    fn compare(&mut self, old: &'s str, new: &'s str) -> Result<(), E> {
        self.meter.work(STEP)?;
        if is_same(old, new, self.meter)? {
            return Ok(());
        }
        let is_done = match (kind(old), kind(new)) {
            (Kind::Object, Kind::Object) => self.objects(old, new)?,
            (Kind::Array, Kind::Array) => {
                self.arrays(old, new)?;
                true
            }
            _ => equal(old, new, self.meter)?,
        };
        if !is_done {
            (self.found)(&self.at, Change::Replace(new))?;
        }
        Ok(())
    }

    fn change(&mut self, token: Token<'_>, change: Change<'_>) -> Result<(), E> {
        self.meter.work(ALLOCATION)?;
        let level = self.at.tokens().len();
        self.at.push(token.text());
        (self.found)(&self.at, change)?;
        self.at.truncate(level);
        Ok(())
    }

    fn later(&mut self, token: Token<'s>, old: &'s str, new: &'s str) -> Result<(), E> {
        self.meter.work(ALLOCATION)?;
        self.meter.room(&mut self.todo)?;
        self.todo.push(Todo {
            level: self.at.tokens().len(),
            token,
            old,
            new,
        });
        Ok(())
    }

    /// Objects whose members no pointer can tell apart, or name, are only equal or not.
    fn objects(&mut self, old: &'s str, new: &'s str) -> Result<bool, E> {
        let meter = self.meter;
        let before = meter.memory_held();
        let old_members = members(self.elements.old.source().parts(old), meter)?;
        let new_members = members(self.elements.new.source().parts(new), meter)?;
        let (old_names, new_names) = (names(&old_members, meter)?, names(&new_members, meter)?);
        let held = meter.memory_held() - before;
        let (Some(old_names), Some(new_names)) = (old_names, new_names) else {
            let are_equal = self.elements.are_equal(old, new)?;
            meter.release(held);
            return Ok(are_equal);
        };
        for member in &old_members {
            meter.work(ENTRY + member.name.len() as u64)?;
            if !new_names.contains_key(&member.name) {
                self.change(Token::Name(member.written), Change::Remove)?;
            }
        }
        for member in &new_members {
            let new = member.value;
            meter.work(ENTRY + member.name.len() as u64)?;
            match old_names.get(&member.name) {
                Some(&old) if is_same(old, new, meter)? => {}
                Some(old) => self.later(Token::Name(member.written), old, new)?,
                None => self.change(Token::Name(member.written), Change::Add(new))?,
            }
        }
        meter.release(held);
        Ok(true)
    }

    fn arrays(&mut self, old: &'s str, new: &'s str) -> Result<(), E> {
        let script = self.elements.compare(old, new)?;
        for &index in script.removed.iter().rev() {
            self.change(Token::Index(index), Change::Remove)?;
        }
        for &(index, value) in &script.added {
            self.change(Token::Index(index), Change::Add(value))?;
        }
        for &(index, value) in &script.replaced {
            self.change(Token::Index(index), Change::Replace(value))?;
        }
        for &(index, old, new) in &script.changed {
            self.later(Token::Index(index), old, new)?;
        }
        self.meter.release(script.memory());
        Ok(())
    }
}

/// The members by name, if every name is there once and can be part of a pointer.
type Names<'m, 't> = HashMap<&'m Cow<'t, [u8]>, &'t str>;

fn names<'m, 't>(
    members: &'m [Member<'t>],
    meter: &Meter,
) -> Result<Option<Names<'m, 't>>, Exceeded> {
    let mut names = HashMap::new();
    meter.reserve_in(&mut names, members.len())?;
    for member in members {
        meter.work(ENTRY + 2 * member.name.len() as u64)?;
        let is_clear = str::from_utf8(&member.name).is_ok();
        if !is_clear || names.insert(&member.name, member.value).is_some() {
            return Ok(None);
        }
    }
    Ok(Some(names))
}
