//! What a draft says of itself, in its first bytes.
//!
//! It is meant for processes that live: whoever finds something else there than what was written throws the draft
//! away. So there is no promise about the format, and a magic number for each.

use crate::disk::{Facts, Kind};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the pieces of a draft are. All but the text are in one page, and a write into one page is not torn when the
/// writer is killed.
pub(super) const HEAD_AT: usize = 64;
pub(super) const TEXT_AT: usize = 512;

/// "amend 1\n"
const MAGIC: u64 = u64::from_le_bytes(*b"amend 1\n");

/// Nobody lets others wait this long between staging and committing, in nanoseconds, unless he was killed.
const STALE: u64 = 2_000_000_000;

const WORDS: usize = 24;
const HASH: usize = 32;
const HEAD_LEN: usize = WORDS * 8 + HASH + HASH;

/// What is staged, and what of it is in place. Written only by who holds the document's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// The time since the machine was started: after a power failure nothing here means anything.
    pub(super) boot: u128,
    /// How many batches the text contains, counted from the first of this draft.
    pub(super) staged: u64,
    /// When the last was staged, in nanoseconds since 1970.
    pub(super) staged_at: u64,
    /// How long the text is, in bytes.
    pub(super) len: u64,
    /// The hash of the text, as a version has it.
    pub(super) hash: [u8; HASH],
    /// The document that the rest of the draft is made from.
    pub(super) base: Facts,
    /// How many batches are in place.
    pub(super) committed: u64,
    /// What is being renamed over the document.
    pub(super) committing: Option<Committing>,
}

/// Written before a rename: whoever finds it has to see whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Committing {
    /// How many batches it contains.
    pub(super) number: u64,
    pub(super) file: Mark,
}

/// A file and its content, whatever it is called: a rename changes the time of its last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Mark {
    pub(super) fn of(facts: &Facts) -> Mark {
        Mark {
            device: facts.device,
            inode: facts.inode,
            size: facts.size,
            modified: facts.modified,
        }
    }
}

impl Head {
    /// A draft of which nothing is staged yet.
    pub(super) fn new(boot: u128, base: Facts) -> Head {
        Head {
            boot,
            staged: 0,
            staged_at: 0,
            len: 0,
            hash: [0; HASH],
            base,
            committed: 0,
            committing: None,
        }
    }

    /// The next batch: its text has these bytes.
    pub(super) fn stage(&mut self, text: &[u8]) {
        self.staged += 1;
        self.staged_at = now();
        self.len = text.len() as u64;
        self.hash = hash(text);
    }

    /// The text that was staged last, of all the draft's bytes; `None` when it is not whole.
    pub(super) fn text_in(&self, draft: &[u8]) -> Option<Vec<u8>> {
        let text = draft
            .get(TEXT_AT..)?
            .get(..usize::try_from(self.len).ok()?)?;
        (hash(text) == self.hash).then(|| text.to_owned())
    }

    pub(super) fn has_pending(&self) -> bool {
        self.staged > self.committed
    }

    /// Whether who has staged it may still be there: on this machine, and a moment ago. It makes no difference to what is lost, as a batch that is
    /// thrown away is made again by those who wait for it, but nobody expects the update of a process that was
    /// killed an hour ago.
    pub(super) fn is_fresh(&self, boot: Option<u128>) -> bool {
        boot == Some(self.boot) && now().abs_diff(self.staged_at) <= STALE
    }

    pub(super) fn to_bytes(self) -> [u8; HEAD_LEN] {
        let base = self.base;
        let committing = self.committing.unwrap_or(Committing {
            number: 0,
            file: Mark::of(&base),
        });
        let file = committing.file;
        let words: [u64; WORDS] = [
            MAGIC,
            self.staged,
            self.staged_at,
            self.len,
            self.committed,
            committing.number,
            file.device,
            file.inode,
            file.size,
            file.modified.0.cast_unsigned(),
            file.modified.1.cast_unsigned(),
            base.device,
            base.inode,
            base.mode.into(),
            base.user.into(),
            base.group.into(),
            base.links,
            base.size,
            base.modified.0.cast_unsigned(),
            base.modified.1.cast_unsigned(),
            base.changed.0.cast_unsigned(),
            base.changed.1.cast_unsigned(),
            self.boot as u64,
            (self.boot >> 64) as u64,
        ];
        let mut bytes = [0; HEAD_LEN];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        bytes[WORDS * 8..][..HASH].copy_from_slice(&self.hash);
        let sum = hash(&bytes[..WORDS * 8 + HASH]);
        bytes[WORDS * 8 + HASH..].copy_from_slice(&sum);
        bytes
    }

    /// Reads the head of a draft; `None` when it is not what [`Head::to_bytes`] gave.
    pub(super) fn from_bytes(draft: &[u8]) -> Option<Head> {
        let bytes = draft.get(HEAD_AT..)?.get(..HEAD_LEN)?;
        let (said, sum) = bytes.split_at(WORDS * 8 + HASH);
        let mut words = [0; WORDS];
        for (word, from) in words.iter_mut().zip(said.chunks_exact(8)) {
            *word = u64::from_le_bytes(from.try_into().ok()?);
        }
        if words[0] != MAGIC || hash(said) != sum {
            return None;
        }
        let committing = Committing {
            number: words[5],
            file: Mark {
                device: words[6],
                inode: words[7],
                size: words[8],
                modified: (words[9].cast_signed(), words[10].cast_signed()),
            },
        };
        Some(Head {
            boot: u128::from(words[22]) | u128::from(words[23]) << 64,
            staged: words[1],
            staged_at: words[2],
            len: words[3],
            hash: said[WORDS * 8..].try_into().ok()?,
            base: Facts {
                device: words[11],
                inode: words[12],
                kind: Kind::File,
                mode: words[13].try_into().ok()?,
                user: words[14].try_into().ok()?,
                group: words[15].try_into().ok()?,
                links: words[16],
                size: words[17],
                modified: (words[18].cast_signed(), words[19].cast_signed()),
                changed: (words[20].cast_signed(), words[21].cast_signed()),
            },
            committed: words[4],
            committing: (committing.number > 0).then_some(committing),
        })
    }
}

fn hash(bytes: &[u8]) -> [u8; HASH] {
    *blake3::hash(bytes).as_bytes()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos().try_into().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        let base = Facts {
            device: 1,
            inode: 2,
            kind: Kind::File,
            mode: 0o640,
            user: 3,
            group: 4,
            links: 1,
            size: 5,
            modified: (-6, 7),
            changed: (8, 9),
        };
        let mut head = Head::new(u128::MAX - 1, base);
        head.stage(b"{}");
        head.committing = Some(Committing {
            number: 1,
            file: Mark::of(&base),
        });
        head
    }

    #[test]
    fn a_head_is_read_as_it_was_written_or_not_at_all() {
        let (head, mut draft) = (head(), vec![0; HEAD_AT]);
        draft.extend(head.to_bytes());
        assert!(draft.len() <= TEXT_AT);
        assert_eq!(Head::from_bytes(&draft), Some(head));
        for at in HEAD_AT..draft.len() {
            draft[at] ^= 0x10;
            assert_eq!(Head::from_bytes(&draft), None, "at {at}");
            draft[at] ^= 0x10;
            assert_eq!(Head::from_bytes(&draft[..at]), None, "up to {at}");
        }
    }

    /// Of a process that was killed an hour ago nobody expects anything.
    #[test]
    fn a_draft_grows_stale() {
        let mut head = head();
        assert!(head.is_fresh(Some(head.boot)));
        assert!(!head.is_fresh(None));
        head.staged_at -= 2 * STALE;
        assert!(!head.is_fresh(Some(head.boot)));
    }
}
