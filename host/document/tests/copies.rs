//! A copy keeps every byte of the value where there is no document yet, and is a replacement where there is one.

use amend_document::{ApplyError, Document, Limits, Patch};

const ODD: &str = "{ \"n\":1.0,\r\n\"big\":1e400, \"a\": [1,2] }";

fn copy(text: &str) -> Patch {
    Patch::copy_with(text, &Limits::default()).expect("JSON")
}

#[test]
fn a_copy_has_the_layout_of_its_original() {
    for text in [ODD, "[1,\t2]", "\"text\"", "null"] {
        let mut document = Document::absent(&Limits::default());
        assert_eq!(document.apply(&copy(&format!(" {text}\r\n"))), Ok(true));
        assert_eq!(document.to_text(), format!("{text}\n"));
        assert_eq!(document.len(), text.len() + 1);
    }
}

#[test]
fn a_copy_can_be_changed_like_any_document() {
    let mut document = Document::absent(&Limits::default());
    let change = Patch::operations(r#"[{"op": "replace", "path": "/a/1", "value": 3}]"#);
    let both = Patch::All(vec![copy(ODD), change.expect("a patch")]);
    assert_eq!(document.apply(&both), Ok(true));
    assert_eq!(
        document.to_text(),
        format!("{}\n", ODD.replace("[1,2]", "[1,3]"))
    );
}

#[test]
fn over_another_document_only_what_differs_is_written() {
    let old = "{\"n\": 1.0,   \"big\": 1e400, \"a\": [1, 9]}";
    let mut document = Document::parse(old.as_bytes(), &Limits::default()).expect("JSON");
    assert_eq!(document.apply(&copy(ODD)), Ok(true));
    assert_eq!(document.to_text(), old.replace('9', "2"));
}

#[test]
fn a_copy_is_within_the_limits() {
    let mut small = Document::absent(&Limits::default().with_size(ODD.len() + 1));
    assert_eq!(small.apply(&copy(ODD)), Ok(true));
    let mut smaller = Document::absent(&Limits::default().with_size(ODD.len()));
    assert!(matches!(
        smaller.apply(&copy(ODD)),
        Err(ApplyError::TooLarge { .. })
    ));
    assert!(smaller.is_absent());
    let mut flat = Document::absent(&Limits::default().with_depth(1));
    assert!(matches!(
        flat.apply(&copy(ODD)),
        Err(ApplyError::TooDeep { .. })
    ));
}
