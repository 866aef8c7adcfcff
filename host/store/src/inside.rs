//! Which documents this thread is updating.

use crate::answer::Answer;
use crate::identity::Identity;
use crate::updater::{Updater, UpdaterError};
use amend_document::{Document, Exceeded};
use std::cell::{Cell, RefCell};

thread_local! {
    static INSIDE: RefCell<Vec<(u64, Identity)>> = const { RefCell::new(Vec::new()) };
    /// How often this thread has begun an update.
    static BEGUN: Cell<u64> = const { Cell::new(0) };
}

/// That this thread is updating a document, for as long as it lives. It has a number.
#[derive(Debug)]
pub(crate) struct Inside(u64);

impl Inside {
    /// `None` when the thread is updating it already: an updater of it wants to update it again, and would
    /// wait for itself.
    pub(crate) fn enter(document: &Identity) -> Option<Inside> {
        INSIDE.with_borrow_mut(|inside| {
            if inside.iter().any(|(_, other)| other == document) {
                return None;
            }
            let number = BEGUN.get();
            BEGUN.set(number + 1);
            inside.push((number, document.clone()));
            Some(Inside(number))
        })
    }

    /// Whether this thread is inside of another update besides.
    pub(crate) fn is_nested(&self) -> bool {
        INSIDE.with_borrow(|inside| inside.len() > 1)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // The last, on a thread; but the model checker runs many on one.
        INSIDE.with_borrow_mut(|inside| {
            let place = inside.iter().rposition(|(number, _)| *number == self.0);
            place.map(|place| inside.remove(place));
        });
    }
}

/// An updater that takes along which documents its caller is updating, when another thread runs it. That thread
/// does not know them, and the caller, who waits for it, would not be asked.
pub(crate) struct Travelling<'u> {
    updater: &'u mut dyn Updater,
    inside: Vec<(u64, Identity)>,
}

impl<'u> Travelling<'u> {
    pub(crate) fn new(updater: &'u mut dyn Updater) -> Travelling<'u> {
        Travelling {
            updater,
            inside: INSIDE.with_borrow(Vec::clone),
        }
    }
}

impl Updater for Travelling<'_> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        let _away = Away(INSIDE.replace(self.inside.clone()));
        self.updater.update(current)
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        self.updater.exceeded(exceeded)
    }
}

/// What the thread itself is updating, for as long as it works for another.
struct Away(Vec<(u64, Identity)>);

impl Drop for Away {
    fn drop(&mut self) {
        INSIDE.set(std::mem::take(&mut self.0));
    }
}
