use amend_guest::{Patch, run};

use super::update;

/// The document after the update, or the reason why there was none.
fn set(document: Option<&str>, args: &str) -> Result<String, String> {
    match run(update, document, args) {
        Ok(Some(Patch::Replace(document))) => Ok(document),
        Ok(other) => panic!("manifest always answers with the whole document, not with {other:?}"),
        Err(refusal) => Err(refusal.reason().to_owned()),
    }
}

const ARGS: &str = r#"{"keys":["HelloFlow","linux-64","a1b2"],"value":{"size":3,"name":null}}"#;

#[test]
fn makes_what_is_missing() {
    let made = r#"{"HelloFlow":{"linux-64":{"a1b2":{"size":3,"name":null}}}}"#;
    assert_eq!(set(None, ARGS).unwrap(), made);
    assert_eq!(set(Some("{}"), ARGS).unwrap(), made);
}

#[test]
fn keeps_what_others_wrote() {
    let document = r#"{"zlib":{"1":2},"HelloFlow":{"linux-64":{"ffff":1.0},"osx":[]}}"#;
    assert_eq!(
        set(Some(document), ARGS).unwrap(),
        r#"{"zlib":{"1":2},"HelloFlow":{"linux-64":{"ffff":1.0,"a1b2":{"size":3,"name":null}},"osx":[]}}"#
    );
}

#[test]
fn replaces_what_was_there() {
    assert_eq!(
        set(
            Some(r#"{"a":{"old":1}}"#),
            r#"{"keys":["a"],"value":{"new":2}}"#
        )
        .unwrap(),
        r#"{"a":{"new":2}}"#
    );
    assert_eq!(
        set(Some(r#"{"a":{"old":1}}"#), r#"{"keys":["a"],"value":null}"#).unwrap(),
        r#"{"a":null}"#
    );
}

#[test]
fn refuses_to_walk_through_what_is_not_an_object() {
    let reason = set(Some(r#"{"HelloFlow":{"linux-64":[]}}"#), ARGS).unwrap_err();
    assert_eq!(
        reason,
        r#""/HelloFlow/linux-64" is not an object, so it cannot have a member "a1b2""#
    );
    assert!(set(Some("[]"), ARGS).is_err());
    assert!(set(Some("null"), ARGS).is_err());
}

#[test]
fn refuses_too_few_and_too_many_keys() {
    assert!(
        set(None, r#"{"keys":[],"value":1}"#)
            .unwrap_err()
            .starts_with("no keys")
    );
    let many = format!(r#"{{"keys":["k"{}],"value":1}}"#, r#","k""#.repeat(32));
    assert_eq!(
        set(None, &many).unwrap_err(),
        "33 keys are too many: at most 32 are taken"
    );
}

#[test]
fn refuses_to_nest_the_document_too_deep_for_the_next_one() {
    let args = |depth| {
        format!(
            r#"{{"keys":["a","b"],"value":{}{}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    let deepest = set(None, &args(125)).unwrap();
    assert!(set(Some(&deepest), ARGS).is_ok());
    assert_eq!(
        set(None, &args(126)).unwrap_err(),
        "the new document would be nested deeper than 127 levels"
    );
}
