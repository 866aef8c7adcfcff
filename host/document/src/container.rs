//! The tree: text at the leaves, and containers where pointers have led through.

use std::borrow::Cow;
use std::sync::Arc;

use crate::decode::{decode, quote};
use crate::layout::Layout;
use crate::names::Names;
use crate::pieces::Pieces;
use crate::sequence::{Chunk, Place, Sequence, Slot};
use crate::source::Source;
use crate::split::{Kind, Parts, kind, string_end};
use crate::text::Text;

/// A value of the document. Cloning one shares everything below it.
#[derive(Clone, Debug)]
pub(crate) enum Node<'t> {
    Text(Text<'t>),
    Split(Arc<Container<'t>>),
}

/// An object or array that has been split into its children.
#[derive(Clone, Debug)]
pub(crate) struct Container<'t> {
    pub(crate) is_object: bool,
    pub(crate) layout: Layout<'t>,
    pub(crate) slots: Sequence<'t>,
    /// The white space in front of the closing bracket.
    pub(crate) closing: Text<'t>,
    /// Made when several names have been looked up in an object with many.
    names: Option<Names>,
    lookups: usize,
}

/// A member's name is there more than once.
#[derive(Debug)]
pub(crate) struct Ambiguous;

/// An object with fewer members than this is searched from front to back.
const MANY: usize = 24;

/// How often it is searched so all the same: an index of a million names costs as much as several searches.
const SCANS: usize = 4;

impl<'t> Node<'t> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Node::Text(text) => kind(text),
            Node::Split(container) if container.is_object => Kind::Object,
            Node::Split(_) => Kind::Array,
        }
    }

    /// The container that this value is, split if it was not yet; `None` if it is not one.
    pub(crate) fn open(
        &mut self,
        layout: &Layout<'t>,
        source: &Source<'t>,
    ) -> Option<&mut Container<'t>> {
        if let Node::Text(text) = self {
            let container = Container::of(text, layout, source)?;
            *self = Node::Split(Arc::new(container));
        }
        match self {
            Node::Split(container) => Some(Arc::make_mut(container)),
            Node::Text(_) => None,
        }
    }

    pub(crate) fn pieces(&self) -> Pieces<'_> {
        Pieces::of(self)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Node::Text(text) => text.len(),
            Node::Split(_) => self.pieces().map(str::len).sum(),
        }
    }

    /// The whole text, put together if it is in pieces.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Node::Text(text) => Cow::Borrowed(text),
            Node::Split(_) => Cow::Owned(self.pieces().collect()),
        }
    }

    /// The whole text as one that can be kept, without a copy where it is in one piece.
    pub(crate) fn to_text(&self) -> Text<'t> {
        match self {
            Node::Text(text) => text.clone(),
            Node::Split(_) => Text::from(self.pieces().collect::<String>()),
        }
    }
}

impl<'t> Container<'t> {
    fn of(text: &Text<'t>, parent: &Layout<'t>, source: &Source<'t>) -> Option<Container<'t>> {
        let is_object = match kind(text) {
            Kind::Object => true,
            Kind::Array => false,
            _ => return None,
        };
        let behind = text.len() - 1;
        let content = text[..behind]
            .trim_end_matches([' ', '\t', '\r', '\n'])
            .len();
        Some(Container {
            is_object,
            layout: Layout::of(text, source.parts(text), parent),
            slots: Sequence::of(text, source, is_object),
            closing: text.slice(content..behind),
            names: None,
            lookups: 0,
        })
    }

    /// Where the member of that name is.
    pub(crate) fn find(&mut self, name: &str) -> Result<Option<Place>, Ambiguous> {
        let name = name.as_bytes();
        if self.names.is_none() && self.slots.len() >= MANY {
            self.lookups += 1;
            if self.lookups > SCANS {
                self.names = Some(self.index());
            }
        }
        let mut found = None;
        let mut look_in = |chunk: usize| {
            let names = names_in(&self.slots.chunks[chunk]);
            for (slot, _) in names.enumerate().filter(|(_, written)| is(written, name)) {
                match found.replace(Place { chunk, slot }) {
                    None => {}
                    Some(_) => return Err(Ambiguous),
                }
            }
            Ok(())
        };
        match &self.names {
            Some(names) => names.chunks(name).try_for_each(&mut look_in)?,
            None => (0..self.slots.chunks.len()).try_for_each(&mut look_in)?,
        }
        Ok(found)
    }

    fn index(&self) -> Names {
        let mut names = Names::with_capacity(self.slots.len());
        for (chunk, content) in self.slots.chunks.iter().enumerate() {
            for written in names_in(content) {
                names.insert(&decode(written), chunk);
            }
        }
        names
    }

    /// The value of a child. What the caller changes, it accounts for.
    pub(crate) fn value(&mut self, place: Place) -> &mut Node<'t> {
        &mut self.slots.slot(place).value
    }

    /// A child that must not be taken apart for being looked at.
    pub(crate) fn value_text(&self, place: Place) -> Text<'t> {
        match &self.slots.chunks[place.chunk] {
            Chunk::Slots(slots) => slots[place.slot].value.to_text(),
            Chunk::Run { text, .. } => match Parts::within(text, self.is_object).nth(place.slot) {
                Some(part) => text.slice(part.value.0..part.value.1),
                None => Text::Given(""),
            },
        }
    }

    /// Puts a child in front of the one at `index` of an array, or behind all others; answers by how
    /// much the text has grown.
    pub(crate) fn insert(
        &mut self,
        index: Option<usize>,
        name: Option<&str>,
        value: Node<'t>,
    ) -> isize {
        let before = self.slots.len();
        let index = index.unwrap_or(before);
        let mut grown = Growth(0);
        let lead = if index == 0 {
            self.layout.first.clone()
        } else {
            self.layout.lead.clone()
        };
        if before == 0 {
            grown.replaced(&mut self.closing, self.layout.closing.clone());
        } else {
            grown.0 += 1;
            if index == 0 {
                self.set_lead_of_first(&self.layout.lead.clone(), &mut grown);
            } else if index == before && !self.layout.trail.is_empty() {
                self.set_trail_of_last(self.layout.trail.clone(), &mut grown);
            }
        }
        let trail = if index == before {
            Text::Given("")
        } else {
            self.layout.trail.clone()
        };
        let head = match name {
            Some(name) => Text::from(format!("{}{}{}", &*lead, quote(name), &*self.layout.colon)),
            None => lead,
        };
        grown.0 += (head.len() + value.len() + trail.len()) as isize;
        let slot = Slot { head, value, trail };
        if index < before {
            self.slots.insert(index, slot);
        } else {
            let chunk = self.slots.push(slot);
            if let (Some(names), Some(name)) = (&mut self.names, name) {
                names.insert(name.as_bytes(), chunk);
            }
        }
        grown.0
    }

    /// Takes a child out; answers it, and by how much the text has grown (so, less than nothing).
    pub(crate) fn remove(&mut self, place: Place) -> (Node<'t>, isize) {
        let is_first = self.slots.first() == Some(place);
        let is_last = self.slots.last() == Some(place);
        let slot = self.slots.remove(place);
        let mut grown = Growth(-((slot.head.len() + slot.value.len() + slot.trail.len()) as isize));
        if self.slots.len() == 0 {
            grown.replaced(&mut self.closing, Text::Given(""));
        } else {
            grown.0 -= 1;
            if is_first {
                let lead = slot.head.slice(0..lead_len(&slot.head));
                self.set_lead_of_first(&lead, &mut grown);
            }
            if is_last {
                self.set_trail_of_last(Text::Given(""), &mut grown);
            }
        }
        if self.slots.tidy() {
            self.names = None;
        }
        (slot.value, grown.0)
    }

    fn set_lead_of_first(&mut self, lead: &Text<'t>, grown: &mut Growth) {
        let Some(place) = self.slots.first() else {
            return;
        };
        let head = &mut self.slots.slot(place).head;
        let old = lead_len(head);
        if head[..old] != **lead {
            let new = if old == head.len() {
                lead.clone()
            } else {
                format!("{}{}", &**lead, &head[old..]).into()
            };
            grown.replaced(head, new);
        }
    }

    fn set_trail_of_last(&mut self, trail: Text<'t>, grown: &mut Growth) {
        let Some(place) = self.slots.last() else {
            return;
        };
        grown.replaced(&mut self.slots.slot(place).trail, trail);
    }

    /// The child whose inside shows how a new value at `index` would be laid out: the one in front of
    /// it, or else the one behind.
    pub(crate) fn neighbour(&mut self, index: Option<usize>) -> Option<Text<'t>> {
        let place = match index {
            Some(index) if index < self.slots.len() => self.slots.at(index.saturating_sub(1)),
            _ => self.slots.last(),
        }?;
        match &self.slots.chunks[place.chunk] {
            Chunk::Slots(slots) => match &slots[place.slot].value {
                Node::Text(text) => Some(text.clone()),
                // Put together only as far as its layout is concerned.
                Node::Split(_) => None,
            },
            Chunk::Run { .. } => Some(self.value_text(place)),
        }
    }
}

struct Growth(isize);

impl Growth {
    fn replaced<'t>(&mut self, old: &mut Text<'t>, new: Text<'t>) {
        self.0 += new.len() as isize - old.len() as isize;
        *old = new;
    }
}

/// The names of the members in a chunk, as they are written, in order.
fn names_in<'a>(chunk: &'a Chunk<'_>) -> impl Iterator<Item = &'a str> {
    let (run, slots) = match chunk {
        Chunk::Run { text, .. } => (&**text, &[][..]),
        Chunk::Slots(slots) => ("", &slots[..]),
    };
    let in_run = Parts::within(run, true).map(move |part| &run[part.name.0..part.name.1]);
    let in_slots = slots.iter().map(|slot| {
        let start = lead_len(&slot.head);
        &slot.head[start..string_end(slot.head.as_bytes(), start)]
    });
    in_run.chain(in_slots)
}

/// Whether a name as it is written means this.
pub(crate) fn is(written: &str, name: &[u8]) -> bool {
    let inner = &written.as_bytes()[1..written.len() - 1];
    inner == name && !name.contains(&b'\\') || inner.contains(&b'\\') && *decode(written) == *name
}

fn lead_len(head: &str) -> usize {
    head.len() - head.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

/// Nested containers are freed one after the other and not inside each other: a document may be nested
/// as deeply as [`Limits::depth`](crate::Limits::depth) says, whatever the size of the stack.
impl Drop for Container<'_> {
    fn drop(&mut self) {
        let mut containers = Vec::new();
        self.give_up(&mut containers);
        while let Some(container) = containers.pop() {
            if let Some(mut last) = Arc::into_inner(container) {
                last.give_up(&mut containers);
            }
        }
    }
}

impl<'t> Container<'t> {
    fn give_up(&mut self, to: &mut Vec<Arc<Container<'t>>>) {
        for chunk in &mut self.slots.chunks {
            let Chunk::Slots(slots) = chunk else { continue };
            for slot in slots {
                if let Node::Split(container) =
                    std::mem::replace(&mut slot.value, Node::Text(Text::Given("")))
                {
                    to.push(container);
                }
            }
        }
    }
}
