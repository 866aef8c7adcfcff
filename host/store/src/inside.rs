//! Which documents this thread is updating.

use crate::place::Key;
use std::cell::RefCell;

thread_local! {
    static INSIDE: RefCell<Vec<Key>> = const { RefCell::new(Vec::new()) };
}

/// That this thread is updating a document, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Inside(());

impl Inside {
    /// `None` when the thread is updating it already: an updater of it wants to update it again, and would
    /// wait for itself.
    pub(crate) fn enter(key: &Key) -> Option<Inside> {
        INSIDE.with_borrow_mut(|inside| {
            if inside.contains(key) {
                return None;
            }
            inside.push(key.clone());
            Some(Inside(()))
        })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // They end in the opposite order of their beginning.
        INSIDE.with_borrow_mut(|inside| drop(inside.pop()));
    }
}
