//! RFC 6902 by the letter: its appendix A, and the corners that its sections mention.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

use amend_document::{ApplyError, Document, Limits, Patch, PatchError};

/// Applies operations to a text; an error is its message.
fn apply(text: &str, operations: &str) -> Result<String, String> {
    let patch = Patch::operations(operations).map_err(|error| error.to_string())?;
    let mut document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
    match document.apply(&patch) {
        Ok(changed) => {
            let new = document.to_text();
            assert_eq!(
                changed,
                new != text,
                "what apply() says about {text} and {operations}"
            );
            assert_eq!(changed, document.is_changed());
            assert_eq!(new.len(), document.len());
            Ok(new)
        }
        Err(error) => {
            assert_eq!(
                document.to_text(),
                text,
                "a patch that fails leaves the document alone"
            );
            assert_eq!(document.len(), text.len());
            assert!(!document.is_changed());
            Err(error.to_string())
        }
    }
}

#[track_caller]
fn gives(text: &str, operations: &str, expected: &str) {
    assert_eq!(
        apply(text, operations).as_deref(),
        Ok(expected),
        "{operations} on {text}"
    );
}

#[track_caller]
fn fails(text: &str, operations: &str, message: &str) {
    assert_eq!(
        apply(text, operations),
        Err(message.to_owned()),
        "{operations} on {text}"
    );
}

#[test]
fn appendix_a() {
    // A.1 to A.10, in order.
    gives(
        r#"{"foo":"bar"}"#,
        r#"[{"op":"add","path":"/baz","value":"qux"}]"#,
        r#"{"foo":"bar","baz":"qux"}"#,
    );
    gives(
        r#"{"foo":["bar","baz"]}"#,
        r#"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
        r#"{"foo":["bar","qux","baz"]}"#,
    );
    gives(
        r#"{"baz":"qux","foo":"bar"}"#,
        r#"[{"op":"remove","path":"/baz"}]"#,
        r#"{"foo":"bar"}"#,
    );
    gives(
        r#"{"foo":["bar","qux","baz"]}"#,
        r#"[{"op":"remove","path":"/foo/1"}]"#,
        r#"{"foo":["bar","baz"]}"#,
    );
    gives(
        r#"{"baz":"qux","foo":"bar"}"#,
        r#"[{"op":"replace","path":"/baz","value":"boo"}]"#,
        r#"{"baz":"boo","foo":"bar"}"#,
    );
    gives(
        r#"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
        r#"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
        r#"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#,
    );
    gives(
        r#"{"foo":["all","grass","cows","eat"]}"#,
        r#"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
        r#"{"foo":["all","cows","eat","grass"]}"#,
    );
    gives(
        r#"{"baz":"qux","foo":["a",2,"c"]}"#,
        r#"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
        r#"{"baz":"qux","foo":["a",2,"c"]}"#,
    );
    fails(
        r#"{"baz":"qux"}"#,
        r#"[{"op":"test","path":"/baz","value":"bar"}]"#,
        r#"operation 0 (test `/baz`): expected "bar", found "qux""#,
    );
    gives(
        r#"{"foo":"bar"}"#,
        r#"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
        r#"{"foo":"bar","child":{"grandchild":{}}}"#,
    );
    // A.11: a member that means nothing.
    gives(
        r#"{"foo":"bar"}"#,
        r#"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#,
        r#"{"foo":"bar","baz":"qux"}"#,
    );
    // A.12
    fails(
        r#"{"foo":"bar"}"#,
        r#"[{"op":"add","path":"/baz/bat","value":"qux"}]"#,
        "operation 0 (add `/baz/bat`): there is nothing at `/baz`",
    );
    // A.13: not a valid patch.
    fails(
        "{}",
        r#"[{"op":"add","path":"/baz","value":"qux","op":"remove"}]"#,
        "operation 0 has the member `op` more than once: nobody can say which is meant",
    );
    // A.14, A.15
    gives(
        r#"{"/":9,"~1":10}"#,
        r#"[{"op":"test","path":"/~01","value":10}]"#,
        r#"{"/":9,"~1":10}"#,
    );
    fails(
        r#"{"/":9,"~1":10}"#,
        r#"[{"op":"test","path":"/~01","value":"10"}]"#,
        r#"operation 0 (test `/~01`): expected "10", found 10"#,
    );
    // A.16
    gives(
        r#"{"foo":["bar"]}"#,
        r#"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
        r#"{"foo":["bar",["abc","def"]]}"#,
    );
}

#[test]
fn the_root_can_be_added_replaced_tested_copied_but_not_removed() {
    gives("{}", r#"[{"op":"add","path":"","value":[1]}]"#, "[1]");
    gives("1", r#"[{"op":"replace","path":"","value":null}]"#, "null");
    gives("\"a\"", r#"[{"op":"test","path":"","value":"a"}]"#, "\"a\"");
    gives(
        "{\"a\":1}",
        r#"[{"op":"copy","from":"","path":"/b"}]"#,
        "{\"a\":1,\"b\":{\"a\":1}}",
    );
    gives(
        "{\"a\":[1]}",
        r#"[{"op":"move","from":"/a","path":""}]"#,
        "[1]",
    );
    fails(
        "{}",
        r#"[{"op":"remove","path":""}]"#,
        "operation 0 (remove ``): the whole document cannot be removed by a patch; replace it with `null` or `{}`",
    );
}

#[test]
fn a_failing_operation_names_itself_and_what_it_found() {
    for (text, operations, message) in [
        (
            "[1]",
            r#"[{"op":"add","path":"/2","value":0}]"#,
            "operation 0 (add `/2`): the array at `` has 1 elements, so there is no place 2 in it",
        ),
        (
            "[1]",
            r#"[{"op":"remove","path":"/1"}]"#,
            "operation 0 (remove `/1`): there is nothing at `/1`",
        ),
        (
            "[1]",
            r#"[{"op":"replace","path":"/-","value":0}]"#,
            "operation 0 (replace `/-`): there is nothing at `/-`",
        ),
        (
            "[1,2]",
            r#"[{"op":"test","path":"/01","value":2}]"#,
            "operation 0 (test `/01`): at `` is an array, and `01` is not an index: those are 0, 1, 2, … without leading zeros",
        ),
        (
            "[[1]]",
            r#"[{"op":"add","path":"/-/0","value":2}]"#,
            "operation 0 (add `/-/0`): at `` is an array, and `-` is not an index: those are 0, 1, 2, … without leading zeros (`-` is the place behind the last element, where nothing is yet)",
        ),
        (
            "[1]",
            r#"[{"op":"remove","path":"/18446744073709551616"}]"#,
            "operation 0 (remove `/18446744073709551616`): the array at `` has 1 elements, so there is no place 18446744073709551616 in it",
        ),
        (
            r#"{"a":"b"}"#,
            r#"[{"op":"add","path":"/a/b","value":0}]"#,
            r#"operation 0 (add `/a/b`): at `/a` is a string ("b"), and only objects and arrays have children"#,
        ),
        (
            r#"{"a":{}}"#,
            r#"[{"op":"copy","from":"/a/b","path":"/c"}]"#,
            "operation 0 (copy `/c`): there is nothing at `/a/b`",
        ),
    ] {
        fails(text, operations, message);
    }
}

#[test]
fn test_31_names_that_look_odd() {
    let text = r#"{"":1,"~":2,"/":3,"~1":4," ":{"":5},"0":6,"-":7,"\u00e9":8}"#;
    for (pointer, value) in [
        ("/", "1"),
        ("/~0", "2"),
        ("/~1", "3"),
        ("/~01", "4"),
        ("/ /", "5"),
        ("/0", "6"),
        ("/-", "7"),
        ("/é", "8"),
    ] {
        gives(
            text,
            &format!(r#"[{{"op":"test","path":"{pointer}","value":{value}}}]"#),
            text,
        );
    }
}

#[test]
fn a_patch_that_is_none_says_why() {
    for (patch, message) in [
        (
            "{}",
            "the patch has to be an array of operations (RFC 6902), and is an object",
        ),
        (
            "[1]",
            "operation 0 has to be an object with `op` and `path`, and is a number",
        ),
        (r#"[{"path":""}]"#, "operation 0 has no member `op`"),
        (
            r#"[{"op":"add","value":1}]"#,
            "operation 0 has no member `path`, which `add` needs",
        ),
        (
            r#"[{"op":"add","path":"/a"}]"#,
            "operation 0 has no member `value`, which `add` needs",
        ),
        (
            r#"[{"op":"move","path":"/a"}]"#,
            "operation 0 has no member `from`, which `move` needs",
        ),
        (
            r#"[{"op":"set","path":"/a","value":1}]"#,
            "operation 0 is a `set`: it has to be one of add, remove, replace, move, copy, test",
        ),
        (
            r#"[{"op":1,"path":"/a"}]"#,
            "`op` of operation 0 has to be a string of whole characters, and is 1",
        ),
        (
            r#"[{"op":"remove","path":"/\ud800"}]"#,
            r#"`path` of operation 0 has to be a string of whole characters, and is "/\ud800""#,
        ),
        (
            r#"[{"op":"remove","path":"a"}]"#,
            "`path` of operation 0: `a` is not a JSON Pointer: it has to be empty (the whole document) or start with `/`",
        ),
        (
            r#"[{"op":"remove","path":"/~2"}]"#,
            "`path` of operation 0: `/~2` is not a JSON Pointer: `~` in `~2` has to be written `~0` (and `/` in a name `~1`)",
        ),
        (
            r#"[{"op":"remove","path":"/~"}]"#,
            "`path` of operation 0: `/~` is not a JSON Pointer: `~` in `~` has to be written `~0` (and `/` in a name `~1`)",
        ),
        (
            r#"[{"op":"move","from":"/a","path":"/a/b"}]"#,
            "operation 0 moves `/a` to `/a/b`, which is inside it",
        ),
        (
            "[",
            "the patch is not JSON: line 1, column 2 (offset 1): expected a JSON value, found the end of the text",
        ),
    ] {
        assert_eq!(Patch::operations(patch).unwrap_err().to_string(), message);
    }
}

#[test]
fn null_is_a_value_and_not_a_missing_one() {
    gives(
        "{\"a\":1}",
        r#"[{"op":"replace","path":"/a","value":null}]"#,
        "{\"a\":null}",
    );
    gives(
        "{\"a\":null}",
        r#"[{"op":"test","path":"/a","value":null}]"#,
        "{\"a\":null}",
    );
    assert!(matches!(
        Patch::operations(r#"[{"op":"test","path":"/a"}]"#),
        Err(PatchError::MissingMember {
            member: "value",
            ..
        })
    ));
}

#[test]
fn moving_a_value_onto_itself_is_no_change_but_needs_the_value() {
    gives(
        "{\"a\":1,\"b\":2}",
        r#"[{"op":"move","from":"/a","path":"/a"}]"#,
        "{\"a\":1,\"b\":2}",
    );
    fails(
        "{}",
        r#"[{"op":"move","from":"/a","path":"/a"}]"#,
        "operation 0 (move `/a`): there is nothing at `/a`",
    );
    // A pointer that is only a prefix as a text is no parent.
    gives(
        "{\"a\":1}",
        r#"[{"op":"move","from":"/a","path":"/ab"}]"#,
        "{\"ab\":1}",
    );
}

#[test]
fn a_later_failure_undoes_what_came_before() {
    fails(
        r#"{"a":[1,2],"b":{}}"#,
        r#"[{"op":"remove","path":"/a/0"},{"op":"add","path":"/b/c","value":{}},{"op":"test","path":"/a/0","value":1}]"#,
        "operation 2 (test `/a/0`): expected 1, found 2",
    );
}

#[test]
fn a_group_goes_on_from_the_last_patch_that_was_applied() {
    let mut document = Document::parse(b"{\"n\": 1}", &Limits::default()).unwrap();
    let patch = |text| Patch::operations(text).unwrap();
    assert!(
        document
            .apply(&patch(r#"[{"op":"replace","path":"/n","value":2}]"#))
            .unwrap()
    );
    let failing = patch(r#"[{"op":"remove","path":"/n"},{"op":"test","path":"/n","value":1}]"#);
    assert!(matches!(
        document.apply(&failing),
        Err(ApplyError::NotFound { .. })
    ));
    assert_eq!(document.to_text(), "{\"n\": 2}");
    assert!(
        !document
            .apply(&patch(r#"[{"op":"replace","path":"/n","value":2}]"#))
            .unwrap()
    );
    assert!(document.is_changed());
    assert!(
        document
            .apply(&patch(r#"[{"op":"replace","path":"/n","value":1}]"#))
            .unwrap()
    );
    assert!(!document.is_changed());
}

#[test]
fn a_move_into_itself_that_a_program_builds_fails_too() {
    let pointer = |text| amend_document::Pointer::parse(text).unwrap();
    let operations = amend_document::Operations::new().move_(pointer("/0"), pointer("/0/a"));
    let mut document = Document::parse(b"[{},{}]", &Limits::default()).unwrap();
    let error = document.apply(&Patch::Operations(operations)).unwrap_err();
    assert!(matches!(error, ApplyError::NotFound { .. }), "{error}");
    assert_eq!(document.to_text(), "[{},{}]");
}
