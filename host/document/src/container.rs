//! An object or array that has been split: putting children in, and taking them out.

use crate::decode::quote;
use crate::layout::Layout;
use crate::names::Names;
use crate::node::Node;
use crate::sequence::{Chunk, Place, Sequence, Slot};
use crate::source::Source;
use crate::split::{Kind, Parts, kind};
use crate::text::Text;

/// An object or array that has been split into its children.
#[derive(Clone, Debug)]
pub(crate) struct Container<'t> {
    pub(crate) is_object: bool,
    pub(crate) layout: Layout<'t>,
    pub(crate) slots: Sequence<'t>,
    /// The white space in front of the closing bracket.
    pub(crate) closing: Text<'t>,
    /// Made when several names have been looked up in an object with many.
    pub(crate) names: Option<Names>,
    pub(crate) lookups: usize,
}

impl<'t> Container<'t> {
    pub(crate) fn of(
        text: &Text<'t>,
        parent: &Layout<'t>,
        source: &Source<'t>,
    ) -> Option<Container<'t>> {
        let is_object = match kind(text) {
            Kind::Object => true,
            Kind::Array => false,
            _ => return None,
        };
        let behind = text.len() - 1;
        let content = text[..behind]
            .trim_end_matches([' ', '\t', '\r', '\n'])
            .len();
        let mut parts = source.parts(text);
        let first_two = [parts.next(), parts.next()].into_iter().flatten();
        let layout = Layout::of(text, first_two.clone(), parent);
        let slots = if Sequence::is_short(text) {
            Sequence::taken_apart(text, first_two.chain(parts), is_object)
        } else {
            Sequence::of(text, source, is_object)
        };
        Some(Container {
            is_object,
            layout,
            slots,
            closing: text.slice(content..behind),
            names: None,
            lookups: 0,
        })
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

/// How long the white space is that a member's head starts with.
pub(crate) fn lead_len(head: &str) -> usize {
    head.len() - head.trim_start_matches([' ', '\t', '\r', '\n']).len()
}
