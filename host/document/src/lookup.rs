//! Finding a member of an object by its name.

use crate::container::{Container, lead_len};
use crate::decode::decode;
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
}

/// The names of the members in a chunk, as they are written, in order.
fn names_in<'a>(chunk: &'a Chunk<'_>) -> impl Iterator<Item = &'a str> {
    let (run, slots) = match chunk {
        Chunk::Run { text, .. } => (&**text, &[][..]),
        Chunk::Slots(slots) => ("", &slots[..]),
    };
    let in_run = Parts::within(run, true).map(move |part| &run[part.name.0..part.name.1]);
    let in_slots = slots.iter().map(|slot| written_name(&slot.head));
    in_run.chain(in_slots)
}

/// The name in what stands in front of a member's value.
pub(crate) fn written_name(head: &str) -> &str {
    let start = lead_len(head);
    &head[start..string_end(head.as_bytes(), start)]
}

/// Whether a name as it is written means this.
pub(crate) fn is(written: &str, name: &[u8]) -> bool {
    let inner = &written.as_bytes()[1..written.len() - 1];
    inner == name && !name.contains(&b'\\') || inner.contains(&b'\\') && *decode(written) == *name
}
