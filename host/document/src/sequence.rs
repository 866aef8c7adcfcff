//! The children of a container, most of them still as text.

use std::sync::Arc;

use crate::container::Container;
use crate::meter::{ALLOCATION, Exceeded, MOVE, Meter, STEP, bytes_of};
use crate::node::Node;
use crate::source::{Mark, Source};
use crate::split::{Part, Parts};
use crate::text::Text;

/// One child that has been taken out of its run: what stands before its value (white space, and for a
/// member its name and colon), the value, and the white space before the comma.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'t> {
    pub(crate) head: Text<'t>,
    pub(crate) value: Node<'t>,
    pub(crate) trail: Text<'t>,
}

impl<'t> Slot<'t> {
    pub(crate) fn give_back(self, meter: &Meter) -> Option<Arc<Container<'t>>> {
        self.head.give_back(meter);
        self.trail.give_back(meter);
        match self.value {
            Node::Text(text) => {
                text.give_back(meter);
                None
            }
            Node::Split(container) => Some(container),
        }
    }

    fn of(text: &Text<'t>, part: &Part) -> Slot<'t> {
        Slot {
            head: text.slice(part.start..part.value.0),
            value: Node::Text(text.slice(part.value.0..part.value.1)),
            trail: text.slice(part.value.1..part.end),
        }
    }
}

/// Some children that follow each other.
#[derive(Clone, Debug)]
pub(crate) enum Chunk<'t> {
    /// As they stand in the text, with the commas between them.
    Run { text: Text<'t>, count: usize },
    /// Taken apart, because a pointer led to one of them.
    Slots(Vec<Slot<'t>>),
}

impl Chunk<'_> {
    pub(crate) fn count(&self) -> usize {
        match self {
            Chunk::Run { count, .. } => *count,
            Chunk::Slots(slots) => slots.len(),
        }
    }

    /// What is counted for it.
    fn memory(&self) -> u64 {
        match self {
            Chunk::Run { .. } => 0,
            Chunk::Slots(slots) => bytes_of::<Slot<'_>>(slots.capacity()),
        }
    }
}

/// Where a child is: the number of its chunk, and its number within that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) chunk: usize,
    pub(crate) slot: usize,
}

/// All children of a container, in order.
///
/// A container of a million children is cut into runs of about a kilobyte, and only the runs that
/// somebody touches are taken apart: the memory goes with what is touched, not with what is there.
#[derive(Clone, Debug)]
pub(crate) struct Sequence<'t> {
    pub(crate) chunks: Vec<Chunk<'t>>,
    len: usize,
    /// How many chunks have nothing left in them.
    empty: usize,
    near: Near,
    is_object: bool,
}

/// The chunk that was looked into last, and how many children come before it: whoever goes through a
/// long array, be it backwards, does not count all of its chunks for every element.
#[derive(Clone, Copy, Debug, Default)]
struct Near {
    chunk: usize,
    before: usize,
}

/// A run ends with the child that makes it this long, and a child as long as this is in none.
const RUN: usize = 1024;
/// The work of taking one child out of a run, or of copying it: it may have three texts with a count of owners each.
const COPY: u64 = 32;
/// A chunk of an array with more slots than this is halved, so that inserting never shifts more.
const SLOTS: usize = 512;

impl<'t> Sequence<'t> {
    fn new(is_object: bool) -> Sequence<'t> {
        Sequence {
            chunks: Vec::new(),
            len: 0,
            empty: 0,
            near: Near::default(),
            is_object,
        }
    }

    /// Whether all of a container is no longer than a run may become.
    pub(crate) fn is_short(container: &str) -> bool {
        container.len() < 2 * RUN
    }

    /// The children of a short container, all of them. It would be one run, and whoever opens a container is
    /// about to touch a child: the run would be taken apart next, and be read once more for that.
    pub(crate) fn taken_apart(
        container: &Text<'t>,
        first_two: [Option<Part>; 2],
        mut rest: Parts<'_>,
        is_object: bool,
        meter: &Meter,
    ) -> Result<Sequence<'t>, Exceeded> {
        let mut sequence = Sequence::new(is_object);
        let mut slots = Vec::new();
        for part in first_two.iter().flatten() {
            meter.room(&mut slots)?;
            slots.push(Slot::of(container, part));
        }
        if first_two[1].is_some() {
            while let Some(part) = rest.next_within(meter)? {
                meter.room(&mut slots)?;
                slots.push(Slot::of(container, &part));
            }
        }
        if let Some(last) = slots.last_mut() {
            // What stands in front of the closing bracket belongs to the container.
            last.trail = Text::Given("");
            sequence.len = slots.len();
            sequence.put(Chunk::Slots(slots), meter)?;
        }
        Ok(sequence)
    }

    /// The children of a container. The white space in front of the closing bracket is not part of any
    /// child.
    pub(crate) fn of(
        container: &Text<'t>,
        source: &Source<'t>,
        is_object: bool,
        meter: &Meter,
    ) -> Result<Sequence<'t>, Exceeded> {
        let mut sequence = Sequence::new(is_object);
        let (mut start, mut before) = (1, 0);
        let marks = source.marks(container, meter)?;
        for mark in &marks {
            let count = mark.count - before;
            if mark.at - start < 2 * RUN {
                // No child in it is long: it need not be read.
                let text = container.slice(start..mark.at);
                sequence.put(Chunk::Run { text, count }, meter)?;
                sequence.len += count;
            } else {
                let parts = source.parts_from(container, start);
                sequence.gather(container, parts, count, meter)?;
            }
            (start, before) = (mark.at + 1, mark.count);
        }
        meter.release(bytes_of::<Mark>(marks.capacity()));
        let parts = source.parts_from(container, start);
        sequence.gather(container, parts, usize::MAX, meter)?;
        Ok(sequence)
    }

    fn put(&mut self, chunk: Chunk<'t>, meter: &Meter) -> Result<(), Exceeded> {
        meter.work(STEP)?;
        meter.room(&mut self.chunks)?;
        self.chunks.push(chunk);
        Ok(())
    }

    /// Puts so many children into runs, or all that there are.
    fn gather(
        &mut self,
        container: &Text<'t>,
        mut parts: Parts<'_>,
        count: usize,
        meter: &Meter,
    ) -> Result<(), Exceeded> {
        // The run that is being gathered: its first part, its last one, and how many they are.
        let mut run: Option<(Part, Part, usize)> = None;
        let mut next = parts.next_within(meter)?;
        let mut left = count;
        while let Some(mut part) = next.filter(|_| left > 0) {
            left -= 1;
            next = if left > 0 {
                parts.next_within(meter)?
            } else {
                None
            };
            self.len += 1;
            if count == usize::MAX && next.is_none() {
                part.end = part.value.1;
            }
            if part.end - part.start >= RUN {
                // Alone, so that nobody ever reads through it to get at a sibling.
                self.end_run(container, run.take(), meter)?;
                self.alone(Slot::of(container, &part), meter)?;
                continue;
            }
            let (first, count) = run.map_or((part, 0), |(first, _, count)| (first, count));
            run = Some((first, part, count + 1));
            if part.end - first.start >= RUN {
                self.end_run(container, run.take(), meter)?;
            }
        }
        self.end_run(container, run, meter)
    }

    fn alone(&mut self, slot: Slot<'t>, meter: &Meter) -> Result<(), Exceeded> {
        let mut slots = Vec::new();
        meter.reserve(&mut slots, 1)?;
        slots.push(slot);
        self.put(Chunk::Slots(slots), meter)
    }

    fn end_run(
        &mut self,
        container: &Text<'t>,
        run: Option<(Part, Part, usize)>,
        meter: &Meter,
    ) -> Result<(), Exceeded> {
        if let Some((first, last, count)) = run {
            let text = container.slice(first.start..last.end);
            self.put(Chunk::Run { text, count }, meter)?;
        }
        Ok(())
    }

    /// What is counted for it.
    pub(crate) fn memory(&self) -> u64 {
        let chunks = bytes_of::<Chunk<'_>>(self.chunks.capacity());
        self.chunks.iter().map(Chunk::memory).sum::<u64>() + chunks
    }

    /// Counts what a copy of it takes.
    pub(crate) fn count_copy(&self, meter: &Meter) -> Result<(), Exceeded> {
        meter.work(ALLOCATION)?;
        meter.hold(bytes_of::<Chunk<'_>>(self.chunks.len()))?;
        for chunk in &self.chunks {
            meter.work(STEP)?;
            if let Chunk::Slots(slots) = chunk {
                meter.work(ALLOCATION + COPY * slots.len() as u64)?;
                meter.hold(bytes_of::<Slot<'_>>(slots.len()))?;
            }
        }
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Where the child number `index` is.
    pub(crate) fn at(&mut self, index: usize, meter: &Meter) -> Result<Option<Place>, Exceeded> {
        if index >= self.len {
            return Ok(None);
        }
        let start = self.near.chunk;
        let Near { chunk, before } = &mut self.near;
        while index < *before {
            *chunk -= 1;
            *before -= self.chunks[*chunk].count();
        }
        while index - *before >= self.chunks[*chunk].count() {
            *before += self.chunks[*chunk].count();
            *chunk += 1;
        }
        meter.work(2 * start.abs_diff(*chunk) as u64)?;
        Ok(Some(Place {
            chunk: *chunk,
            slot: index - *before,
        }))
    }

    pub(crate) fn first(&self, meter: &Meter) -> Result<Option<Place>, Exceeded> {
        let chunk = self.chunks.iter().position(|chunk| chunk.count() > 0);
        meter.work(2 * chunk.unwrap_or(self.chunks.len()) as u64)?;
        Ok(chunk.map(|chunk| Place { chunk, slot: 0 }))
    }

    pub(crate) fn last(&self, meter: &Meter) -> Result<Option<Place>, Exceeded> {
        let chunk = self.chunks.iter().rposition(|chunk| chunk.count() > 0);
        meter.work(2 * (self.chunks.len() - chunk.unwrap_or(0)) as u64)?;
        Ok(chunk.map(|chunk| Place {
            chunk,
            slot: self.chunks[chunk].count() - 1,
        }))
    }

    /// The slots of a chunk, taken apart if they were not yet.
    pub(crate) fn slots(
        &mut self,
        chunk: usize,
        meter: &Meter,
    ) -> Result<&mut Vec<Slot<'t>>, Exceeded> {
        let content = &mut self.chunks[chunk];
        if let Chunk::Run { text, count } = content {
            let mut slots = Vec::new();
            meter.work(text.len() as u64 + COPY * *count as u64)?;
            meter.reserve(&mut slots, *count)?;
            slots.extend(Parts::within(text, self.is_object).map(|part| Slot::of(text, &part)));
            *content = Chunk::Slots(slots);
        }
        Ok(match content {
            Chunk::Slots(slots) => slots,
            Chunk::Run { .. } => unreachable!("it was taken apart above"),
        })
    }

    pub(crate) fn slot(&mut self, place: Place, meter: &Meter) -> Result<&mut Slot<'t>, Exceeded> {
        Ok(&mut self.slots(place.chunk, meter)?[place.slot])
    }

    /// Puts a child in front of the one at `index`, or behind all. Says where it is then.
    pub(crate) fn insert(
        &mut self,
        index: usize,
        slot: Slot<'t>,
        meter: &Meter,
    ) -> Result<Place, Exceeded> {
        let Some(mut place) = self.at(index, meter)? else {
            return self.push(slot, meter);
        };
        self.len += 1;
        let slots = self.slots(place.chunk, meter)?;
        meter.work(MOVE * (slots.len() - place.slot) as u64)?;
        meter.room(slots)?;
        slots.insert(place.slot, slot);
        if slots.len() > SLOTS {
            let mut half = Vec::new();
            meter.reserve(&mut half, slots.len() - SLOTS / 2)?;
            half.extend(slots.drain(SLOTS / 2..));
            meter.work(MOVE * (SLOTS + self.chunks.len() - place.chunk) as u64)?;
            meter.room(&mut self.chunks)?;
            self.chunks.insert(place.chunk + 1, Chunk::Slots(half));
            if place.slot >= SLOTS / 2 {
                place.chunk += 1;
                place.slot -= SLOTS / 2;
            }
        }
        Ok(place)
    }

    /// Puts a child behind all others, and says where.
    pub(crate) fn push(&mut self, slot: Slot<'t>, meter: &Meter) -> Result<Place, Exceeded> {
        self.len += 1;
        match self.chunks.last_mut() {
            Some(Chunk::Slots(slots)) if slots.len() < SLOTS / 4 => {
                self.empty -= usize::from(slots.is_empty());
                meter.room(slots)?;
                slots.push(slot);
            }
            _ => self.alone(slot, meter)?,
        }
        let chunk = self.chunks.len() - 1;
        Ok(Place {
            chunk,
            slot: self.chunks[chunk].count() - 1,
        })
    }

    /// Takes a child out. Its chunk stays, even if nothing is left in it. An element is one that
    /// [`at`](Self::at) has just found, so what is known about the elements before its chunk stays true.
    pub(crate) fn remove(&mut self, place: Place, meter: &Meter) -> Result<Slot<'t>, Exceeded> {
        self.len -= 1;
        let slots = self.slots(place.chunk, meter)?;
        meter.work(MOVE * (slots.len() - place.slot) as u64)?;
        let slot = slots.remove(place.slot);
        let is_empty = slots.is_empty();
        self.empty += usize::from(is_empty);
        Ok(slot)
    }

    /// Forgets chunks without children when they have become the most. Says whether the numbers of
    /// chunks have changed.
    pub(crate) fn tidy(&mut self, meter: &Meter) -> Result<bool, Exceeded> {
        let is_due = self.empty > 0 && self.empty * 2 >= self.chunks.len();
        if is_due {
            meter.work((MOVE + ALLOCATION) * self.chunks.len() as u64)?;
            self.empty = 0;
            self.near = Near::default();
            self.chunks.retain(|chunk| {
                let has_children = chunk.count() > 0;
                if !has_children {
                    meter.release(chunk.memory());
                }
                has_children
            });
        }
        Ok(is_due)
    }
}
