//! Where the members of a large object are, by name.

use std::hash::{BuildHasher, RandomState};

/// For each name the chunk that it stands in: an open hash table of eight bytes an entry. It only ever
/// narrows the search: who looks reads the names in the chunk. So an entry may outlive its member, and
/// two names may share a hash; only a member without an entry would be a mistake.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// Zero, or 32 bits of hash and the number of the chunk plus one.
    table: Vec<u64>,
    used: usize,
    /// Random, so that nobody can choose names that all collide.
    hasher: RandomState,
}

impl Names {
    pub(crate) fn with_capacity(members: usize) -> Names {
        let size = (members * 2).next_power_of_two().max(64);
        Names {
            table: vec![0; size],
            used: 0,
            hasher: RandomState::new(),
        }
    }

    pub(crate) fn insert(&mut self, name: &[u8], chunk: usize) {
        if self.used * 4 >= self.table.len() * 3 {
            let table = vec![0; self.table.len() * 2];
            let old = std::mem::replace(&mut self.table, table);
            self.used = 0;
            for entry in old.into_iter().filter(|&entry| entry != 0) {
                self.put(entry);
            }
        }
        let hash = self.hasher.hash_one(name);
        self.put(hash >> 32 << 32 | (chunk as u64 + 1));
    }

    fn put(&mut self, entry: u64) {
        let mask = self.table.len() - 1;
        let mut at = (entry >> 32) as usize & mask;
        while self.table[at] != 0 {
            if self.table[at] == entry {
                return;
            }
            at = (at + 1) & mask;
        }
        self.table[at] = entry;
        self.used += 1;
    }

    /// The chunks that may have members of that name, each once.
    pub(crate) fn chunks(&self, name: &[u8]) -> impl Iterator<Item = usize> {
        let hash = self.hasher.hash_one(name) >> 32;
        let mask = self.table.len() - 1;
        (hash as usize & mask..)
            .map(move |at| self.table[at & mask])
            .take_while(|&entry| entry != 0)
            .filter(move |entry| entry >> 32 == hash)
            .map(|entry| (entry as u32 - 1) as usize)
    }
}
