//! An object or array that has been split: putting children in, and taking them out.

use crate::decode::{decode, quote_into, quoted_len};
use crate::fit::Fitted;
use crate::layout::Layout;
use crate::lookup::written_name;
use crate::meter::{BLOCK, ENTRY, Exceeded, Meter, bytes_of};
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
        meter: &Meter,
    ) -> Result<Option<Container<'t>>, Exceeded> {
        let is_object = match kind(text) {
            Kind::Object => true,
            Kind::Array => false,
            _ => return Ok(None),
        };
        meter.allocate(size_of::<Container<'_>>())?;
        let behind = text.len() - 1;
        let content = text[..behind]
            .trim_end_matches([' ', '\t', '\r', '\n'])
            .len();
        let mut parts = source.parts(text);
        let first_two = parts.first_two(meter)?;
        let layout = Layout::of(text, first_two, parent, meter)?;
        let slots = if Sequence::is_short(text) {
            Sequence::taken_apart(text, first_two, parts, is_object, meter)?
        } else {
            Sequence::of(text, source, is_object, meter)?
        };
        Ok(Some(Container {
            is_object,
            layout,
            slots,
            closing: text.slice(content..behind),
            names: None,
            lookups: 0,
        }))
    }

    /// What is counted for it, without its texts.
    pub(crate) fn memory(&self) -> u64 {
        let names = self.names.as_ref().map_or(0, Names::memory);
        bytes_of::<Container<'_>>(1) + self.slots.memory() + names
    }

    /// Counts what a copy of it takes.
    pub(crate) fn count_copy(&self, meter: &Meter) -> Result<(), Exceeded> {
        meter.allocate(size_of::<Container<'_>>())?;
        self.slots.count_copy(meter)?;
        let names = self.names.as_ref().map_or(0, Names::memory);
        meter.work(names / BLOCK)?;
        meter.hold(names)
    }

    /// The value of a child. What the caller changes, it accounts for.
    pub(crate) fn value(&mut self, place: Place, meter: &Meter) -> Result<&mut Node<'t>, Exceeded> {
        Ok(&mut self.slots.slot(place, meter)?.value)
    }

    /// A child that must not be taken apart for being looked at.
    pub(crate) fn value_text(&self, place: Place, meter: &Meter) -> Result<Text<'t>, Exceeded> {
        match &self.slots.chunks[place.chunk] {
            Chunk::Slots(slots) => slots[place.slot].value.to_text(meter),
            Chunk::Run { text, .. } => {
                meter.work(text.len() as u64)?;
                let part = Parts::within(text, self.is_object).nth(place.slot);
                Ok(match part {
                    Some(part) => text.slice(part.value.0..part.value.1),
                    None => Text::Given(""),
                })
            }
        }
    }

    /// Puts a child in front of the one at `index` of an array, or behind all others; answers where it is, and by how
    /// much the text has grown.
    pub(crate) fn insert(
        &mut self,
        index: Option<usize>,
        name: Option<&str>,
        value: Fitted<'t>,
        meter: &Meter,
    ) -> Result<(Place, isize), Exceeded> {
        meter.work(self.layout.work())?;
        let before = self.slots.len();
        let index = index.unwrap_or(before);
        let mut grown = Growth(0);
        let lead = if index == 0 {
            self.layout.first.clone()
        } else {
            self.layout.lead.clone()
        };
        if before == 0 {
            grown.replaced(&mut self.closing, self.layout.closing.clone(), meter);
        } else {
            grown.0 += 1;
            if index == 0 {
                self.set_lead_of_first(&self.layout.lead.clone(), &mut grown, meter)?;
            } else if index == before && !self.layout.trail.is_empty() {
                self.set_trail_of_last(self.layout.trail.clone(), &mut grown, meter)?;
            }
        }
        let trail = if index == before {
            Text::Given("")
        } else {
            self.layout.trail.clone()
        };
        let head = match name {
            Some(name) => head(&lead, name, &self.layout.colon, meter)?,
            None => lead,
        };
        grown.0 += (head.len() + value.len + trail.len()) as isize;
        let slot = Slot {
            head,
            value: value.node,
            trail,
        };
        let place = if index < before {
            self.slots.insert(index, slot, meter)?
        } else {
            let place = self.slots.push(slot, meter)?;
            if place.chunk >= Names::MOST_CHUNKS {
                self.forget_names(meter);
            }
            if let (Some(names), Some(name)) = (&mut self.names, name) {
                meter.work(ENTRY + name.len() as u64)?;
                names.insert(name.as_bytes(), place.chunk, meter)?;
            }
            place
        };
        Ok((place, grown.0))
    }

    /// Takes a child out; answers it, and by how much the text has grown (so, less than nothing).
    pub(crate) fn remove(
        &mut self,
        place: Place,
        meter: &Meter,
    ) -> Result<(Node<'t>, isize), Exceeded> {
        let is_first = self.slots.first(meter)? == Some(place);
        let is_last = self.slots.last(meter)? == Some(place);
        let slot = self.slots.remove(place, meter)?;
        let len = slot.value.len(meter)?;
        let mut grown = Growth(-((slot.head.len() + len + slot.trail.len()) as isize));
        if let Some(names) = &mut self.names {
            meter.work(ENTRY + 2 * slot.head.len() as u64)?;
            names.remove(&decode(written_name(&slot.head)), place.chunk);
        }
        if self.slots.len() == 0 {
            grown.replaced(&mut self.closing, Text::Given(""), meter);
        } else {
            grown.0 -= 1;
            if is_first {
                let lead = slot.head.slice(0..lead_len(&slot.head));
                self.set_lead_of_first(&lead, &mut grown, meter)?;
            }
            if is_last {
                self.set_trail_of_last(Text::Given(""), &mut grown, meter)?;
            }
        }
        if self.slots.tidy(meter)? {
            self.forget_names(meter);
        }
        slot.head.give_back(meter);
        slot.trail.give_back(meter);
        Ok((slot.value, grown.0))
    }

    fn forget_names(&mut self, meter: &Meter) {
        if let Some(names) = self.names.take() {
            meter.release(names.memory());
        }
    }

    fn set_lead_of_first(
        &mut self,
        lead: &Text<'t>,
        grown: &mut Growth,
        meter: &Meter,
    ) -> Result<(), Exceeded> {
        let Some(place) = self.slots.first(meter)? else {
            return Ok(());
        };
        let head = &mut self.slots.slot(place, meter)?.head;
        meter.work((lead.len() + head.len()) as u64)?;
        let old = lead_len(head);
        if head[..old] != **lead {
            let new = if old == head.len() {
                lead.clone()
            } else {
                Text::concat(&[lead, &head[old..]], meter)?
            };
            grown.replaced(head, new, meter);
        }
        Ok(())
    }

    fn set_trail_of_last(
        &mut self,
        trail: Text<'t>,
        grown: &mut Growth,
        meter: &Meter,
    ) -> Result<(), Exceeded> {
        let Some(place) = self.slots.last(meter)? else {
            return Ok(());
        };
        grown.replaced(&mut self.slots.slot(place, meter)?.trail, trail, meter);
        Ok(())
    }

    /// The child whose inside shows how a new value at `index` would be laid out: the one in front of
    /// it, or else the one behind.
    pub(crate) fn neighbour(
        &mut self,
        index: Option<usize>,
        meter: &Meter,
    ) -> Result<Option<Text<'t>>, Exceeded> {
        let place = match index {
            Some(index) if index < self.slots.len() => {
                self.slots.at(index.saturating_sub(1), meter)?
            }
            _ => self.slots.last(meter)?,
        };
        let Some(place) = place else { return Ok(None) };
        match &self.slots.chunks[place.chunk] {
            Chunk::Slots(slots) => Ok(match &slots[place.slot].value {
                Node::Text(text) => Some(text.clone()),
                // Put together only as far as its layout is concerned.
                Node::Split(_) => None,
            }),
            Chunk::Run { .. } => self.value_text(place, meter).map(Some),
        }
    }
}

/// What stands in front of the value of a new member.
fn head<'t>(lead: &str, name: &str, colon: &str, meter: &Meter) -> Result<Text<'t>, Exceeded> {
    meter.work(name.len() as u64)?;
    let len = lead.len() + quoted_len(name) + colon.len();
    Text::hold(len, meter)?;
    meter.work(len as u64)?;
    let mut head = String::with_capacity(len);
    head.push_str(lead);
    quote_into(name, &mut head);
    head.push_str(colon);
    Ok(head.into())
}

struct Growth(isize);

impl Growth {
    fn replaced<'t>(&mut self, old: &mut Text<'t>, new: Text<'t>, meter: &Meter) {
        self.0 += new.len() as isize - old.len() as isize;
        std::mem::replace(old, new).give_back(meter);
    }
}

/// How long the white space is that a member's head starts with.
pub(crate) fn lead_len(head: &str) -> usize {
    head.len() - head.trim_start_matches([' ', '\t', '\r', '\n']).len()
}
