//! The queues of a store's documents: one for each that somebody is updating.

use crate::batch::Queue;
use crate::place::Key;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The queues of the documents that are being updated.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    all: Mutex<HashMap<Key, Arc<Queue>>>,
}

/// A document's queue, for as long as somebody uses it.
#[derive(Debug)]
pub(crate) struct InUse<'q> {
    queues: &'q Queues,
    key: &'q Key,
    pub(crate) queue: Arc<Queue>,
}

impl Queues {
    pub(crate) fn of<'q>(&'q self, key: &'q Key) -> InUse<'q> {
        let mut all = self.lock();
        let queue = match all.get(key) {
            Some(queue) => Arc::clone(queue),
            None => Arc::clone(all.entry(key.clone()).or_default()),
        };
        InUse {
            queues: self,
            key,
            queue,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Queue>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        let mut all = self.queues.lock();
        // The map's and this one: copies are only made with the map locked, so there is no other.
        if Arc::strong_count(&self.queue) == 2 {
            all.remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_there_for_as_long_as_it_is_used() {
        let queues = Queues::default();
        let key = Key {
            directory: (1, 2),
            name: "a.json".into(),
        };
        let one = queues.of(&key);
        let two = queues.of(&key);
        assert!(Arc::ptr_eq(&one.queue, &two.queue));
        drop(one);
        assert_eq!(queues.lock().len(), 1);
        drop(two);
        assert_eq!(queues.lock().len(), 0);
    }
}
