//! Two documents, and what leads from one to the other.

use amend_document::{Document, Limits, Operations, Patch, diff};
use serde_json::Value;

use super::halves;
use super::strict::strict;
use crate::plain;

/// Two documents with a `%` between them: what leads from one to the other does, for us and for the
/// plain reading, and a replacement does the same.
pub(crate) fn differ(input: &[u8]) {
    let Some((old, new)) = halves(input) else {
        return;
    };
    let limits = Limits::default();
    let Ok(operations) = diff(old, new.as_bytes(), &limits) else {
        return;
    };
    let written = Operations::parse(&operations.to_string()).expect("they are RFC 6902");
    assert_eq!(written, operations);
    if let (Ok(old), Ok(operations)) = (
        str::from_utf8(old),
        serde_json::from_str(&written.to_string()),
    ) {
        by_the_plain_reading(old, new, operations);
    }
    let Ok(replacement) = Patch::replace(new) else {
        // With a byte order mark in front, it is a document and no value.
        return;
    };
    for patch in [Patch::Operations(operations), replacement] {
        let mut document = Document::parse(old, &limits).expect("diff has read it");
        document
            .apply(&patch)
            .expect("a difference fits the old document");
        let left = diff(document.to_text().as_bytes(), new.as_bytes(), &limits);
        let left = left.expect("the result is JSON");
        assert!(left.is_empty(), "{left}");
    }
}

fn by_the_plain_reading(old: &str, new: &str, operations: Vec<Value>) {
    if let (Some(mut value), Some(new)) = (strict(old), strict(new)) {
        assert_eq!(operations.is_empty(), value == new);
        for operation in operations {
            plain::apply(&mut value, &operation).unwrap_or_else(|| panic!("{operation}"));
        }
        assert_eq!(value, new);
    }
}
