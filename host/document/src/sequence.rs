//! The children of a container, most of them still as text.

use crate::node::Node;
use crate::source::Source;
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
        parts: impl Iterator<Item = Part>,
        is_object: bool,
    ) -> Sequence<'t> {
        let mut sequence = Sequence::new(is_object);
        let mut slots: Vec<Slot<'t>> = parts.map(|part| Slot::of(container, &part)).collect();
        if let Some(last) = slots.last_mut() {
            // What stands in front of the closing bracket belongs to the container.
            last.trail = Text::Given("");
            sequence.len = slots.len();
            sequence.chunks.push(Chunk::Slots(slots));
        }
        sequence
    }

    /// The children of a container. The white space in front of the closing bracket is not part of any
    /// child.
    pub(crate) fn of(container: &Text<'t>, source: &Source<'t>, is_object: bool) -> Sequence<'t> {
        let mut sequence = Sequence::new(is_object);
        let (mut start, mut before) = (1, 0);
        for mark in source.marks(container) {
            let count = mark.count - before;
            if mark.at - start < 2 * RUN {
                // No child in it is long: it need not be read.
                let text = container.slice(start..mark.at);
                sequence.chunks.push(Chunk::Run { text, count });
                sequence.len += count;
            } else {
                let parts = source.parts_from(container, start).take(count);
                sequence.gather(container, parts, false);
            }
            (start, before) = (mark.at + 1, mark.count);
        }
        sequence.gather(container, source.parts_from(container, start), true);
        sequence
    }

    /// Puts children into runs, the last of all perhaps among them.
    fn gather(&mut self, container: &Text<'t>, parts: impl Iterator<Item = Part>, has_last: bool) {
        let mut parts = parts.peekable();
        // The run that is being gathered: its first part, its last one, and how many they are.
        let mut run: Option<(Part, Part, usize)> = None;
        while let Some(mut part) = parts.next() {
            self.len += 1;
            if has_last && parts.peek().is_none() {
                part.end = part.value.1;
            }
            if part.end - part.start >= RUN {
                // Alone, so that nobody ever reads through it to get at a sibling.
                self.end_run(container, run.take());
                self.chunks
                    .push(Chunk::Slots(vec![Slot::of(container, &part)]));
                continue;
            }
            let (first, count) = run.map_or((part, 0), |(first, _, count)| (first, count));
            run = Some((first, part, count + 1));
            if part.end - first.start >= RUN {
                self.end_run(container, run.take());
            }
        }
        self.end_run(container, run);
    }

    fn end_run(&mut self, container: &Text<'t>, run: Option<(Part, Part, usize)>) {
        if let Some((first, last, count)) = run {
            let text = container.slice(first.start..last.end);
            self.chunks.push(Chunk::Run { text, count });
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Where the child number `index` is.
    pub(crate) fn at(&mut self, index: usize) -> Option<Place> {
        if index >= self.len {
            return None;
        }
        let Near { chunk, before } = &mut self.near;
        while index < *before {
            *chunk -= 1;
            *before -= self.chunks[*chunk].count();
        }
        while index - *before >= self.chunks[*chunk].count() {
            *before += self.chunks[*chunk].count();
            *chunk += 1;
        }
        Some(Place {
            chunk: *chunk,
            slot: index - *before,
        })
    }

    pub(crate) fn first(&self) -> Option<Place> {
        let chunk = self.chunks.iter().position(|chunk| chunk.count() > 0)?;
        Some(Place { chunk, slot: 0 })
    }

    pub(crate) fn last(&self) -> Option<Place> {
        let chunk = self.chunks.iter().rposition(|chunk| chunk.count() > 0)?;
        Some(Place {
            chunk,
            slot: self.chunks[chunk].count() - 1,
        })
    }

    /// The slots of a chunk, taken apart if they were not yet.
    pub(crate) fn slots(&mut self, chunk: usize) -> &mut Vec<Slot<'t>> {
        let content = &mut self.chunks[chunk];
        if let Chunk::Run { text, .. } = content {
            let slots = Parts::within(text, self.is_object).map(|part| Slot::of(text, &part));
            *content = Chunk::Slots(slots.collect());
        }
        match content {
            Chunk::Slots(slots) => slots,
            Chunk::Run { .. } => unreachable!("it was taken apart above"),
        }
    }

    pub(crate) fn slot(&mut self, place: Place) -> &mut Slot<'t> {
        &mut self.slots(place.chunk)[place.slot]
    }

    /// Puts a child in front of the one at `index`, or behind all.
    pub(crate) fn insert(&mut self, index: usize, slot: Slot<'t>) {
        match self.at(index) {
            Some(place) => {
                self.len += 1;
                let slots = self.slots(place.chunk);
                slots.insert(place.slot, slot);
                if slots.len() > SLOTS {
                    let half = slots.split_off(SLOTS / 2);
                    self.chunks.insert(place.chunk + 1, Chunk::Slots(half));
                }
            }
            None => {
                self.push(slot);
            }
        }
    }

    /// Puts a child behind all others, and says in which chunk.
    pub(crate) fn push(&mut self, slot: Slot<'t>) -> usize {
        self.len += 1;
        match self.chunks.last_mut() {
            Some(Chunk::Slots(slots)) if slots.len() < SLOTS / 4 => {
                self.empty -= usize::from(slots.is_empty());
                slots.push(slot);
            }
            _ => self.chunks.push(Chunk::Slots(vec![slot])),
        }
        self.chunks.len() - 1
    }

    /// Takes a child out. Its chunk stays, even if nothing is left in it. An element is one that
    /// [`at`](Self::at) has just found, so what is known about the elements before its chunk stays true.
    pub(crate) fn remove(&mut self, place: Place) -> Slot<'t> {
        self.len -= 1;
        let slots = self.slots(place.chunk);
        let slot = slots.remove(place.slot);
        let is_empty = slots.is_empty();
        self.empty += usize::from(is_empty);
        slot
    }

    /// Forgets chunks without children when they have become the most. Says whether the numbers of
    /// chunks have changed.
    pub(crate) fn tidy(&mut self) -> bool {
        let is_due = self.empty > 0 && self.empty * 2 >= self.chunks.len();
        if is_due {
            self.empty = 0;
            self.near = Near::default();
            self.chunks.retain(|chunk| chunk.count() > 0);
        }
        is_due
    }
}
