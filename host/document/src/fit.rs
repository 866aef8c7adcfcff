//! How a value looks in the place that it is put in.

use crate::container::Container;
use crate::json::Json;
use crate::layout::{Layout, Style, has_children};
use crate::node::Node;
use crate::relay::{reindent, relay};
use crate::sequence::Place;
use crate::source::Source;
use crate::split::kind;
use crate::text::Text;

/// A value on its way into the document.
pub(crate) enum Value<'v, 't> {
    /// From a patch: it takes the style of the place.
    New(&'v Json),
    /// From this document: it keeps its own style, and is only indented anew.
    Old(Text<'t>),
}

impl Value<'_, '_> {
    fn text(&self) -> &str {
        match self {
            Value::New(json) => json.as_str(),
            Value::Old(text) => text,
        }
    }
}

/// The value as a new child of a container, at an index of an array or behind all other children. It
/// looks like the child beside it when that is of its kind.
pub(crate) fn fit_among<'t>(
    value: &Value<'_, 't>,
    of: &mut Container<'t>,
    index: Option<usize>,
    source: &Source<'t>,
) -> Node<'t> {
    if !has_children(value.text()) {
        return fit(value, &of.layout.of_child());
    }
    let neighbour = of.neighbour(index);
    fit_beside(value, neighbour.as_ref(), &of.layout, source)
}

/// The value as a new child in the layout `around`, beside another one, if there is one.
pub(crate) fn fit_beside<'t>(
    value: &Value<'_, 't>,
    neighbour: Option<&Text<'t>>,
    around: &Layout<'t>,
    source: &Source<'t>,
) -> Node<'t> {
    match neighbour {
        Some(neighbour)
            if has_children(value.text())
                && has_children(neighbour)
                && kind(neighbour) == kind(value.text()) =>
        {
            let parts = source.parts(neighbour);
            fit(value, &Layout::of(neighbour, parts, around).of_self())
        }
        _ => fit(value, &around.of_child()),
    }
}

/// The value in place of another, which is a child in the layout `around`.
pub(crate) fn fit_over<'t>(
    value: &Value<'_, 't>,
    old: &Node<'t>,
    around: &Layout<'t>,
    source: &Source<'t>,
) -> Node<'t> {
    match old {
        Node::Split(old) => fit(value, &old.layout.of_self()),
        Node::Text(old) if has_children(value.text()) && has_children(old) => {
            fit(value, &Layout::of(old, source.parts(old), around).of_self())
        }
        Node::Text(_) => fit(value, &around.of_child()),
    }
}

/// Puts the value in place of a child; answers by how much the text has grown.
pub(crate) fn overwrite<'t>(
    of: &mut Container<'t>,
    place: Place,
    value: &Value<'_, 't>,
    source: &Source<'t>,
) -> isize {
    let Container { layout, slots, .. } = of;
    let old = &mut slots.slot(place).value;
    let new = fit_over(value, old, layout, source);
    let grown = new.len() as isize - old.len() as isize;
    *old = new;
    grown
}

fn fit<'t>(value: &Value<'_, 't>, style: &Style<'_>) -> Node<'t> {
    Node::Text(match value {
        Value::New(json) => relay(json.as_str(), style).into(),
        Value::Old(text) => reindent(text, style).map_or_else(|| text.clone(), Text::from),
    })
}
