//! What is JSON, and where its values are.

use amend_document::{Document, Json, Limits, Pointer, get};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::strict::strict;
use super::{leaves, many};

/// A text. `serde_json` has to agree about what is JSON, and on every value that is found in it.
pub(crate) fn parse(text: &[u8]) {
    let limits = Limits::default().with_depth(100);
    let document = match Document::parse(text, &limits) {
        Ok(document) => document,
        Err(error) => {
            assert!(error.offset() <= text.len());
            assert!(error.line() > 0 && error.column() > 0);
            // It knows no byte order mark, and no limit here.
            let has_mark = text.starts_with(b"\xef\xbb\xbf");
            assert!(error.is_too_deep() || has_mark || !is_json(text), "{error}");
            return;
        }
    };
    assert_eq!(document.to_text().as_bytes(), text);
    assert!(!document.is_changed());
    let text = str::from_utf8(text).expect("it is JSON, and that is UTF-8");
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    assert!(is_json(bare.as_bytes()));
    let value = bare.trim_matches([' ', '\t', '\r', '\n']);
    assert_eq!(
        Json::parse(bare).expect("it was read before").as_str(),
        value
    );

    if let Some(read) = strict(value) {
        check_leaves(value, &read);
    }
    // Many times in a long text, where the engine remembers where things are.
    let (long, count) = many(value);
    let last = Pointer::root().child((count - 1).to_string());
    let found = get(long.as_bytes(), &last, &Limits::default());
    assert_eq!(
        found.expect("an array has no ambiguous members"),
        Some(value)
    );
}

fn is_json(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// Every scalar is found where the plain reading has it.
fn check_leaves(text: &str, value: &Value) {
    for (pointer, leaf) in leaves(value) {
        let found = get(text.as_bytes(), &pointer, &Limits::default());
        let found = found.expect("no name is there twice").expect("it is there");
        assert_eq!(
            serde_json::from_str::<Value>(found).ok().as_ref(),
            Some(leaf)
        );
    }
}
