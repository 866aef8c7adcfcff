use amend_guest::{Patch, run};

use super::update;

/// The document after the update, or the reason why there was none.
fn count(document: Option<&str>, args: &str) -> Result<String, String> {
    match run(update, document, args) {
        Ok(Some(Patch::Replace(document))) => Ok(document),
        Ok(other) => panic!("a counter always answers with its new state, not with {other:?}"),
        Err(refusal) => Err(refusal.reason().to_owned()),
    }
}

#[test]
fn adds_one_or_what_it_is_told() {
    assert_eq!(
        count(Some(r#"{"count":4}"#), "{}").unwrap(),
        r#"{"count":5}"#
    );
    assert_eq!(
        count(Some(r#"{"count":4}"#), r#"{"by":-3}"#).unwrap(),
        r#"{"count":1}"#
    );
}

#[test]
fn starts_at_zero() {
    assert_eq!(count(None, r#"{"by":3}"#).unwrap(), r#"{"count":3}"#);
    assert_eq!(count(Some("{}"), "{}").unwrap(), r#"{"count":1}"#);
}

#[test]
fn keeps_what_it_does_not_know() {
    let document = r#"{"count":4,"name":"é","deep":{"list":[null,true]},"huge":18446744073709551617,"e":1e+400}"#;
    assert_eq!(
        count(Some(document), "{}").unwrap(),
        document.replace(":4", ":5")
    );
}

#[test]
fn refuses_what_is_not_a_number() {
    for document in [
        r#"{"count":"4"}"#,
        r#"{"count":null}"#,
        r#"{"count":4.5}"#,
        r#"{"count":1e400}"#,
        "[]",
        "null",
    ] {
        let reason = count(Some(document), "{}").unwrap_err();
        assert!(
            reason.starts_with("the document does not fit this updater: "),
            "{document}: {reason}"
        );
    }
    let reason = count(Some("{}"), r#"{"by":"many"}"#).unwrap_err();
    assert!(
        reason.starts_with("the arguments do not fit this updater: "),
        "{reason}"
    );
}

#[test]
fn refuses_to_overflow() {
    let full = format!(r#"{{"count":{}}}"#, i64::MAX);
    assert_eq!(
        count(Some(&full), r#"{"by":1}"#).unwrap_err(),
        "9223372036854775807 and 1 more are too many for a counter of 64 bits"
    );
    let empty = format!(r#"{{"count":{}}}"#, i64::MIN);
    assert!(count(Some(&empty), r#"{"by":-1}"#).is_err());
    assert!(count(Some(r#"{"count":9223372036854775808}"#), "{}").is_err());
}
