//! Names for the exact bytes of a document.

use std::fmt;
use std::str::FromStr;

/// Names the exact bytes of a document, or of what stands at the scope of a [`Grant`](crate::Grant): the BLAKE3 hash of them, 64 hexadecimal digits, as `b3sum` prints.
///
/// Two documents have the same version when, and only when, they are equal byte for byte. A document that
/// does not exist has the version of the empty text, [`Version::ABSENT`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version([u8; 32]);

impl Version {
    /// The version of a document that does not exist or has no bytes.
    pub const ABSENT: Version = Version([
        0xaf, 0x13, 0x49, 0xb9, 0xf5, 0xf9, 0xa1, 0xa6, 0xa0, 0x40, 0x4d, 0xea, 0x36, 0xdc, 0xc9,
        0x49, 0x9b, 0xcb, 0x25, 0xc9, 0xad, 0xc1, 0x12, 0xb7, 0xcc, 0x9a, 0x93, 0xca, 0xe4, 0x1f,
        0x32, 0x62,
    ]);

    /// The version of these bytes.
    pub fn of(bytes: &[u8]) -> Version {
        Version(*blake3::hash(bytes).as_bytes())
    }

    /// The version of a text that comes in pieces.
    pub(crate) fn of_pieces<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> Version {
        let mut hasher = blake3::Hasher::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Version(*hasher.finalize().as_bytes())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({self})")
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match blake3::Hash::from_hex(text) {
            Ok(hash) => Ok(Version(*hash.as_bytes())),
            Err(_) => Err(ParseVersionError {
                text: text.to_owned(),
            }),
        }
    }
}

/// The text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version: a version is 64 hexadecimal digits, as a receipt gives them")]
pub struct ParseVersionError {
    text: String,
}

/// A document, or a part of it, as it was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The exact text at the pointer that was asked for. A byte order mark is not part of it.
    pub text: String,
    /// The version of the whole document it was read from. Through a [`Grant`](crate::Grant) with a scope it is
    /// that of what stands there.
    pub version: Version,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_nothing_is_the_version_of_the_empty_text() {
        assert_eq!(Version::ABSENT, Version::of(b""));
    }

    #[test]
    fn a_version_survives_its_text_form() {
        let version = Version::of(b"{}");
        assert_eq!(version.to_string().parse(), Ok(version));
        assert!("".parse::<Version>().is_err());
        assert!("zz".repeat(32).parse::<Version>().is_err());
    }

    #[test]
    fn pieces_are_named_as_their_whole() {
        let pieces: [&[u8]; 3] = [b"{\"a\"", b"", b": 1}"];
        assert_eq!(
            Version::of_pieces(pieces.into_iter()),
            Version::of(b"{\"a\": 1}")
        );
    }
}
