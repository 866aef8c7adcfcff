//! A pool of instances' memory, tables and stacks, so that a fresh instance costs microseconds.
//!
//! Address space is set aside once, and given out and taken back without asking the system each time. Only what
//! guests really touch is memory.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// A component may be made of several core modules, with memories and tables of their own. What one guest may
/// have at the most, and what there is for all: few have more than the first of the numbers on the average.
const MEMORIES: (u32, u32) = (4, 32);
const TABLES: (u32, u32) = (16, 128);
const CORE_INSTANCES: (u32, u32) = (64, 512);

/// The most that a table may be asked for with [`Limits`](crate::Limits): it is address space, not memory.
const TABLE_ELEMENTS: usize = 1 << 20;

/// What is known of an instance besides its memory: a pointer or two for each of its functions.
const INSTANCE_SIZE: usize = 16 << 20;

/// So much of what a guest had touched is cleared by writing zeros, which is faster than giving it back to the
/// system and being given it again.
const KEPT: usize = 256 << 10;

/// Lets an engine take instances from a pool, so many at once.
pub(crate) fn use_pool(config: &mut Config, instances: u32) {
    // Room for the largest that one guest may be, however few run at once.
    let of = |(usual, most): (u32, u32)| instances.saturating_mul(usual).max(most);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_stacks(instances)
        .total_memories(of(MEMORIES))
        .max_memories_per_component(MEMORIES.1)
        .max_memories_per_module(MEMORIES.1)
        .total_tables(of(TABLES))
        .max_tables_per_component(TABLES.1)
        .max_tables_per_module(TABLES.1)
        .table_elements(TABLE_ELEMENTS)
        .total_core_instances(of(CORE_INSTANCES))
        .max_core_instances_per_component(CORE_INSTANCES.1)
        .max_core_instance_size(INSTANCE_SIZE)
        .max_component_instance_size(INSTANCE_SIZE)
        .linear_memory_keep_resident(KEPT)
        .table_keep_resident(KEPT)
        .async_stack_keep_resident(KEPT)
        .pagemap_scan(Enabled::Auto);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
}

/// Lets as many guests run as there are places for in the pool.
#[derive(Debug, Clone)]
pub(crate) struct Places(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    line: Mutex<Line>,
    freed: Condvar,
}

#[derive(Debug)]
struct Line {
    free: u32,
    waiting: u32,
}

/// A place in the pool, until this is dropped.
#[derive(Debug)]
#[must_use = "the place is given back when this is dropped"]
pub(crate) struct Place<'p>(&'p Shared);

impl Places {
    pub(crate) fn new(count: u32) -> Places {
        let line = Line {
            free: count,
            waiting: 0,
        };
        Places(Arc::new(Shared {
            line: Mutex::new(line),
            freed: Condvar::new(),
        }))
    }

    /// Waits for a place, for so long at the most: the caller may hold the lock of a document. `None` if there was none.
    pub(crate) fn take(&self, time: Duration) -> Option<Place<'_>> {
        let mut line = self.0.lock();
        line.waiting += 1;
        let waited = self
            .0
            .freed
            .wait_timeout_while(line, time, |line| line.free == 0);
        (line, _) = waited.unwrap_or_else(PoisonError::into_inner);
        line.waiting -= 1;
        line.free = line.free.checked_sub(1)?;
        Some(Place(&self.0))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut line = self.0.lock();
        line.free += 1;
        // A system call, when there is somebody to wake or not.
        if line.waiting > 0 {
            self.0.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_place_is_waited_for_no_longer_than_the_time() {
        let places = Places::new(1);
        let taken = places.take(Duration::ZERO);
        assert!(taken.is_some());
        assert!(places.take(Duration::ZERO).is_none());
        assert!(places.take(Duration::from_millis(20)).is_none());
        drop(taken);
        assert!(places.take(Duration::ZERO).is_some());
    }

    #[test]
    fn more_guests_than_places_take_turns() {
        let places = Places::new(2);
        let (running, most, done) = (
            AtomicUsize::new(0),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let _place = places.take(LONG).unwrap();
                        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 800);
        assert!(most.into_inner() <= 2);
    }
}
