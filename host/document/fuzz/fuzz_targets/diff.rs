//! Two documents with a `%` between them: `cargo +nightly fuzz run diff`.

#![no_main]

use amend_document::{Document, Limits, Patch, diff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(middle) = input.iter().position(|&byte| byte == b'%') else { return };
    let (old, new) = (&input[..middle], &input[middle + 1..]);
    let limits = Limits::default();
    let Ok(operations) = diff(old, new, &limits) else { return };
    let mut document = Document::parse(old, &limits).expect("diff has read it");
    document.apply(&Patch::Operations(operations)).expect("a difference fits the old document");
    let left = diff(document.to_text().as_bytes(), new, &limits).expect("the result is JSON");
    assert!(left.is_empty(), "{left}");
});
