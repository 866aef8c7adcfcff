//! What a draft says of how its commits have ended, in its very first bytes.

use std::io;

/// How the commits of a draft have ended. Written only by who holds the draft's lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct End {
    /// So many batches are in place, and were made durable as far as is known.
    committed: u64,
    /// Those after this one ...
    after: u64,
    /// ... up to this one are in place and may not be durable: their directory could not be synced. That a later sync of
    /// it succeeded would prove nothing.
    unknown: u64,
    /// Why it could not be: an error number (`errno(3)`).
    errno: i32,
}

const WORDS: usize = 4;
pub(super) const END_LEN: usize = WORDS * 8;

impl End {
    /// What is known of a batch; `None` when it is not known to be in place.
    pub(super) fn of(&self, number: u64) -> Option<Result<(), io::Error>> {
        if number > self.after && number <= self.unknown {
            return Some(Err(io::Error::from_raw_os_error(self.errno)));
        }
        (number <= self.committed).then_some(Ok(()))
    }

    /// The same when so many are durable.
    pub(super) fn with_durable(mut self, number: u64) -> End {
        self.committed = self.committed.max(number);
        self
    }

    /// The same when as many are in place, and those that were not yet durable may not be.
    pub(super) fn with_unknown(mut self, number: u64, error: &io::Error) -> End {
        if self.unknown == 0 {
            self.after = self.committed;
        }
        self.unknown = self.unknown.max(number);
        self.errno = error.raw_os_error().unwrap_or(0);
        self
    }

    pub(super) fn to_bytes(self) -> [u8; END_LEN] {
        let mut bytes = [0; END_LEN];
        let errno = i64::from(self.errno).cast_unsigned();
        let words = [self.committed, self.after, self.unknown, errno];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// What was never written is zero.
    pub(super) fn from_bytes(bytes: &[u8]) -> End {
        let mut words = [0; WORDS];
        for (word, from) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = from.try_into().map_or(0, u64::from_le_bytes);
        }
        End {
            committed: words[0],
            after: words[1],
            unknown: words[2],
            errno: words[3].cast_signed().try_into().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_as_it_was_written() {
        let end = End {
            committed: 1,
            after: 2,
            unknown: 3,
            errno: -4,
        };
        assert_eq!(End::from_bytes(&end.to_bytes()), end);
        assert_eq!(End::from_bytes(&[]), End::default());
    }

    #[test]
    fn what_could_not_be_made_durable_is_not_called_so_later() {
        let failed = io::Error::from_raw_os_error(5);
        let end = End::default().with_durable(2).with_unknown(4, &failed);
        let end = end.with_durable(7).with_unknown(8, &failed);
        let told = |number| end.of(number).map(|told| told.is_ok());
        assert_eq!([told(1), told(2)], [Some(true); 2]);
        assert_eq!([told(3), told(4), told(8)], [Some(false); 3]);
        assert_eq!(told(9), None);
    }
}
