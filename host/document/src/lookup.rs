//! Finding a member of an object by its name.

use crate::container::{Container, lead_len};
use crate::decode::decode;
use crate::meter::{ENTRY, Exceeded, Meter, STEP};
use crate::names::Names;
use crate::sequence::{Chunk, Place};
use crate::split::{Parts, string_end};

/// A member's name is there more than once.
#[derive(Debug)]
pub(crate) struct Ambiguous;

/// An object with fewer members than this is searched from front to back.
const MANY: usize = 24;

/// How often it is searched so all the same: an index of a million names costs as much as several searches.
const SCANS: usize = 4;

impl Container<'_> {
    /// Where the member of that name is.
    pub(crate) fn find(
        &mut self,
        name: &str,
        meter: &Meter,
    ) -> Result<Result<Option<Place>, Ambiguous>, Exceeded> {
        let name = name.as_bytes();
        meter.work(STEP + name.len() as u64)?;
        let chunks = self.slots.chunks.len();
        let has_many = self.slots.len() >= MANY && chunks < Names::MOST_CHUNKS;
        if self.names.is_none() && has_many {
            self.lookups += 1;
            if self.lookups > SCANS {
                self.names = Some(self.index(meter)?);
            }
        }
        let mut found = None;
        let mut look_in = |chunk: usize| {
            let before = found;
            let content = &self.slots.chunks[chunk];
            let mut cost = match content {
                Chunk::Run { text, .. } => text.len() as u64,
                Chunk::Slots(_) => STEP,
            };
            for (slot, (written, head)) in names_in(content).enumerate() {
                cost += STEP + head as u64;
                if !is(written, name) {
                    continue;
                }
                if found.replace(Place { chunk, slot }).is_some() {
                    return Ok(Err(Ambiguous));
                }
            }
            // Another name may have the same hash. That is chance, and is not counted.
            if self.names.is_none() || found != before {
                meter.work(cost)?;
            }
            Ok(Ok(()))
        };
        let all = 0..chunks;
        let mut in_index = self.names.as_ref().map(|names| names.chunks(name));
        let mut in_all = if in_index.is_none() { all } else { 0..0 };
        while let Some(chunk) = match &mut in_index {
            Some(chunks) => chunks.next(),
            None => in_all.next(),
        } {
            if let Err(ambiguous) = look_in(chunk)? {
                return Ok(Err(ambiguous));
            }
        }
        Ok(Ok(found))
    }

    fn index(&self, meter: &Meter) -> Result<Names, Exceeded> {
        let mut names = Names::new();
        let mut entries = Vec::new();
        meter.reserve(&mut entries, self.slots.len())?;
        for (chunk, content) in self.slots.chunks.iter().enumerate() {
            meter.work(STEP)?;
            for (written, head) in names_in(content) {
                meter.work(ENTRY + (written.len() + head) as u64)?;
                entries.push(names.entry(&decode(written), chunk));
            }
        }
        names.build(entries, meter)?;
        Ok(names)
    }
}

/// The names of the members in a chunk, as they are written, in order; and how many bytes are in front of each value.
fn names_in<'a>(chunk: &'a Chunk<'_>) -> impl Iterator<Item = (&'a str, usize)> {
    let (run, slots) = match chunk {
        Chunk::Run { text, .. } => (&**text, &[][..]),
        Chunk::Slots(slots) => ("", &slots[..]),
    };
    let in_run = Parts::within(run, true).map(move |part| {
        let name = &run[part.name.0..part.name.1];
        (name, part.value.0 - part.start)
    });
    let in_slots = slots
        .iter()
        .map(|slot| (written_name(&slot.head), slot.head.len()));
    in_run.chain(in_slots)
}

/// The name in what stands in front of a member's value.
pub(crate) fn written_name(head: &str) -> &str {
    let start = lead_len(head);
    &head[start..string_end(head.as_bytes(), start)]
}

/// So many bytes may one byte of a name be written with.
const LONGEST_ESCAPE: usize = 6;

/// Whether a name as it is written means this.
pub(crate) fn is(written: &str, name: &[u8]) -> bool {
    let inner = &written.as_bytes()[1..written.len() - 1];
    match inner.len() {
        len if len < name.len() || len > LONGEST_ESCAPE * name.len() => false,
        len if len == name.len() => inner == name && !name.contains(&b'\\'),
        // An escape is longer than what it means.
        _ => inner.contains(&b'\\') && *decode(written) == *name,
    }
}
