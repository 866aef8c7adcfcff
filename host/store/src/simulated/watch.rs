//! The disk watches the document: a writer that replaces it must not lose a change that it could have seen there.

use super::event::{Event, GOOD, Manners};
use super::state::State;
use serde_json::Value;
use std::collections::BTreeMap;

/// The name of the document that is watched, in the root directory.
pub(super) const DOCUMENT: &str = "state.json";

#[derive(Debug, Default)]
pub(super) struct Watch {
    /// How a writer treats the document, where that is not well.
    manners: BTreeMap<usize, Manners>,
    /// The last calls with which a writer looked at the document that is there.
    looked: BTreeMap<usize, Look>,
    /// The last call with which a writer changed it that takes no lock.
    touched: Option<Touch>,
    /// Broken promises that were seen.
    pub(super) wrongs: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Look {
    at_facts: usize,
    at_bytes: usize,
}

#[derive(Debug, Clone, Copy)]
struct Touch {
    call: usize,
    in_place: bool,
}

impl Watch {
    pub(super) fn set_manners(&mut self, writer: usize, manners: Manners) {
        self.manners.insert(writer, manners);
    }

    fn manners(&self, writer: usize) -> Manners {
        self.manners.get(&writer).copied().unwrap_or(GOOD)
    }

    /// Whether a writer cannot know of the last change, because its last look at the document came before it.
    fn is_unaware(&self, writer: usize, is_coarse: bool) -> bool {
        let look = self.looked.get(&writer).copied().unwrap_or_default();
        self.touched.is_some_and(|touch| {
            // Where times are coarse, a change in place shows in the bytes only.
            let seen = if touch.in_place && is_coarse {
                look.at_bytes
            } else {
                look.at_facts.max(look.at_bytes)
            };
            seen < touch.call
        })
    }
}

impl State {
    fn is_document(&self, inode: u64) -> bool {
        self.model.resolve(DOCUMENT) == Some(inode)
    }

    /// A writer looks at the facts of a file, or at its bytes too.
    pub(super) fn looks(&mut self, writer: usize, inode: u64, at_bytes: bool) {
        if self.is_document(inode) {
            let look = self.watch.looked.entry(writer).or_default();
            look.at_facts = self.calls.len();
            if at_bytes {
                look.at_bytes = self.calls.len();
            }
        }
    }

    /// A writer is about to write to a file.
    pub(super) fn writes(&mut self, writer: usize, inode: u64) {
        if self.is_document(inode) {
            self.touches(writer, true);
        }
    }

    /// A writer is about to rename a file over the document.
    pub(super) fn replaces(&mut self, writer: usize, new: u64) {
        let manners = self.watch.manners(writer);
        let is_unaware = self.watch.is_unaware(writer, self.model.tick > 1);
        // Only the owner of a file can find out that it is open for writing.
        let may_know = |old| {
            let is_whole = numbers(self.model.bytes(old)).is_some();
            is_whole || self.model.owns(self.user(writer), old)
        };
        if let Some(old) = self.model.resolve(DOCUMENT)
            && manners.locks
            && !is_unaware
            && may_know(old)
            && let Some(loss) = loss(self.model.bytes(old), self.model.bytes(new))
        {
            let loss = format!("writer {writer} replaces the document: {loss}");
            self.watch.wrongs.push(loss);
        }
        self.touches(writer, false);
    }

    fn touches(&mut self, writer: usize, in_place: bool) {
        let manners = self.watch.manners(writer);
        if manners != GOOD {
            self.events.push((writer, Event::Wrote(manners)));
        }
        if !manners.locks {
            let call = self.calls.len();
            self.watch.touched = Some(Touch { call, in_place });
        }
    }
}

/// The loss from the old text to the new one, if there is one: numbers only grow.
fn loss(old: &[u8], new: &[u8]) -> Option<String> {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let lost = || Some(format!("{:?} by {:?}", text(old), text(new)));
    let (Some(old), Some(new)) = (numbers(old), numbers(new)) else {
        return lost();
    };
    let is_there = |(name, number): (&String, &u64)| new.get(name).is_some_and(|is| is >= number);
    if old.iter().all(is_there) {
        None
    } else {
        lost()
    }
}

/// The members of a document that are numbers; `None` when it is not whole.
pub(super) fn numbers(document: &[u8]) -> Option<BTreeMap<String, u64>> {
    let value: Value = serde_json::from_slice(document).ok()?;
    let members = value.as_object()?.iter();
    Some(
        members
            .filter_map(|(name, value)| Some((name.clone(), value.as_u64()?)))
            .collect(),
    )
}
