//! Names for the exact bytes of a document.

use std::fmt;
use std::str::FromStr;

/// Names the exact bytes of a document, or of what stands at the scope of a [`Grant`](crate::Grant).
///
/// That of a file, and of what stands at a scope, is the BLAKE3 hash of them, 64 hexadecimal digits, as `b3sum`
/// prints: two are the same when, and only when, the bytes are. That of a document in etcd is the revision that made
/// it, its key's `mod_revision`, and after a point the hash of the bytes: a cluster that was restored from a snapshot
/// counts its revisions from there again. When several updates have made one revision together, those before the last
/// have made texts that nobody could read; their receipts say how many updates came after them: `4711-2`.
///
/// A document that does not exist has the version of the empty text, [`Version::ABSENT`], wherever it would be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version(Name);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Name {
    Text([u8; 32]),
    Revision {
        revision: u64,
        hash: [u8; 32],
    },
    /// So many updates before the last of a revision.
    Before {
        revision: u64,
        updates: u32,
    },
    Pending,
}

impl Version {
    /// The version of a document that does not exist or has no bytes.
    pub const ABSENT: Version = Version(Name::Text([
        0xaf, 0x13, 0x49, 0xb9, 0xf5, 0xf9, 0xa1, 0xa6, 0xa0, 0x40, 0x4d, 0xea, 0x36, 0xdc, 0xc9,
        0x49, 0x9b, 0xcb, 0x25, 0xc9, 0xad, 0xc1, 0x12, 0xb7, 0xcc, 0x9a, 0x93, 0xca, 0xe4, 0x1f,
        0x32, 0x62,
    ]));

    /// The version of a document in etcd that is yet to be made: a preview cannot know it. No document has it.
    pub const PENDING: Version = Version(Name::Pending);

    /// The version of these bytes.
    pub fn of(bytes: &[u8]) -> Version {
        Version(Name::Text(*blake3::hash(bytes).as_bytes()))
    }

    /// The version of a document in etcd whose key has this `mod_revision` and these bytes.
    pub fn of_revision(revision: u64, bytes: &[u8]) -> Version {
        Version(Name::Revision {
            revision,
            hash: *blake3::hash(bytes).as_bytes(),
        })
    }

    /// The revision of etcd that made the document; `None` for the version of a file, of what stands at a scope, and
    /// of no document. Later versions of one document have higher ones.
    pub fn revision(&self) -> Option<u64> {
        match self.0 {
            Name::Revision { revision, .. } => Some(revision),
            _ => None,
        }
    }

    /// The version of a text that was made on the way to this revision, so many updates before its last.
    #[cfg(feature = "etcd")]
    pub(crate) fn before_revision(revision: u64, updates: usize) -> Version {
        Version(Name::Before {
            revision,
            updates: u32::try_from(updates).unwrap_or(u32::MAX),
        })
    }

    /// The version of a text with this BLAKE3 hash.
    pub(crate) fn of_hash(hash: [u8; 32]) -> Version {
        Version(Name::Text(hash))
    }

    /// The version of a text that comes in pieces.
    pub(crate) fn of_pieces<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> Version {
        let mut hasher = blake3::Hasher::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Version(Name::Text(*hasher.finalize().as_bytes()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Name::Text(hash) => f.write_str(&blake3::Hash::from_bytes(hash).to_hex()),
            Name::Revision { revision, hash } => {
                write!(f, "{revision}.{}", blake3::Hash::from_bytes(hash).to_hex())
            }
            Name::Before { revision, updates } => write!(f, "{revision}-{updates}"),
            Name::Pending => f.write_str("pending"),
        }
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
        if let Ok(hash) = blake3::Hash::from_hex(text) {
            return Ok(Version(Name::Text(*hash.as_bytes())));
        }
        revision(text).ok_or_else(|| ParseVersionError {
            text: text.to_owned(),
        })
    }
}

/// Reads a version of etcd as it is printed, and in no other way: one version has one text.
fn revision(text: &str) -> Option<Version> {
    let number = |text: &str| text.parse().ok().filter(|revision| *revision > 0);
    let name = match text.split_once('.') {
        Some((revision, hash)) => Name::Revision {
            revision: number(revision)?,
            hash: *blake3::Hash::from_hex(hash).ok()?.as_bytes(),
        },
        None => {
            let (revision, updates) = text.split_once('-')?;
            Name::Before {
                revision: number(revision)?,
                updates: updates.parse().ok().filter(|updates| *updates > 0)?,
            }
        }
    };
    let version = Version(name);
    (version.to_string() == text).then_some(version)
}

/// The text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a version: a version is 64 hexadecimal digits, after a revision and a point in etcd, as a receipt \
     gives them"
)]
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
    fn a_version_of_etcd_has_one_text() {
        let hash = Version::of(b"{}").to_string();
        for text in [
            format!("1.{hash}"),
            format!("9223372036854775807.{hash}"),
            "4711-2".to_owned(),
        ] {
            let version: Version = text.parse().unwrap();
            assert_eq!(version.to_string(), text);
        }
        assert_eq!(
            Version::of_revision(1, b"{}").to_string(),
            format!("1.{hash}")
        );
        for text in [
            "1",
            "0-1",
            "-1",
            "01-1",
            "+1-1",
            "1-",
            "1-0",
            "1-01",
            "1-2-3",
            "pending",
            "1-1 ",
            "1.",
            "1.00",
            &format!("0.{hash}"),
            &format!("01.{hash}"),
            &format!(".{hash}"),
            &format!("1.{}", hash.to_uppercase()),
            &format!("1.{hash}-1"),
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_revision_that_returns_with_other_bytes_is_another_version() {
        let before = Version::of_revision(4711, b"1");
        assert_eq!(before, Version::of_revision(4711, b"1"));
        assert_ne!(before, Version::of_revision(4711, b"2"));
        assert_ne!(before, Version::of_revision(4712, b"1"));
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
