//! Every shape that an updater may have, with a document and without one.

use std::collections::BTreeMap;

use amend_guest::{Operation, Patch, RawValue, Refusal, Value, json, run};
use serde::{Deserialize, Serialize, de::IgnoredAny};

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
struct State {
    #[serde(default)]
    count: i64,
}

type Answered<T = Option<Patch>> = Result<T, Refusal>;

fn replaced(text: &str) -> Answered {
    Ok(Some(Patch::Replace(text.to_owned())))
}

fn reason(answer: Answered) -> String {
    answer.expect_err("a refusal").reason().to_owned()
}

mod reads {
    use super::*;

    #[test]
    fn own_types() {
        let update = |state: State, _: IgnoredAny| {
            Answered::Ok(State {
                count: state.count + 1,
            })
        };
        assert_eq!(
            run(update, Some(r#" {"count" : 4} "#), "{}"),
            replaced(r#"{"count":5}"#)
        );
        assert_eq!(run(update, None, "{}"), replaced(r#"{"count":1}"#));
    }

    #[test]
    fn maps_and_values() {
        let update = |map: BTreeMap<String, i64>, _: IgnoredAny| Answered::Ok(map);
        assert_eq!(run(update, None, "{}"), replaced("{}"));
        assert_eq!(
            run(update, Some(r#"{"b":1}"#), "{}"),
            replaced(r#"{"b":1}"#)
        );
        let update = |value: Value, _: IgnoredAny| Answered::Ok(value);
        assert_eq!(run(update, None, "{}"), replaced("{}"));
        assert_eq!(run(update, Some("[1, null]"), "{}"), replaced("[1,null]"));
        assert_eq!(run(update, Some("null"), "{}"), replaced("null"));
    }

    #[test]
    fn the_raw_text() {
        let update = |raw: Box<RawValue>, _: IgnoredAny| Answered::Ok(raw);
        assert_eq!(
            run(update, Some(r#"{"a" : 1.0}"#), "{}"),
            replaced(r#"{"a" : 1.0}"#)
        );
        assert_eq!(run(update, None, "{}"), replaced("{}"));
        let update = |raw: Option<Box<RawValue>>, _: IgnoredAny| {
            Answered::Ok(raw.map(|raw| raw.get().len()))
        };
        assert_eq!(run(update, Some(r#"{"a" : 1.0}"#), "{}"), replaced("11"));
        assert_eq!(run(update, None, "{}"), Ok(None));
    }

    #[test]
    fn an_option_tells_a_missing_document_from_one_that_is_null() {
        let update = |value: Option<Value>, _: IgnoredAny| Answered::Ok(json!(value.is_some()));
        assert_eq!(run(update, None, "{}"), replaced("false"));
        assert_eq!(run(update, Some("{}"), "{}"), replaced("true"));
        assert_eq!(run(update, Some("null"), "{}"), replaced("true"));
        let update =
            |state: Option<State>, _: IgnoredAny| Answered::Ok(state.unwrap_or(State { count: 9 }));
        assert_eq!(run(update, None, "{}"), replaced(r#"{"count":9}"#));
        assert_eq!(run(update, Some("{}"), "{}"), replaced(r#"{"count":0}"#));
        assert!(run(update, Some("null"), "{}").is_err());
    }

    #[test]
    fn arguments_of_any_kind() {
        assert_eq!(
            run(|_: Value, by: u8| Answered::Ok(by), None, "7"),
            replaced("7")
        );
        assert_eq!(
            run(
                |_: Value, by: Option<u8>| Answered::Ok(json!(by)),
                None,
                "null"
            ),
            replaced("null")
        );
        assert_eq!(
            run(
                |_: Value, by: Box<RawValue>| Answered::Ok(by),
                None,
                r#"[1,  2]"#
            ),
            replaced("[1,  2]")
        );
    }
}

mod answers {
    use super::*;

    #[test]
    fn a_state_or_none() {
        let update = |state: State, keep: bool| Answered::Ok((!keep).then_some(state));
        assert_eq!(run(update, Some(r#"{"count":1}"#), "true"), Ok(None));
        assert_eq!(
            run(update, Some(r#"{"count":1}"#), "false"),
            replaced(r#"{"count":1}"#)
        );
    }

    #[test]
    fn null_is_a_state_and_none_is_not() {
        assert_eq!(
            run(
                |_: Value, _: IgnoredAny| Answered::Ok(Value::Null),
                None,
                "{}"
            ),
            replaced("null")
        );
        assert_eq!(
            run(
                |_: Value, _: IgnoredAny| Answered::Ok(None::<Value>),
                None,
                "{}"
            ),
            Ok(None)
        );
        assert_eq!(
            run(
                |_: Value, _: IgnoredAny| Answered::Ok(Some(Value::Null)),
                None,
                "{}"
            ),
            replaced("null")
        );
    }

    #[test]
    fn a_patch_or_none() {
        let merge = |_: Value, _: IgnoredAny| Patch::merge(json!({"gone": null}));
        assert_eq!(
            run(merge, None, "{}"),
            Ok(Some(Patch::Merge(r#"{"gone":null}"#.into())))
        );
        let replace = |_: Value, _: IgnoredAny| Patch::replace(State::default()).map(Some);
        assert_eq!(run(replace, None, "{}"), replaced(r#"{"count":0}"#));
        assert_eq!(
            run(
                |_: Value, _: IgnoredAny| Answered::Ok(None::<Patch>),
                None,
                "{}"
            ),
            Ok(None)
        );
    }

    #[test]
    fn operations_are_rfc_6902() {
        let update = |_: Value, _: IgnoredAny| {
            Patch::operations([
                Operation::test("/a", 1),
                Operation::add("/b", "x"),
                Operation::replace("/c", json!([null])),
                Operation::remove("/d"),
                Operation::move_from("/e", "/f"),
                Operation::copy("/g", "/h"),
            ])
        };
        let Some(Patch::Operations(text)) = run(update, None, "{}").unwrap() else {
            panic!("not operations")
        };
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            json!([
                {"op": "test", "path": "/a", "value": 1},
                {"op": "add", "path": "/b", "value": "x"},
                {"op": "replace", "path": "/c", "value": [null]},
                {"op": "remove", "path": "/d"},
                {"op": "move", "from": "/e", "path": "/f"},
                {"op": "copy", "from": "/g", "path": "/h"},
            ])
        );
    }

    #[test]
    fn every_kind_of_state() {
        #[derive(Serialize)]
        enum Kind {
            Unit,
            New(u8),
            Tuple(u8, u8),
            Struct { a: u8 },
        }
        #[derive(Serialize)]
        struct Wrapped<T>(T);

        fn answer<T: Serialize>(state: T) -> Answered {
            run(|_: Value, _: IgnoredAny| Answered::Ok(state), None, "{}")
        }
        assert_eq!(answer(Kind::Unit), replaced(r#""Unit""#));
        assert_eq!(answer(Kind::New(1)), replaced(r#"{"New":1}"#));
        assert_eq!(answer(Kind::Tuple(1, 2)), replaced(r#"{"Tuple":[1,2]}"#));
        assert_eq!(
            answer(Kind::Struct { a: 1 }),
            replaced(r#"{"Struct":{"a":1}}"#)
        );
        assert_eq!(
            answer((1, "x", 'y', 1.5, true)),
            replaced(r#"[1,"x","y",1.5,true]"#)
        );
        assert_eq!(answer(vec![None, Some(())]), replaced("[null,null]"));
        assert_eq!(answer(Wrapped(3)), replaced("3"));
        assert_eq!(answer(Wrapped(None::<u8>)), Ok(None));
        assert_eq!(
            answer(i128::MIN),
            replaced("-170141183460469231731687303715884105728")
        );
    }
}

mod refuses {
    use super::*;

    #[test]
    fn with_any_error() {
        let number = |_: Value, text: Value| -> Answered<i64> {
            Ok(text.as_str().ok_or("not a string")?.parse::<i64>()?)
        };
        assert_eq!(
            reason(run(number, None, r#""x""#)),
            "invalid digit found in string"
        );
        assert_eq!(reason(run(number, None, "1")), "not a string");
        fn string(_: Value, _: Value) -> Result<Value, String> {
            Err("no".to_owned())
        }
        assert_eq!(reason(run(string, None, "1")), "no");
        fn other(_: Value, _: Value) -> Result<Value, std::num::ParseIntError> {
            "x".parse::<i64>().map(Value::from)
        }
        assert_eq!(
            reason(run(other, None, "1")),
            "invalid digit found in string"
        );
    }

    #[test]
    fn what_does_not_fit() {
        let update = |state: State, _: State| Answered::Ok(state);
        assert_eq!(
            reason(run(update, Some("{\n\"count\": \"x\"}"), "{}")),
            "the document does not fit this updater: invalid type: string \"x\", expected i64 at line 2 column 12"
        );
        assert_eq!(
            reason(run(update, None, r#"{"count":[]}"#)),
            "the arguments do not fit this updater: invalid type: sequence, expected i64 at line 1 column 9"
        );
    }

    /// serde reads a struct from an array too. An updater did so here: `[5]` became `{"count":5}`.
    #[test]
    fn an_array_where_a_struct_is_wanted() {
        let update = |state: State, _: State| Answered::Ok(state);
        for text in ["[]", "[5]"] {
            assert!(
                reason(run(update, Some(text), "{}")).contains("expected struct State"),
                "{text}"
            );
            assert!(
                reason(run(update, None, text)).contains("expected struct State"),
                "{text}"
            );
            let update = |state: Option<State>, _: IgnoredAny| Answered::Ok(state);
            assert!(
                reason(run(update, Some(text), "{}")).contains("expected struct State"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_json() {
        let update = |value: Value, _: Value| Answered::Ok(value);
        for text in [
            "",
            " ",
            "{",
            "{}x",
            "{} {}",
            "NaN",
            "[1,]",
            "\u{feff}{}",
            "\0",
            "'a'",
            "// x\n{}",
        ] {
            assert!(
                reason(run(update, Some(text), "{}")).starts_with("the document does not fit"),
                "{text:?}"
            );
            assert!(
                reason(run(update, Some("{}"), text)).starts_with("the arguments do not fit"),
                "{text:?}"
            );
            assert!(
                run(
                    |_: Option<Value>, _: Value| Answered::Ok(1),
                    Some(text),
                    "{}"
                )
                .is_err(),
                "{text:?}"
            );
            assert!(
                run(|_: IgnoredAny, _: Value| Answered::Ok(1), Some(text), "{}").is_err(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_nested_without_end() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let update = |value: Value, _: IgnoredAny| Answered::Ok(json!([value]));
        assert!(run(update, Some(&nested(126)), "{}").is_ok());
        assert!(reason(run(update, Some(&nested(127)), "{}")).contains("deeper than 127"));
        assert!(reason(run(update, Some(&nested(100_000)), "{}")).contains("recursion limit"));
    }

    #[test]
    fn what_cannot_be_written_as_json() {
        let update = |_: Value, _: Value| Answered::Ok(BTreeMap::from([((1, 2), 3)]));
        assert_eq!(reason(run(update, None, "{}")), "key must be a string");
    }
}
