//! The exact text of one value.

use std::borrow::Cow;

use crate::check::check;
use crate::container::Container;
use crate::error::{ApplyError, Attempt, ReadError};
use crate::limits::Limits;
use crate::lookup::{is, written_name};
use crate::meter::{Exceeded, Meter, STEP};
use crate::node::Node;
use crate::pointer::Pointer;
use crate::sequence::Chunk;
use crate::source::Source;
use crate::split::{Kind, Part, Parts, kind};
use crate::syntax::SyntaxError;
use crate::walk::index;

/// Why [`get`] cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GetError {
    /// The text is not JSON.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The pointer is ambiguous.
    #[error(transparent)]
    Pointer(#[from] ApplyError),
}

/// The exact text of the value at a pointer (RFC 6901), if there is one: found without building
/// anything.
///
/// ```
/// use amend_document::{Limits, Pointer, get};
///
/// let text = b"{\"prices\": [1.50, 2e3]}";
/// assert_eq!(get(text, &Pointer::parse("/prices/0")?, &Limits::default())?, Some("1.50"));
/// assert_eq!(get(text, &Pointer::parse("/prices/2")?, &Limits::default())?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`GetError`] when the text is not JSON, or when the pointer leads through a name that is there twice.
pub fn get<'t>(text: &'t [u8], at: &Pointer, limits: &Limits) -> Result<Option<&'t str>, GetError> {
    let meter = Meter::unlimited();
    let checked = check(text, limits, &meter).map_err(ReadError::unmetered)?;
    Ok(descend(checked.value(), at, 0, &checked.source, &meter)?)
}

/// A value in a tree that may be split here and there.
pub(crate) enum Found<'a> {
    Node(&'a Node<'a>),
    Text(&'a str),
}

impl<'a> Found<'a> {
    pub(crate) fn text(self) -> Cow<'a, str> {
        match self {
            Found::Node(node) => node.text(),
            Found::Text(text) => Cow::Borrowed(text),
        }
    }
}

/// The value at a pointer.
pub(crate) fn find<'a>(
    root: &'a Node<'_>,
    at: &Pointer,
    source: &Source<'_>,
    meter: &Meter,
) -> Result<Option<Found<'a>>, ApplyError> {
    let mut node = root;
    for (level, token) in at.tokens().iter().enumerate() {
        let container = match node {
            Node::Text(text) => {
                return Ok(descend(text, at, level, source, meter)?.map(Found::Text));
            }
            Node::Split(container) => container,
        };
        match child(container, token, meter).map_err(|untold| untold.error(at, level))? {
            Some(Found::Node(child)) => node = child,
            Some(Found::Text(text)) => {
                return Ok(descend(text, at, level + 1, source, meter)?.map(Found::Text));
            }
            None => return Ok(None),
        }
    }
    Ok(Some(Found::Node(node)))
}

/// Why no child can be told.
enum Untold {
    Ambiguous,
    Exceeded(Exceeded),
}

impl From<Exceeded> for Untold {
    fn from(exceeded: Exceeded) -> Untold {
        Untold::Exceeded(exceeded)
    }
}

impl Untold {
    fn error(self, at: &Pointer, level: usize) -> ApplyError {
        let attempt = Box::new(Attempt {
            patch: None,
            operation: None,
            op: "get",
            pointer: at.clone(),
        });
        match self {
            Untold::Ambiguous => ApplyError::Ambiguous {
                attempt,
                at: at.ancestor(level),
                name: at.tokens()[level].clone(),
            },
            Untold::Exceeded(exceeded) => ApplyError::Exceeded { attempt, exceeded },
        }
    }
}

fn child<'a>(
    container: &'a Container<'_>,
    token: &str,
    meter: &Meter,
) -> Result<Option<Found<'a>>, Untold> {
    let mut skipped = if container.is_object {
        None
    } else {
        Some(index(token))
    };
    let mut found = None;
    for chunk in &container.slots.chunks {
        meter.work(STEP)?;
        if let Some(index) = &mut skipped {
            let Some(index) = index else { return Ok(None) };
            if *index >= chunk.count() {
                *index -= chunk.count();
                continue;
            }
        }
        let here = match chunk {
            Chunk::Run { text, .. } => {
                meter.work(text.len() as u64)?;
                let part = match skipped {
                    Some(index) => index.and_then(|index| Parts::within(text, false).nth(index)),
                    None => named(Parts::within(text, true), token, meter)?,
                };
                part.map(|part| Found::Text(&text[part.value.0..part.value.1]))
            }
            Chunk::Slots(slots) => {
                let slot = match skipped {
                    Some(index) => index.and_then(|index| slots.get(index)),
                    None => {
                        let heads = slots.iter().map(|slot| STEP + slot.head.len() as u64);
                        meter.work(heads.sum())?;
                        let mut same = slots
                            .iter()
                            .filter(|slot| is(written_name(&slot.head), token.as_bytes()));
                        let slot = same.next();
                        if same.next().is_some() {
                            return Err(Untold::Ambiguous);
                        }
                        slot
                    }
                };
                slot.map(|slot| Found::Node(&slot.value))
            }
        };
        if skipped.is_some() {
            return Ok(here);
        }
        if here.is_some() && found.is_some() {
            return Err(Untold::Ambiguous);
        }
        found = here.or(found);
    }
    Ok(found)
}

/// Follows a pointer, from its token number `level` on, into the text of a value.
fn descend<'t>(
    value: &'t str,
    at: &Pointer,
    level: usize,
    source: &Source<'_>,
    meter: &Meter,
) -> Result<Option<&'t str>, ApplyError> {
    let mut value = value;
    for (level, token) in at.tokens().iter().enumerate().skip(level) {
        let part = match kind(value) {
            Kind::Object => named(source.parts(value), token, meter),
            Kind::Array => match index(token) {
                Some(index) => source.nth(value, index, meter).map_err(Untold::from),
                None => Ok(None),
            },
            _ => Ok(None),
        };
        let part = part.map_err(|untold| untold.error(at, level))?;
        let Some(part) = part else { return Ok(None) };
        value = &value[part.value.0..part.value.1];
    }
    Ok(Some(value))
}

/// The member of that name, among all of them: there may be a second one.
fn named(mut parts: Parts<'_>, name: &str, meter: &Meter) -> Result<Option<Part>, Untold> {
    let mut found = None;
    while let Some(part) = parts.next_within(meter)? {
        if is(parts.slice(part.name), name.as_bytes()) && found.replace(part).is_some() {
            return Err(Untold::Ambiguous);
        }
    }
    Ok(found)
}
