//! How a value looks in the place that it is put in.

use crate::container::Container;
use crate::json::Json;
use crate::layout::{Layout, Style, has_children};
use crate::meter::{Exceeded, Meter, STEP};
use crate::node::Node;
use crate::relay::{Move, Sink, fits, reindent, relay};
use crate::sequence::Place;
use crate::source::Source;
use crate::split::kind;
use crate::text::Text;

/// A value on its way into the document.
pub(crate) enum Value<'v, 't> {
    /// From a patch: it takes the style of the place.
    New { text: &'v str, depth: usize },
    /// From this document: it keeps its own style, and is only indented anew.
    Old(Text<'t>),
}

impl<'v> Value<'v, '_> {
    pub(crate) fn of(json: &'v Json) -> Self {
        Value::New {
            text: json.as_str(),
            depth: json.depth(),
        }
    }
}

impl Value<'_, '_> {
    fn text(&self) -> &str {
        match self {
            Value::New { text, .. } => text,
            Value::Old(text) => text,
        }
    }
}

/// A value as it looks in its place.
pub(crate) struct Fitted<'t> {
    /// Nothing, when there is no room for it: then its length says so, and no memory was asked for.
    pub(crate) node: Node<'t>,
    pub(crate) len: usize,
}

/// What there is for values to fit in.
#[derive(Clone, Copy)]
pub(crate) struct Room<'r, 't> {
    pub(crate) source: &'r Source<'t>,
    /// How many bytes a value may have, so that the document is not larger than it may be.
    pub(crate) most: usize,
    pub(crate) meter: &'r Meter,
}

impl<'t> Fitted<'t> {
    /// A value of the program's own.
    pub(crate) fn given(text: &'static str) -> Fitted<'t> {
        Fitted {
            node: Node::Text(Text::Given(text)),
            len: text.len(),
        }
    }
}

impl<'t> Room<'_, 't> {
    /// The value as a new child of a container, at an index of an array or behind all other children. It
    /// looks like the child beside it when that is of its kind.
    pub(crate) fn fit_among(
        &self,
        value: &Value<'_, 't>,
        of: &mut Container<'t>,
        index: Option<usize>,
    ) -> Result<Fitted<'t>, Exceeded> {
        if !has_children(value.text()) {
            return self.fit(value, &of.layout.of_child(), &of.layout);
        }
        let neighbour = of.neighbour(index, self.meter)?;
        self.fit_beside(value, neighbour.as_ref(), &of.layout)
    }

    /// The value as a new child in the layout `around`, beside another one, if there is one.
    pub(crate) fn fit_beside(
        &self,
        value: &Value<'_, 't>,
        neighbour: Option<&Text<'t>>,
        around: &Layout<'t>,
    ) -> Result<Fitted<'t>, Exceeded> {
        match neighbour {
            Some(neighbour)
                if has_children(value.text())
                    && has_children(neighbour)
                    && kind(neighbour) == kind(value.text()) =>
            {
                self.fit_like(value, neighbour, around)
            }
            _ => self.fit(value, &around.of_child(), around),
        }
    }

    /// The value in place of another, which is a child in the layout `around`.
    pub(crate) fn fit_over(
        &self,
        value: &Value<'_, 't>,
        old: &Node<'t>,
        around: &Layout<'t>,
    ) -> Result<Fitted<'t>, Exceeded> {
        match old {
            Node::Split(old) => self.fit(value, &old.layout.of_self(), &old.layout),
            Node::Text(old) if has_children(value.text()) && has_children(old) => {
                self.fit_like(value, old, around)
            }
            Node::Text(_) => self.fit(value, &around.of_child(), around),
        }
    }

    /// Puts the value in as a new child; answers by how much the text has grown.
    pub(crate) fn insert(
        &self,
        of: &mut Container<'t>,
        index: Option<usize>,
        name: Option<&str>,
        value: &Value<'_, 't>,
    ) -> Result<isize, Exceeded> {
        let value = self.fit_among(value, of, index)?;
        let (_, grown) = of.insert(index, name, value, self.meter)?;
        Ok(grown)
    }

    /// Puts the value in place of a child; answers by how much the text has grown.
    pub(crate) fn overwrite(
        &self,
        of: &mut Container<'t>,
        place: Place,
        value: &Value<'_, 't>,
    ) -> Result<isize, Exceeded> {
        let Container { layout, slots, .. } = of;
        let old = &mut slots.slot(place, self.meter)?.value;
        let new = self.fit_over(value, old, layout)?;
        let grown = new.len as isize - old.len(self.meter)? as isize;
        std::mem::replace(old, new.node).give_back(self.meter);
        Ok(grown)
    }

    /// The value in the style of another one that has children.
    fn fit_like(
        &self,
        value: &Value<'_, 't>,
        other: &Text<'t>,
        around: &Layout<'t>,
    ) -> Result<Fitted<'t>, Exceeded> {
        let first_two = self.source.parts(other).first_two(self.meter)?;
        let layout = Layout::of(other, first_two, around, self.meter)?;
        let fitted = self.fit(value, &layout.of_self(), &layout)?;
        layout.give_back(self.meter);
        Ok(fitted)
    }

    fn fit(
        &self,
        value: &Value<'_, 't>,
        style: &Style<'_>,
        layout: &Layout<'t>,
    ) -> Result<Fitted<'t>, Exceeded> {
        self.meter.work(STEP + layout.work())?;
        let (text, way) = match value {
            Value::New { text, .. } => (*text, Move::Relaid),
            Value::Old(text) => {
                self.meter.work(text.len() as u64)?;
                (&**text, fits(text, style))
            }
        };
        if let (Move::Fits, Value::Old(text)) = (&way, value) {
            return Ok(Fitted {
                len: text.len(),
                node: Node::Text(text.clone()),
            });
        }
        let mut len = 0;
        write(text, &way, style, &mut len, self.meter)?;
        if len > self.most {
            let node = Node::Text(Text::Given(""));
            return Ok(Fitted { node, len });
        }
        Text::hold(len, self.meter)?;
        let mut out = String::with_capacity(len);
        write(text, &way, style, &mut out, self.meter)?;
        let node = Node::Text(out.into());
        Ok(Fitted { node, len })
    }
}

fn write(
    value: &str,
    way: &Move<'_>,
    style: &Style<'_>,
    out: &mut impl Sink,
    meter: &Meter,
) -> Result<(), Exceeded> {
    if !value.starts_with(['{', '[']) {
        out.put(value);
        return meter.work(value.len() as u64);
    }
    match (way, &style.lines) {
        (Move::Reindented(old), Some(lines)) => reindent(value, old, lines.indent, out, meter),
        _ => relay(value, style, out, meter),
    }
}
