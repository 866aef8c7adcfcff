//! The header of a staging file: what is staged, what of it is committed, and how.
//!
//! The header is for processes that live. A file whose header has another version or a wrong sum is foreign, and is not
//! used. The header is read and written under the header lock only.
//!
//! It has two slots, which are written in turn. The newest whole one counts, so a write that a killed process has not
//! finished is one that it has not made.
//!
//! | bytes | content |
//! | --- | --- |
//! | 0 to 256, 256 to 512 | the two slots |
//! | 512 and on | the staged text |
//!
//! | bytes of a slot | content |
//! | --- | --- |
//! | 0 to 8 | `amend s` and the version of the format |
//! | 8 to 112 | thirteen numbers of 8 bytes, little-endian, in the order of [`Header`]'s fields |
//! | 112 to 144 | hash of the base, the document that the first uncommitted text is made from |
//! | 144 to 176 | hash of the staged text |
//! | 176 to 208 | hash of the text that is being committed |
//! | 208 to 240 | hash of all bytes before |

use super::Hash;
use std::io;

/// The staged text begins here.
pub(super) const TEXT_AT: usize = 512;

const MAGIC: u64 = u64::from_le_bytes(*b"amend s1");
const HASH: usize = 32;
const WORDS: usize = 14;
const SUM_AT: usize = WORDS * 8 + 3 * HASH;
const HEADER_LEN: usize = SUM_AT + HASH;
const SLOT: usize = TEXT_AT / 2;

/// What is staged, and what became of it. Batches are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Counts the writes of the header. An odd one is in the second slot.
    sequence: u64,
    /// The staged text contains the batches up to this one.
    pub(super) staged: u64,
    /// The length of the staged text in bytes.
    pub(super) len: u64,
    /// The batches up to this one are in place.
    pub(super) committed: u64,
    /// The batches up to this one are durable, as far as their directory could be synced.
    durable: u64,
    /// The batches after this one ...
    unknown_after: u64,
    /// ... up to this one are in place and perhaps not durable: their directory could not be synced. A later sync that
    /// succeeds proves nothing.
    unknown_to: u64,
    /// The error number (`errno(3)`) of that sync.
    errno: i32,
    /// It is not known whether the batches up to this one were put in place.
    pub(super) lost_to: u64,
    /// No batch that is not committed will be.
    pub(super) is_void: bool,
    /// The rename that is being done, or that its process was killed in.
    pub(super) committing: Option<Committing>,
    pub(super) base: Hash,
    pub(super) text: Hash,
}

/// Written before a rename and cleared after it, so that others can find out whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Committing {
    /// The batches up to this one are in it.
    pub(super) number: u64,
    /// The device and inode of the temporary file.
    pub(super) file: (u64, u64),
    pub(super) text: Hash,
}

/// What became of a batch.
#[derive(Debug)]
pub(super) enum State {
    /// It may still be committed.
    Pending,
    /// It is in place. Its directory was not synced yet.
    InPlace,
    Durable,
    /// It is in place, and its directory could not be synced.
    DurabilityUnknown(io::Error),
    /// Whether it is in place is not known.
    Lost,
    /// It is not in place and never will be.
    Void,
}

impl Header {
    /// A header with nothing staged, for a document with this hash.
    pub(super) fn new(base: Hash) -> Header {
        Header {
            sequence: 0,
            staged: 0,
            len: 0,
            committed: 0,
            durable: 0,
            unknown_after: 0,
            unknown_to: 0,
            errno: 0,
            lost_to: 0,
            is_void: false,
            committing: None,
            base,
            text: [0; HASH],
        }
    }

    /// Whether a batch is staged that may still be committed.
    pub(super) fn has_pending(&self) -> bool {
        !self.is_void && self.staged > self.committed
    }

    pub(super) fn state(&self, number: u64) -> State {
        if number <= self.committed {
            if number > self.unknown_after && number <= self.unknown_to {
                return State::DurabilityUnknown(io::Error::from_raw_os_error(self.errno));
            }
            return if number <= self.durable {
                State::Durable
            } else {
                State::InPlace
            };
        }
        if number <= self.lost_to {
            return State::Lost;
        }
        if self.is_void {
            State::Void
        } else {
            State::Pending
        }
    }

    /// Stages the next batch: the text has these bytes.
    pub(super) fn stage(&mut self, text: &[u8]) {
        self.staged += 1;
        self.len = text.len() as u64;
        self.text = super::hash(text);
    }

    /// The batches up to the one that was being committed are in place.
    pub(super) fn set_committed(&mut self, done: Committing) {
        self.committed = self.committed.max(done.number);
        self.base = done.text;
        self.committing = None;
    }

    /// What the sync of the directory came to, for the batches up to this one.
    pub(super) fn set_synced(&mut self, number: u64, synced: &io::Result<()>) {
        match synced {
            Ok(()) => self.durable = self.durable.max(number),
            Err(error) => {
                if self.unknown_to == 0 {
                    self.unknown_after = self.durable;
                }
                self.unknown_to = self.unknown_to.max(number);
                self.errno = error.raw_os_error().unwrap_or(0);
            }
        }
    }

    /// This header as it is written after another, and the place of its slot.
    pub(super) fn after(mut self, other: Option<Header>) -> (Header, usize) {
        self.sequence = other.map_or(0, |other| other.sequence) + 1;
        let slot = if self.sequence.is_multiple_of(2) {
            0
        } else {
            SLOT
        };
        (self, slot)
    }

    /// Reads the newest whole header at the start of a file; `None` when there is none.
    pub(super) fn newest(file: &[u8]) -> Option<Header> {
        let slots = [0, SLOT].map(|at| file.get(at..).and_then(Header::from_bytes));
        slots
            .into_iter()
            .flatten()
            .max_by_key(|header| header.sequence)
    }

    pub(super) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let none = Committing {
            number: 0,
            file: (0, 0),
            text: [0; HASH],
        };
        let committing = self.committing.unwrap_or(none);
        let words: [u64; WORDS] = [
            MAGIC,
            self.sequence,
            self.staged,
            self.len,
            self.committed,
            self.durable,
            self.unknown_after,
            self.unknown_to,
            i64::from(self.errno).cast_unsigned(),
            self.lost_to,
            self.is_void.into(),
            committing.number,
            committing.file.0,
            committing.file.1,
        ];
        let mut bytes = [0; HEADER_LEN];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        let hashes = [self.base, self.text, committing.text];
        for (to, hash) in bytes[WORDS * 8..].chunks_exact_mut(HASH).zip(hashes) {
            to.copy_from_slice(&hash);
        }
        let sum = super::hash(&bytes[..SUM_AT]);
        bytes[SUM_AT..].copy_from_slice(&sum);
        bytes
    }

    /// Reads a header; `None` when these bytes are none of this version, whole.
    fn from_bytes(bytes: &[u8]) -> Option<Header> {
        let bytes = bytes.get(..HEADER_LEN)?;
        let (said, sum) = bytes.split_at(SUM_AT);
        let mut words = [0; WORDS];
        for (word, from) in words.iter_mut().zip(said.chunks_exact(8)) {
            *word = u64::from_le_bytes(from.try_into().ok()?);
        }
        if words[0] != MAGIC || super::hash(said) != sum {
            return None;
        }
        let mut hashes = [[0; HASH]; 3];
        for (hash, from) in hashes.iter_mut().zip(said[WORDS * 8..].chunks_exact(HASH)) {
            *hash = from.try_into().ok()?;
        }
        let committing = Committing {
            number: words[11],
            file: (words[12], words[13]),
            text: hashes[2],
        };
        Some(Header {
            sequence: words[1],
            staged: words[2],
            len: words[3],
            committed: words[4],
            durable: words[5],
            unknown_after: words[6],
            unknown_to: words[7],
            errno: words[8].cast_signed().try_into().ok()?,
            lost_to: words[9],
            is_void: words[10] != 0,
            committing: (committing.number > 0).then_some(committing),
            base: hashes[0],
            text: hashes[1],
        })
    }
}

/// What the simulated disk has to know of a header to leave parts of the protocol out.
#[cfg(test)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peek {
    pub(crate) is_void: bool,
    pub(crate) is_committing: bool,
}

#[cfg(test)]
pub(crate) fn peek(bytes: &[u8]) -> Option<Peek> {
    let header = Header::newest(bytes)?;
    Some(Peek {
        is_void: header.is_void,
        is_committing: header.committing.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        let mut header = Header::new([1; HASH]);
        header.stage(b"{}");
        header.set_synced(0, &Err(io::Error::from_raw_os_error(5)));
        header.committing = Some(Committing {
            number: 1,
            file: (2, 3),
            text: [4; HASH],
        });
        header
    }

    #[test]
    fn a_header_is_read_as_it_was_written_or_not_at_all() {
        let header = header();
        let mut bytes = header.to_bytes();
        assert!(bytes.len() <= SLOT);
        assert_eq!(Header::from_bytes(&bytes), Some(header));
        for at in 0..bytes.len() {
            bytes[at] ^= 0x10;
            assert_eq!(Header::from_bytes(&bytes), None, "at {at}");
            bytes[at] ^= 0x10;
            assert_eq!(Header::from_bytes(&bytes[..at]), None, "up to {at}");
        }
    }

    #[test]
    fn a_torn_write_of_the_header_was_not_made() {
        let mut file = vec![0; TEXT_AT];
        let mut header = header();
        header.sequence = 0;
        for written in 1..5 {
            let before = file.clone();
            let (next, at) = header.after(Header::newest(&file));
            let bytes = next.to_bytes();
            for torn in 0..bytes.len() {
                file[at..][..torn].copy_from_slice(&bytes[..torn]);
                let found = Header::newest(&file);
                assert_eq!(found, (written > 1).then_some(header), "{torn}");
            }
            file.clone_from(&before);
            file[at..][..bytes.len()].copy_from_slice(&bytes);
            assert_eq!(Header::newest(&file), Some(next));
            header = next;
        }
    }

    #[test]
    fn a_later_sync_does_not_make_durable_what_an_earlier_one_could_not() {
        let failed = || Err(io::Error::from_raw_os_error(5));
        let mut header = Header::new([0; HASH]);
        header.committed = 9;
        header.set_synced(2, &Ok(()));
        header.set_synced(4, &failed());
        header.set_synced(7, &Ok(()));
        header.set_synced(8, &failed());
        for number in [1, 2] {
            assert!(matches!(header.state(number), State::Durable), "{number}");
        }
        for number in [3, 4, 7, 8] {
            let state = header.state(number);
            assert!(matches!(state, State::DurabilityUnknown(_)), "{number}");
        }
        assert!(matches!(header.state(9), State::InPlace));
        assert!(matches!(header.state(10), State::Pending));
    }

    #[test]
    fn a_void_header_voids_only_batches_that_are_not_committed() {
        let mut header = Header::new([0; HASH]);
        for _ in 0..3 {
            header.stage(b"{}");
        }
        header.committed = 1;
        header.is_void = true;
        assert!(matches!(header.state(1), State::InPlace));
        assert!(matches!(header.state(2), State::Void));
        assert!(!header.has_pending());
        header.lost_to = 2;
        assert!(matches!(header.state(2), State::Lost));
        assert!(matches!(header.state(3), State::Void));
    }
}
