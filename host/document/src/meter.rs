//! What it may cost to read a patch and to apply it.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

/// Bounds the work and the memory that reading a patch and applying it takes.
///
/// A patch is small and may ask for a lot: to copy a large value again and again, or to compare two numbers of a
/// million digits. The functions whose names end in `within` count what they do with a meter, and stop when a limit is
/// exceeded. The document is then as it was before.
///
/// ```
/// use amend_document::{ApplyError, Document, Exceeded, Limits, Meter, Patch};
///
/// let text = format!("{{\"a\": \"{}\"}}", "x".repeat(10_000));
/// let mut document = Document::parse(text.as_bytes(), &Limits::default())?;
/// let copies = r#"{"op": "copy", "from": "/a", "path": "/b"}, {"op": "remove", "path": "/b"}"#;
/// let patch = Patch::operations(&format!("[{}]", [copies; 1000].join(",")))?;
///
/// let meter = Meter::new(1_000_000, 1 << 20);
/// let error = document.apply_within(&patch, &meter).unwrap_err();
/// assert!(matches!(error, ApplyError::Exceeded { exceeded: Exceeded::Work { limit: 1_000_000 }, .. }));
/// assert_eq!(document.to_text(), text);
///
/// assert!(document.apply_within(&patch, &Meter::unlimited()).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Work
///
/// One unit is about one byte that is read, compared, hashed, copied or written, which takes about a nanosecond or less.
/// Everything else is counted as so many units:
///
/// | what | units |
/// | --- | --- |
/// | one operation, one level of a pointer, one member or element that is looked at | 16 |
/// | a value on the heap: its allocation and its release | 64 |
/// | an entry of a hash table | 64 |
/// | an element that is moved, or compared while sorting | 4 |
/// | bytes that are compared or moved as one block | 1 for every 8 |
///
/// The count depends on the document, the patch and the limits alone: neither on the machine nor on chance. It is
/// taken before the work is done. One long string is gone over in one step.
///
/// # Memory
///
/// What is held at a time is counted in bytes: copies of values, the containers that are taken apart, lists of operations,
/// and what a comparison needs. It is counted before it is allocated, and no longer when it is freed. What a document
/// keeps after a patch stays counted, so a meter is for one answer, and not for the life of a document.
///
/// # Interruption
///
/// An [interrupt](Meter::with_interrupt) is asked each time that another [`Meter::STRIDE`] units of work have been done.
///
/// # The text
///
/// Copies of one value share their text in memory, so a patch can make a text that is much larger than its memory. Such a
/// text has to be written, and takes space on a disk. So the number of bytes by which one patch makes the text longer has
/// the limit on memory as well, and the interrupt is asked with that number at the end.
pub struct Meter {
    /// The work that may be done before the interrupt is asked next.
    near: Cell<u64>,
    /// The work that may be done after that.
    far: Cell<u64>,
    work: u64,
    memory: u64,
    held: Cell<u64>,
    peak: Cell<u64>,
    /// The work that was left when the meter stopped. No smaller step may slip through after that.
    lost: Cell<u64>,
    interrupt: Option<Interrupt>,
    is_interrupted: Cell<bool>,
}

type Interrupt = Box<dyn Fn(u64) -> bool + Send>;

/// Why reading or applying a patch was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Exceeded {
    /// It takes more work.
    #[error("takes more work than the limit of {limit} units")]
    Work {
        /// The limit of the [`Meter`].
        limit: u64,
    },
    /// It takes more memory.
    #[error("takes more memory than the limit of {limit} bytes")]
    Memory {
        /// The limit of the [`Meter`].
        limit: u64,
    },
    /// The interrupt of the [`Meter`] returned true.
    #[error("was interrupted before it was done")]
    Interrupted,
}

/// The work of one operation, of one level of a pointer, and of one child of a container.
pub(crate) const STEP: u64 = 16;
/// The work of one allocation, together with its release.
pub(crate) const ALLOCATION: u64 = 64;
/// The work of one entry of a hash table.
pub(crate) const ENTRY: u64 = 64;
/// The work of moving an element of a list, or of comparing it while sorting.
pub(crate) const MOVE: u64 = 4;
/// How many bytes of a block are compared or moved in one unit of work.
pub(crate) const BLOCK: u64 = 8;
/// What the allocator needs besides the bytes that it is asked for.
pub(crate) const OVERHEAD: u64 = 16;

impl Meter {
    /// So much work is done at the most before the interrupt is asked again.
    pub const STRIDE: u64 = 256 << 10;

    /// A meter that allows so many units of work, and so many bytes of memory at a time.
    pub fn new(work: u64, memory: u64) -> Meter {
        let near = work.min(Meter::STRIDE);
        Meter {
            near: Cell::new(near),
            far: Cell::new(work - near),
            work,
            memory,
            held: Cell::new(0),
            peak: Cell::new(0),
            lost: Cell::new(0),
            interrupt: None,
            is_interrupted: Cell::new(false),
        }
    }

    /// A meter that counts and never stops anything.
    pub fn unlimited() -> Meter {
        Meter::new(u64::MAX, u64::MAX)
    }

    /// Asks `interrupt` from time to time, and stops when it returns true. Then it is not asked again.
    ///
    /// Its argument is 0 while a patch is read and applied. At the end, if the patch has made the text longer by more than
    /// [`Meter::STRIDE`], it is asked once with the number of bytes: they are still to be written.
    #[must_use]
    pub fn with_interrupt(mut self, interrupt: impl Fn(u64) -> bool + Send + 'static) -> Meter {
        self.interrupt = Some(Box::new(interrupt));
        self
    }

    /// How many units of work have been counted.
    pub fn work_done(&self) -> u64 {
        self.work - self.near.get() - self.far.get() - self.lost.get()
    }

    /// How many bytes are held now.
    pub fn memory_held(&self) -> u64 {
        self.held.get()
    }

    /// How many bytes were held at the most.
    pub fn memory_peak(&self) -> u64 {
        self.peak.get()
    }

    /// Counts work that is about to be done.
    #[inline]
    pub(crate) fn work(&self, units: u64) -> Result<(), Exceeded> {
        let near = self.near.get();
        if units <= near {
            self.near.set(near - units);
            return Ok(());
        }
        self.work_on(units)
    }

    #[cold]
    fn work_on(&self, units: u64) -> Result<(), Exceeded> {
        let left = self.near.get() + self.far.get();
        if self.is_interrupted.get() {
            return Err(Exceeded::Interrupted);
        }
        if units > left {
            self.stop(left);
            return Err(Exceeded::Work { limit: self.work });
        }
        let left = left - units;
        self.ask(0, left)?;
        let near = left.min(Meter::STRIDE);
        self.near.set(near);
        self.far.set(left - near);
        Ok(())
    }

    /// Asks the interrupt, where so much work is left.
    fn ask(&self, to_write: u64, left: u64) -> Result<(), Exceeded> {
        if self
            .interrupt
            .as_ref()
            .is_some_and(|interrupt| interrupt(to_write))
        {
            self.is_interrupted.set(true);
            self.stop(left);
            return Err(Exceeded::Interrupted);
        }
        Ok(())
    }

    /// Counts the bytes by which a patch has made the text longer.
    pub(crate) fn lengthen(&self, bytes: u64) -> Result<(), Exceeded> {
        if bytes > self.memory {
            return Err(Exceeded::Memory { limit: self.memory });
        }
        if bytes > Meter::STRIDE {
            self.ask(bytes, self.near.get() + self.far.get())?;
        }
        Ok(())
    }

    fn stop(&self, left: u64) {
        self.lost.set(self.lost.get() + left);
        self.near.set(0);
        self.far.set(0);
    }

    /// Counts bytes that are about to be allocated.
    #[inline]
    pub(crate) fn hold(&self, bytes: u64) -> Result<(), Exceeded> {
        let held = self.held.get().saturating_add(bytes);
        if held > self.memory {
            return Err(Exceeded::Memory { limit: self.memory });
        }
        self.held.set(held);
        self.peak.set(self.peak.get().max(held));
        Ok(())
    }

    /// Bytes that were counted have been freed.
    #[inline]
    pub(crate) fn release(&self, bytes: u64) {
        self.held.set(self.held.get().saturating_sub(bytes));
    }

    /// Memory that is freed when this is dropped: all that is held from now on until then.
    pub(crate) fn scratch(&self) -> Scratch<'_> {
        Scratch {
            meter: self,
            left: self.held.get(),
        }
    }

    /// Counts the work and the memory of a value on the heap.
    #[inline]
    pub(crate) fn allocate(&self, bytes: usize) -> Result<(), Exceeded> {
        self.work(ALLOCATION)?;
        self.hold(bytes as u64 + OVERHEAD)
    }

    /// Makes room for one more element of a list whose memory is counted.
    #[inline]
    pub(crate) fn room<T>(&self, list: &mut Vec<T>) -> Result<(), Exceeded> {
        if list.len() < list.capacity() {
            return Ok(());
        }
        self.grow(list)
    }

    #[cold]
    fn grow<T>(&self, list: &mut Vec<T>) -> Result<(), Exceeded> {
        let old = list.capacity();
        let more = old.max(4);
        self.reserve(list, more)
    }

    /// Makes room for so many more elements of a list whose memory is counted. Old and new exist beside each other
    /// while they are moved.
    pub(crate) fn reserve<T>(&self, list: &mut Vec<T>, more: usize) -> Result<(), Exceeded> {
        let old = list.capacity();
        if more <= old - list.len() {
            return Ok(());
        }
        let old = bytes_of::<T>(old);
        self.allocate(size_of::<T>().saturating_mul(list.len() + more))?;
        self.work(old / BLOCK)?;
        list.reserve_exact(more);
        self.release(old);
        Ok(())
    }
}

impl Meter {
    /// Makes room for one more entry of a hash table whose memory is counted.
    #[inline]
    pub(crate) fn room_in<K: Eq + Hash, V>(
        &self,
        table: &mut HashMap<K, V>,
    ) -> Result<(), Exceeded> {
        self.work(ENTRY)?;
        if table.len() < table.capacity() {
            return Ok(());
        }
        self.reserve_in(table, table.len().max(3))
    }

    /// Makes room for so many more entries.
    #[cold]
    pub(crate) fn reserve_in<K: Eq + Hash, V>(
        &self,
        table: &mut HashMap<K, V>,
        more: usize,
    ) -> Result<(), Exceeded> {
        let old = table_bytes::<K, V>(table.capacity());
        self.work(ALLOCATION + STEP * table.len() as u64)?;
        self.hold(table_bytes::<K, V>(table.len() + more))?;
        table.reserve(more);
        self.release(old);
        Ok(())
    }
}

/// What a hash table with room for so many entries is counted as: an eighth of it is empty at the least, it is a power
/// of two, and each place in it takes a byte more.
pub(crate) fn table_bytes<K, V>(capacity: usize) -> u64 {
    let places = match capacity {
        0 => return 0,
        1..4 => 4,
        4..8 => 8,
        8..15 => 16,
        _ => (capacity * 8 / 7).next_power_of_two(),
    };
    (places * (size_of::<(K, V)>() + 1)) as u64 + 2 * OVERHEAD
}

/// See [`Meter::scratch`].
#[must_use = "the memory is no longer counted when this is dropped"]
pub(crate) struct Scratch<'m> {
    meter: &'m Meter,
    left: u64,
}

impl Scratch<'_> {
    /// So many bytes of it stay.
    pub(crate) fn keep(&mut self, bytes: u64) {
        self.left += bytes;
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        self.meter.held.set(self.left);
    }
}

/// What a list of so many elements is counted as.
pub(crate) fn bytes_of<T>(capacity: usize) -> u64 {
    if capacity == 0 {
        0
    } else {
        (capacity * size_of::<T>()) as u64 + OVERHEAD
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("work", &self.work)
            .field("work_done", &self.work_done())
            .field("memory", &self.memory)
            .field("memory_held", &self.memory_held())
            .field("memory_peak", &self.memory_peak())
            .finish_non_exhaustive()
    }
}
