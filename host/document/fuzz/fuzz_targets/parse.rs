//! What is JSON, and how deep: `cargo +nightly fuzz run parse`. serde_json has to agree.

#![no_main]

use amend_document::{Document, Limits};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|text: &[u8]| {
    let ours = Document::parse(text, &Limits::default().with_depth(100));
    if let Ok(document) = &ours {
        assert_eq!(document.to_text().as_bytes(), text);
        assert!(!document.is_changed());
    }
    // serde_json knows no byte order mark, and only its deep values say whether they are too deep.
    let has_mark = text.starts_with(b"\xef\xbb\xbf");
    let is_deep = ours.as_ref().is_err_and(amend_document::SyntaxError::is_too_deep);
    if !has_mark && !is_deep {
        let theirs = str::from_utf8(text).is_ok_and(|text| serde_json::from_str::<&RawValue>(text).is_ok());
        assert_eq!(ours.is_ok(), theirs);
    }
});
