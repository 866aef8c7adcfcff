//! The queues of a store's documents: one for each that somebody is updating.

use crate::batch::Queue;
use crate::identity::Identity;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The queues of the documents that are being updated.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    all: Mutex<HashMap<Identity, Arc<Queue>>>,
}

/// A document's queue, for as long as somebody uses it.
#[derive(Debug)]
pub(crate) struct InUse<'q> {
    queues: &'q Queues,
    document: &'q Identity,
    pub(crate) queue: Arc<Queue>,
}

impl Queues {
    pub(crate) fn of<'q>(&'q self, document: &'q Identity) -> InUse<'q> {
        let mut all = self.lock();
        let queue = match all.get(document) {
            Some(queue) => Arc::clone(queue),
            None => Arc::clone(all.entry(document.clone()).or_default()),
        };
        InUse {
            queues: self,
            document,
            queue,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Identity, Arc<Queue>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        let mut all = self.queues.lock();
        // The map's and this one: copies are only made with the map locked, so there is no other.
        if Arc::strong_count(&self.queue) == 2 {
            all.remove(self.document);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Key;

    #[test]
    fn a_queue_is_there_for_as_long_as_it_is_used() {
        let queues = Queues::default();
        let document = Identity::File(Key {
            directory: (1, 2),
            name: "a.json".into(),
        });
        let one = queues.of(&document);
        let two = queues.of(&document);
        assert!(Arc::ptr_eq(&one.queue, &two.queue));
        drop(one);
        assert_eq!(queues.lock().len(), 1);
        drop(two);
        assert_eq!(queues.lock().len(), 0);
    }
}
