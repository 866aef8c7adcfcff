//! Where the members of a large object are, by name.

use std::hash::{BuildHasher, RandomState};

use crate::meter::{Exceeded, Meter, STEP, bytes_of};
use crate::sort::sort;

/// For each name the chunk that it stands in: an open hash table of eight bytes an entry. It only ever
/// narrows the search: who looks reads the names in the chunk. So two names may share a hash; only a
/// member without an entry would be a mistake.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// Zero; or 32 bits of hash, 22 of the number of the chunk plus one, and 10 that say how many members of the chunk have
    /// that hash. With none, the place is free, but what was put behind it is still found.
    table: Vec<u64>,
    /// How many members have an entry.
    members: usize,
    /// How many places may be taken. It is counted without looking at hashes, so that the table grows at the same time
    /// on every machine.
    load: usize,
    /// Random, so that nobody can choose names that all collide.
    hasher: RandomState,
}

const CHUNK: u32 = 10;
const HASH: u32 = 32;
const COUNT: u64 = (1 << CHUNK) - 1;

impl Names {
    /// In an object with more chunks than this, members are not found by name. It has more than 4 GiB.
    pub(crate) const MOST_CHUNKS: usize = (1 << (HASH - CHUNK)) - 2;

    /// For an index that is made of the [entries](Names::entry) of all members.
    pub(crate) fn new() -> Names {
        Names {
            table: Vec::new(),
            members: 0,
            load: 0,
            hasher: RandomState::new(),
        }
    }

    /// The entry of a member of that name.
    pub(crate) fn entry(&self, name: &[u8], chunk: usize) -> u64 {
        let hash = self.hasher.hash_one(name) >> HASH << HASH;
        hash | (chunk as u64 + 1) << CHUNK | 1
    }

    /// Makes the table anew, of these entries. A name that stands in many chunks has as many entries in a row: each
    /// begins where the one before it was put.
    pub(crate) fn build(&mut self, mut entries: Vec<u64>, meter: &Meter) -> Result<(), Exceeded> {
        sort(&mut entries, meter)?;
        let size = (entries.len() * 2).next_power_of_two().max(64);
        meter.release(self.memory());
        self.table = Vec::new();
        meter.reserve(&mut self.table, size)?;
        meter.work(size as u64 + STEP * entries.len() as u64)?;
        self.table.resize(size, 0);
        (self.members, self.load) = (entries.len(), entries.len());
        let (mut last, mut at) = (0, 0);
        for &entry in &entries {
            if entry == last {
                self.table[at] += 1;
                continue;
            }
            if entry >> HASH != last >> HASH || last == 0 {
                at = self.first(entry);
            }
            while self.table[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = entry;
            last = entry;
        }
        meter.release(bytes_of::<u64>(entries.capacity()));
        Ok(())
    }

    /// What is counted for the table.
    pub(crate) fn memory(&self) -> u64 {
        bytes_of::<u64>(self.table.capacity())
    }

    /// A member has come to the chunk.
    pub(crate) fn insert(
        &mut self,
        name: &[u8],
        chunk: usize,
        meter: &Meter,
    ) -> Result<(), Exceeded> {
        if self.load * 4 >= self.table.len() * 3 {
            self.rebuild(meter)?;
        }
        self.load += 1;
        self.members += 1;
        let entry = self.entry(name, chunk);
        let mut free = None;
        let mut at = self.first(entry);
        while self.table[at] != 0 {
            if self.table[at] & !COUNT == entry & !COUNT {
                self.table[at] += 1;
                return Ok(());
            }
            if self.table[at] & COUNT == 0 {
                free = free.or(Some(at));
            }
            at = (at + 1) & (self.table.len() - 1);
        }
        self.table[free.unwrap_or(at)] = entry;
        Ok(())
    }

    /// A member has gone from the chunk.
    pub(crate) fn remove(&mut self, name: &[u8], chunk: usize) {
        let entry = self.entry(name, chunk);
        let mut at = self.first(entry);
        while self.table[at] != 0 {
            if self.table[at] & !COUNT == entry & !COUNT && self.table[at] & COUNT != 0 {
                self.table[at] -= 1;
                self.members -= 1;
                return;
            }
            at = (at + 1) & (self.table.len() - 1);
        }
    }

    fn rebuild(&mut self, meter: &Meter) -> Result<(), Exceeded> {
        meter.work(self.table.len() as u64)?;
        let mut entries = Vec::new();
        // Room for more, so that the next time is not soon.
        meter.reserve(&mut entries, self.members)?;
        for &entry in &self.table {
            let one = entry & !COUNT | 1;
            entries.extend((0..entry & COUNT).map(|_| one));
        }
        self.build(entries, meter)
    }

    /// Where an entry is when its place is not taken.
    fn first(&self, entry: u64) -> usize {
        (entry >> HASH) as usize & (self.table.len() - 1)
    }

    /// The chunks that may have members of that name, each once.
    pub(crate) fn chunks(&self, name: &[u8]) -> impl Iterator<Item = usize> {
        let wanted = self.entry(name, 0);
        let mask = self.table.len() - 1;
        (self.first(wanted)..)
            .map(move |at| self.table[at & mask])
            .take_while(|&entry| entry != 0)
            .filter(move |entry| entry >> HASH == wanted >> HASH && entry & COUNT != 0)
            .map(|entry| (entry as u32 >> CHUNK) as usize - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::meter::Meter;

    fn chunks(names: &Names, name: &str) -> Vec<usize> {
        let mut chunks: Vec<usize> = names.chunks(name.as_bytes()).collect();
        chunks.sort_unstable();
        chunks
    }

    #[test]
    fn members_are_found_until_they_are_removed() {
        let meter = Meter::unlimited();
        let mut names = Names::new();
        let entry = |n: usize| names.entry(format!("{}", n % 100).as_bytes(), n / 10);
        let entries = (0..200).map(entry).collect();
        names.build(entries, &meter).unwrap();
        assert_eq!(chunks(&names, "7"), [0, 10]);
        for round in 0..1000 {
            names.insert(b"x", round % 50, &meter).unwrap();
            names.insert(b"x", round % 50, &meter).unwrap();
            assert_eq!(chunks(&names, "x"), [round % 50]);
            names.remove(b"x", round % 50);
            assert_eq!(chunks(&names, "x"), [round % 50]);
            names.remove(b"x", round % 50);
            assert_eq!(chunks(&names, "x"), []);
        }
        assert_eq!(names.members, 200);
        for n in 0..200 {
            let name = format!("{}", n % 100);
            assert_eq!(chunks(&names, &name), [n % 100 / 10, n % 100 / 10 + 10]);
        }
        assert_eq!(names.table.len(), 512);
    }
}
