//! What a draft says of how its commits have ended, in its very first bytes.

/// How the commits of a draft have ended. Written only by who holds the draft's lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct End {
    /// So many batches are durable.
    pub(super) durable: u64,
    /// So many are in place and may not be durable.
    pub(super) unknown: u64,
    /// The error number (`errno(3)`) of what kept these from being durable.
    pub(super) errno: i32,
}

const END_WORDS: usize = 3;
pub(super) const END_LEN: usize = END_WORDS * 8;

impl End {
    pub(super) fn to_bytes(self) -> [u8; END_LEN] {
        let mut bytes = [0; END_LEN];
        let words = [
            self.durable,
            self.unknown,
            i64::from(self.errno).cast_unsigned(),
        ];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// What was never written is zero.
    pub(super) fn from_bytes(bytes: &[u8]) -> End {
        let mut words = [0; END_WORDS];
        for (word, from) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = from.try_into().map_or(0, u64::from_le_bytes);
        }
        End {
            durable: words[0],
            unknown: words[1],
            errno: words[2].cast_signed().try_into().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_as_it_was_written() {
        let end = End {
            durable: 1,
            unknown: 2,
            errno: -3,
        };
        assert_eq!(End::from_bytes(&end.to_bytes()), end);
        assert_eq!(End::from_bytes(&[]), End::default());
    }
}
