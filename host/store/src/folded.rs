//! One spelling for all spellings of a name that some file system takes for the same.

use std::ffi::OsStr;
use unicode_normalization::UnicodeNormalization;

/// Folds a name: case, composition, accents, signs, and dots and spaces at the end are ignored. This takes more names for the same than any file system
/// does (ext4 with `casefold`, FAT, exFAT, SMB, APFS), and no fewer.
pub(crate) fn folded(name: &OsStr) -> String {
    let is_kept = |character: &char| character.is_ascii() || character.is_alphanumeric();
    let upper = |text: &str| text.nfkd().flat_map(char::to_uppercase).collect::<String>();
    let upper = upper(&name.to_string_lossy());
    let lower: String = upper.nfkd().flat_map(char::to_lowercase).collect();
    let folded: String = lower.nfkd().filter(is_kept).collect();
    folded.trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_folded_to_one() {
        let same = |one: &str, other: &str| folded(OsStr::new(one)) == folded(OsStr::new(other));
        for (one, other) in [
            ("a.json", "A.JSON"),
            ("\u{e4}.json", "a\u{308}.json"),
            ("stra\u{df}e", "STRASSE"),
            ("\u{3c3}", "\u{3c2}"),
            ("a\u{ad}b", "ab"),
            ("a.json. .", "a.json"),
            ("\u{212a}", "k"),
            ("\u{fb01}", "FI"),
        ] {
            assert!(same(one, other), "{one:?} and {other:?}");
        }
        for (one, other) in [
            ("a.json", "b.json"),
            ("\u{4e00}", "\u{4e01}"),
            ("a-b", "a_b"),
        ] {
            assert!(!same(one, other), "{one:?} and {other:?}");
        }
    }
}
