//! What the SDKs of C, C++ and Zig refuse: a document and arguments that are not as they should be.

use crate::{LANGUAGES, guest};
use amend_runtime::{Limits, Plugin};
use amend_tests::updated;

/// A kind of value: what it is called in a refusal, and values of it.
struct Kind {
    name: &'static str,
    /// In the words of C and C++, and of Zig.
    wanted: [&'static str; 2],
    fits: &'static [&'static str],
    /// Values of other kinds.
    misfits: &'static [&'static str],
}

const KINDS: [Kind; 6] = [
    Kind {
        name: "integer",
        wanted: ["a whole number of 64 bits"; 2],
        fits: &["4", "-9223372036854775808", "9223372036854775807"],
        misfits: &[
            "4.5",
            "4.0",
            "1e400",
            "9223372036854775808",
            "18446744073709551617",
            "\"4\"",
            "true",
            "[]",
            "{}",
        ],
    },
    Kind {
        name: "number",
        wanted: ["a number that a double holds", "a number that fits"],
        fits: &["4", "4.5", "-1e300"],
        misfits: &["1e400", "\"4\"", "true", "[]", "{}"],
    },
    Kind {
        name: "boolean",
        wanted: ["true or false"; 2],
        fits: &["true", "false"],
        misfits: &["0", "\"true\"", "[]", "{}"],
    },
    Kind {
        name: "string",
        wanted: ["a string"; 2],
        fits: &["\"\"", "\"a\\u0000b\""],
        misfits: &["4", "true", "[]", "{}", "1e400"],
    },
    Kind {
        name: "object",
        wanted: ["an object"; 2],
        fits: &["{}", "{\"a\":1}"],
        misfits: &["[]", "4", "\"{}\"", "true"],
    },
    Kind {
        name: "array",
        wanted: ["an array"; 2],
        fits: &["[]", "[1, \"a\"]"],
        misfits: &["{}", "4", "\"[]\"", "true"],
    },
];

/// What the guest makes of a document whose value it reads as a kind.
fn read(plugin: &Plugin, document: &str, kind: &str) -> Result<String, String> {
    updated(plugin, document, &format!(r#"{{"as":"{kind}"}}"#))
}

/// "Where it is not what they are called, they make a refusal that says so" (C), "refused with a reason that says which of
/// the two, and what" (C++, Zig).
#[test]
fn a_value_of_another_kind_is_refused_with_what_was_wanted() {
    for language in LANGUAGES {
        let plugin = guest(language, "kinds", Limits::default());
        // C's members are read as what they are, which need not be an object or an array.
        let known = if language == "c" { 4 } else { KINDS.len() };
        for kind in &KINDS[..known] {
            let wanted = kind.wanted[usize::from(language == "zig")];
            for value in kind.misfits {
                let document = format!(r#"{{"value":{value}}}"#);
                assert_eq!(
                    read(&plugin, &document, kind.name),
                    Err(format!("the document: \"value\" is not {wanted}")),
                    "{language}: {value} as {}",
                    kind.name
                );
            }
            for value in kind.fits {
                let document = format!(r#"{{"value":{value}}}"#);
                let after = format!(r#"{{"value":{value},"read":true}}"#);
                assert_eq!(
                    read(&plugin, &document, kind.name),
                    Ok(after),
                    "{language}: {value} as {}",
                    kind.name
                );
            }
        }
    }
}

/// "A member that is not there leaves the variable as it is" (C); the others have no such variable.
#[test]
fn a_value_that_is_not_there_is_refused_where_there_is_nothing_else_to_take() {
    for (language, outcome) in [
        ("c", Ok(r#"{"read":true}"#)),
        ("cpp", Err("the document: there is no \"value\"")),
        ("zig", Err("the document: \"value\" is not there")),
    ] {
        let plugin = guest(language, "kinds", Limits::default());
        let expected = outcome.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(read(&plugin, "{}", "integer"), expected, "{language}");
    }
}

/// What is not an object has no members.
#[test]
fn a_document_and_arguments_that_are_no_objects_are_refused() {
    for language in LANGUAGES {
        let plugin = guest(language, "kinds", Limits::default());
        for text in ["[]", "4", "null", "\"value\"", "true"] {
            let reason = read(&plugin, text, "integer").unwrap_err();
            assert!(reason.starts_with("the document"), "{language}: {reason}");
            assert!(reason.contains("not an object"), "{language}: {reason}");
            let reason = updated(&plugin, "{}", text).unwrap_err();
            assert!(reason.starts_with("the arguments"), "{language}: {reason}");
            assert!(reason.contains("not an object"), "{language}: {reason}");
        }
    }
}

/// "Members that a type does not name are no concern of `document`, and refused by `args`" (Zig), and so with
/// `amend_only` (C) and `only` (C++).
#[test]
fn an_argument_of_another_name_is_refused() {
    for language in LANGUAGES {
        let plugin = guest(language, "kinds", Limits::default());
        let document = r#"{"value":4,"other":null}"#;
        let args = r#"{"as":"integer","sa":"integer"}"#;
        let reason = updated(&plugin, document, args).unwrap_err();
        assert_eq!(
            reason, r#"the arguments: "sa" is not known here"#,
            "{language}"
        );
        assert!(read(&plugin, document, "integer").is_ok(), "{language}");
    }
}

/// "A member that is there twice is refused when it is asked for, and kept as it is otherwise" (C, C++), "refused when a
/// name is there twice in one object" (Zig).
#[test]
fn a_member_that_is_there_twice_is_refused() {
    let asked = r#"{"value":4,"value":4}"#;
    let other = r#"{"a":1,"a":2,"value":4}"#;
    for language in ["c", "cpp"] {
        let plugin = guest(language, "kinds", Limits::default());
        for kind in ["integer", "number", "string"] {
            assert_eq!(
                read(&plugin, asked, kind),
                Err("the document: \"value\" is there more than once".to_owned()),
                "{language}"
            );
        }
        assert_eq!(
            read(&plugin, other, "integer").unwrap(),
            r#"{"a":1,"a":2,"value":4,"read":true}"#,
            "{language}"
        );
    }
    let plugin = guest("zig", "kinds", Limits::default());
    for document in [asked, other, r#"{"value":4,"in":[{"a":1,"a":2}]}"#] {
        let reason = read(&plugin, document, "integer").unwrap_err();
        assert!(
            reason.contains("a name is there twice in one object"),
            "{reason}"
        );
    }
}

/// "A document is refused when it [...] has half of a surrogate pair (`"\ud800"`) in it", in a value or a name.
#[test]
fn half_of_a_surrogate_pair_is_refused() {
    for language in LANGUAGES {
        let plugin = guest(language, "kinds", Limits::default());
        for document in [
            r#"{"value":4,"x":"\ud800"}"#,
            r#"{"value":4,"x":"\udc00\ud800"}"#,
            r#"{"value":4,"\ud800":1}"#,
            r#"{"value":4,"in":["\udfff"]}"#,
        ] {
            let reason = read(&plugin, document, "integer").unwrap_err();
            assert!(reason.starts_with("the document"), "{language}: {reason}");
        }
        let whole = r#"{"value":4,"x":"\ud83d\ude00"}"#;
        assert!(read(&plugin, whole, "integer").is_ok(), "{language}");
    }
}

/// "What cannot be written as JSON (an infinite double) is a refusal": `amend.h`.
#[test]
fn an_answer_that_is_no_json_is_refused() {
    for language in ["c", "cpp"] {
        let plugin = guest(language, "kinds", Limits::default());
        let reason = read(&plugin, r#"{"value":4}"#, "infinity").unwrap_err();
        assert!(
            reason.starts_with("the answer cannot be written as JSON"),
            "{language}: {reason}"
        );
    }
}

/// "Any error refuses, with its name" (Zig).
#[test]
fn an_error_of_zig_refuses_with_its_name() {
    let plugin = guest("zig", "kinds", Limits::default());
    assert_eq!(
        read(&plugin, r#"{"value":4}"#, "error"),
        Err("OutOfLuck".to_owned())
    );
}

/// An object to go into is one of the members that C++ reads.
#[test]
fn cpp_enters_objects_alone() {
    let plugin = guest("cpp", "kinds", Limits::default());
    let enter = |document| read(&plugin, document, "an object to enter");
    assert!(enter("{}").is_ok());
    assert!(enter(r#"{"value":{}}"#).is_ok());
    for document in [r#"{"value":[]}"#, r#"{"value":null}"#, r#"{"value":4}"#] {
        assert_eq!(
            enter(document),
            Err("the document: \"value\" is not an object".to_owned())
        );
    }
}
