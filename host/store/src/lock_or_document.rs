//! Files whose names end as those of lock files do: `composer.lock` and `flake.lock` are documents.
//!
//! Such a file is a document if it begins like a JSON object or array, and a lock file if it is empty or begins in another
//! way. A lock on a document would protect nothing, because a document is replaced. So a document whose lock file would
//! have the name of another document is not changed, and no document is made where the lock file of another one belongs.

use crate::disk::{Directory, File, Kind, Open};
use crate::path::LOCK_SUFFIX;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;

/// How much of a file is looked at.
pub(crate) const HEAD: usize = 512;

/// The document that a lock file of this name would belong to; `None` for a name that no lock file has.
pub(crate) fn document_of(name: &OsStr) -> Option<&OsStr> {
    let document = name.as_bytes().strip_suffix(LOCK_SUFFIX.as_bytes())?;
    Some(OsStr::from_bytes(document))
}

/// Whether a file with this beginning is a document.
pub(crate) fn begins_like_a_document(head: &[u8]) -> bool {
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    matches!(text.first(), Some(b'{' | b'['))
}

/// Whether an open file is a document.
pub(crate) fn is_document<F: File>(file: &F) -> io::Result<bool> {
    let mut head = [0; HEAD];
    let read = file.read_at(&mut head, 0)?;
    Ok(begins_like_a_document(head.get(..read).unwrap_or_default()))
}

/// Whether a document can have this name in a directory.
pub(crate) fn can_be_a_document<D: Directory>(dir: &D, name: &OsStr) -> io::Result<bool> {
    let Some(other) = document_of(name) else {
        return Ok(true);
    };
    match dir.facts(name)? {
        None => Ok(other.is_empty() || dir.facts(other)?.is_none()),
        Some(facts) if facts.kind != Kind::File => Ok(true),
        Some(facts) if facts.size == 0 => Ok(false),
        Some(_) => is_document(&dir.open(name, Open::Read)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_begins_with_an_object_or_an_array() {
        for document in ["{}", "[1]", " \n\t{", "\u{feff}{}"] {
            assert!(begins_like_a_document(document.as_bytes()), "{document:?}");
        }
        for lock in ["", "1234\n", "  ", "pid 7", "\"text\""] {
            assert!(!begins_like_a_document(lock.as_bytes()), "{lock:?}");
        }
    }

    #[test]
    fn only_names_with_the_suffix_are_those_of_lock_files() {
        assert_eq!(
            document_of(OsStr::new("a.json.lock")),
            Some(OsStr::new("a.json"))
        );
        assert_eq!(document_of(OsStr::new(".lock")), Some(OsStr::new("")));
        assert_eq!(document_of(OsStr::new("a.locked")), None);
    }
}
