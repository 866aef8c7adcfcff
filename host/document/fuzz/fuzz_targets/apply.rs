//! A document and a patch, with a line of `%` between them: `cargo +nightly fuzz run apply`.

#![no_main]

use amend_document::{Document, Json, Limits, Patch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(middle) = input.iter().position(|&byte| byte == b'%') else { return };
    let (text, patch) = (&input[..middle], &input[middle + 1..]);
    let Ok(patch) = str::from_utf8(patch) else { return };
    let limits = Limits::default().with_size(1 << 20);
    let Ok(mut document) = Document::parse(text, &limits) else { return };
    let patches = [Patch::operations(patch), Patch::merge(patch), Patch::replace(patch)];
    for patch in patches.into_iter().flatten() {
        let before = document.to_text();
        match document.apply(&patch) {
            Ok(changed) => assert_eq!(changed, document.to_text() != before),
            Err(_) => assert_eq!(document.to_text(), before),
        }
        let after = document.to_text();
        assert_eq!(after.len(), document.len());
        assert_eq!(document.is_changed(), after.as_bytes() != text);
        Json::parse(after).expect("what comes out is JSON, no deeper than allowed");
    }
});
