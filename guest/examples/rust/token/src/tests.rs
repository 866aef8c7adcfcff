use amend_guest::{Patch, run};

use super::update;

const FIRST: &str = r#"{"token":"blue"}"#;
const TAKE_OVER: &str = r#"{"token":"green","previous":"blue"}"#;

fn registers(token: &str) -> Option<Patch> {
    Some(Patch::Operations(format!(
        r#"[{{"op":"add","path":"/token","value":"{token}"}}]"#
    )))
}

#[test]
fn registers_the_first() {
    assert_eq!(run(update, None, FIRST), Ok(registers("blue")));
    assert_eq!(
        run(update, Some(r#"{"other":1}"#), FIRST),
        Ok(registers("blue"))
    );
    assert_eq!(
        run(update, Some(r#"{"token":null}"#), FIRST),
        Ok(registers("blue"))
    );
}

#[test]
fn takes_over_from_the_one_that_is_expected() {
    assert_eq!(
        run(update, Some(r#"{"token":"blue"}"#), TAKE_OVER),
        Ok(registers("green"))
    );
    assert_eq!(run(update, None, TAKE_OVER), Ok(registers("green")));
}

#[test]
fn refuses_to_clobber() {
    for args in [FIRST, TAKE_OVER] {
        let refusal = run(update, Some(r#"{"token":"red"}"#), args).unwrap_err();
        // The reason goes into logs, where somebody's token must not be read.
        assert_eq!(refusal.reason(), "another token is registered");
    }
}

#[test]
fn refuses_to_register_twice() {
    // Who asks again cannot be told from another deployment that was given the same token.
    assert!(run(update, Some(r#"{"token":"blue"}"#), FIRST).is_err());
    assert!(run(update, Some(r#"{"token":"green"}"#), TAKE_OVER).is_err());
}

#[test]
fn refuses_what_is_not_a_token() {
    assert!(run(update, Some(r#"{"token":5}"#), FIRST).is_err());
    assert!(run(update, Some("[]"), FIRST).is_err());
    assert!(run(update, None, "{}").is_err());
    assert!(run(update, None, r#"{"token":"blue","previos":"red"}"#).is_err());
}
