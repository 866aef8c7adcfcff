//! Traps that have bitten JSON libraries which people trust, by their numbers (23 to 32).

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod plain;

use amend_document::{
    ApplyError, Document, GetError, Json, Limits, Operations, Patch, Pointer, diff, get,
};

fn edit(text: &[u8], operations: &str) -> String {
    let mut document = Document::parse(text, &Limits::default()).unwrap();
    document
        .apply(&Patch::operations(operations).unwrap())
        .unwrap();
    document.to_text()
}

fn refused(text: &[u8]) -> String {
    Document::parse(text, &Limits::default())
        .unwrap_err()
        .to_string()
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

#[test]
fn test_23_nothing_and_garbage_are_not_an_empty_object() {
    assert_eq!(
        refused(b""),
        "line 1, column 1 (offset 0): expected a JSON value, found the end of the text"
    );
    assert_eq!(
        refused(b" \n "),
        "line 2, column 2 (offset 3): expected a JSON value, found the end of the text"
    );
    assert_eq!(
        refused(b"\0\0\0\0"),
        "line 1, column 1 (offset 0): expected a JSON value, found U+0000"
    );
    assert_eq!(
        refused(b"\xef\xbb\xbf"),
        "line 1, column 1 (offset 3): expected a JSON value, found the end of the text"
    );
}

#[test]
fn test_24_a_byte_order_mark_is_kept() {
    let new = edit(
        b"\xef\xbb\xbf{\"a\":1}\r\n",
        r#"[{"op":"replace","path":"/a","value":2}]"#,
    );
    assert_eq!(new.as_bytes(), b"\xef\xbb\xbf{\"a\":2}\r\n");
    let text = b"\xef\xbb\xbf[1]";
    assert_eq!(
        get(text, &Pointer::root(), &Limits::default()).unwrap(),
        Some("[1]")
    );
    let document = Document::parse(text, &Limits::default()).unwrap();
    assert_eq!(
        document.get(&Pointer::root()).unwrap().as_deref(),
        Some("[1]")
    );
    // Only at the start, and only one.
    assert!(refused(b"[1]\xef\xbb\xbf").contains("found U+FEFF"));
    assert!(refused(b"\xef\xbb\xbf\xef\xbb\xbf1").contains("found U+FEFF"));
}

#[test]
fn test_24_other_encodings_are_refused_with_the_offset() {
    assert!(refused(b"\xff\xfe{\0}\0").starts_with("line 1, column 1 (offset 0): this is UTF-16"));
    assert_eq!(
        refused(b"{\"a\":\n \"\xc3\x28\"}"),
        "line 2, column 3 (offset 8): the byte 0xc3 is not part of valid UTF-8",
    );
    // Surrogates and overlong forms in UTF-8 are none.
    assert!(refused(b"\"\xed\xa0\x80\"").contains("offset 1"));
    assert!(refused(b"\"\xc0\xaf\"").contains("offset 1"));
    // Long ones are checked in another way.
    for length in [100, 10_000, 1_000_000] {
        let mut text = format!("[\"{}\",\"\"]", "ö".repeat(length)).into_bytes();
        assert!(Document::parse(&text, &Limits::default()).is_ok());
        let end = text.len() - 2;
        text.insert(end, 0xc3);
        assert!(
            refused(&text).contains(&format!("offset {end}")),
            "{length}"
        );
    }
}

#[test]
fn test_25_duplicate_names_stay_and_are_never_chosen_from() {
    let text = r#"{"a":1,"b":{"x":1,"\u0078":2},"a":2,"c":3}"#;
    assert_eq!(
        edit(
            text.as_bytes(),
            r#"[{"op":"replace","path":"/c","value":4}]"#
        ),
        r#"{"a":1,"b":{"x":1,"\u0078":2},"a":2,"c":4}"#,
    );
    for path in ["/a", "/a/b", "/b/x"] {
        for op in ["add", "replace", "remove", "test"] {
            let patch = format!(r#"[{{"op":"{op}","path":"{path}","value":4}}]"#);
            let mut document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
            let error = document
                .apply(&Patch::operations(&patch).unwrap())
                .unwrap_err();
            assert!(
                matches!(error, ApplyError::Ambiguous { .. }),
                "{patch}: {error}"
            );
            assert!(matches!(
                document.get(&pointer(path)),
                Err(ApplyError::Ambiguous { .. })
            ));
        }
        let found = get(text.as_bytes(), &pointer(path), &Limits::default());
        assert!(matches!(found, Err(GetError::Pointer(_))), "{path}");
    }
}

#[test]
fn test_25_duplicate_names_are_found_in_large_objects_too() {
    let mut text = String::from("{\"twice\":0");
    for number in 0..5000 {
        text.push_str(&format!(",\"member {number}\":{number}"));
    }
    text.push_str(",\"twice\":1}");
    let mut document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
    // The first lookups read all names, the later ones an index of them.
    for _ in 0..4 {
        let set = Operations::new().replace(pointer("/member 77"), Json::parse("0").unwrap());
        document.apply(&Patch::Operations(set)).unwrap();
        let twice = Operations::new().replace(pointer("/twice"), Json::parse("0").unwrap());
        let error = document.apply(&Patch::Operations(twice)).unwrap_err();
        assert!(matches!(error, ApplyError::Ambiguous { .. }));
    }
}

#[test]
fn test_26_numbers_keep_their_spelling() {
    let digits = "7".repeat(5000);
    let numbers = [
        "18446744073709551617",
        "1e400",
        "-0",
        "1.0",
        "-0.0E+00",
        &digits,
    ];
    let text = format!("[{},0]", numbers.join(" , "));
    let new = edit(
        text.as_bytes(),
        r#"[{"op":"move","from":"/0","path":"/6"},{"op":"add","path":"/-","value":1e-999}]"#,
    );
    let expected = format!(
        "[{},0 , 18446744073709551617 , 1e-999]",
        numbers[1..].join(" , ")
    );
    assert_eq!(new, expected);
    for wrong in [
        "NaN",
        "Infinity",
        "-Infinity",
        "01",
        "1.",
        ".5",
        "+1",
        "0x10",
        "1e",
        "- 1",
        "1_000",
    ] {
        assert!(
            Document::parse(wrong.as_bytes(), &Limits::default()).is_err(),
            "{wrong}"
        );
        assert!(Json::parse(format!("[{wrong}]")).is_err(), "{wrong}");
        let patch = format!(r#"[{{"op":"add","path":"/a","value":{wrong}}}]"#);
        assert!(Patch::operations(&patch).is_err(), "{wrong}");
    }
}

#[test]
fn test_27_lone_surrogates_survive() {
    let text = br#"{"\ud800":"\udc00","a":["\ud83d\ude00","\uD83D"],"b":1}"#;
    let new = edit(
        text,
        r#"[{"op":"remove","path":"/b"},{"op":"copy","from":"/a","path":"/c"}]"#,
    );
    assert_eq!(
        new,
        r#"{"\ud800":"\udc00","a":["\ud83d\ude00","\uD83D"],"c":["\ud83d\ude00","\uD83D"]}"#
    );
    // No pointer can name that member, so a difference inside replaces what is around it.
    let operations = diff(
        br#"{"x":{"\ud800":1}}"#,
        br#"{"x":{"\ud800":2}}"#,
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(
        operations.to_string(),
        r#"[{"op":"replace","path":"/x","value":{"\ud800":2}}]"#
    );
}

fn nested(depth: usize, inside: &str) -> String {
    format!("{}{inside}{}", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn test_28_the_depth_is_a_limit_and_not_a_crash() {
    for depth in [127, 128, 512] {
        let text = nested(depth, "");
        assert!(
            Document::parse(text.as_bytes(), &Limits::default()).is_ok(),
            "{depth}"
        );
    }
    for depth in [513, 100_000] {
        let text = nested(depth, "");
        let error = Document::parse(text.as_bytes(), &Limits::default()).unwrap_err();
        assert!(error.is_too_deep());
        assert_eq!(error.offset(), 512);
        assert!(Json::parse(text).unwrap_err().is_too_deep());
    }
    // A patch cannot dig deeper either.
    let mut document = Document::parse(b"{\"a\":{}}", &Limits::default().with_depth(3)).unwrap();
    let add = |value: &str| {
        Patch::Operations(Operations::new().add(pointer("/a/b"), Json::parse(value).unwrap()))
    };
    let error = document.apply(&add("[[]]")).unwrap_err();
    assert!(
        matches!(
            error,
            ApplyError::TooDeep {
                depth: 4,
                limit: 3,
                ..
            }
        ),
        "{error}"
    );
    document.apply(&add("[]")).unwrap();
    let copy = Patch::operations(r#"[{"op":"copy","from":"/a","path":"/a/c"}]"#).unwrap();
    assert!(matches!(
        document.apply(&copy),
        Err(ApplyError::TooDeep { depth: 4, .. })
    ));
    // Not by `set`, which makes what is on the way.
    let set = Operations::new().set(pointer("/a/b/c/d/e/f"), Json::parse("1").unwrap());
    assert!(document.apply(&Patch::Operations(set)).is_err());
}

#[test]
fn test_28_no_depth_overflows_a_small_stack() {
    const DEPTH: usize = 4_000;
    let run = || {
        let limits = Limits::default().with_depth(DEPTH + 10);
        let (old, new) = (nested(DEPTH, "1"), nested(DEPTH, "2"));
        let bottom: Pointer = vec!["0"; DEPTH].into_iter().collect();
        let mut document = Document::parse(old.as_bytes(), &limits).unwrap();
        let two = Json::parse("2").unwrap();
        document
            .apply(&Patch::Operations(
                Operations::new().replace(bottom.clone(), two.clone()),
            ))
            .unwrap();
        assert_eq!(document.to_text(), new);
        assert_eq!(document.get(&bottom).unwrap().as_deref(), Some("2"));
        let whole = Json::parse_with(new.clone(), &limits).unwrap();
        document
            .apply(&Patch::Operations(
                Operations::new().test(Pointer::root(), whole),
            ))
            .unwrap();
        let objects = format!("{}1{}", "{\"a\":".repeat(2000), "}".repeat(2000));
        document
            .apply(&Patch::merge_with(objects, &limits).unwrap())
            .unwrap();
        document
            .apply(&Patch::replace_with(old.clone(), &limits).unwrap())
            .unwrap();
        drop(document);
        let operations = diff(
            nested(2000, "1").as_bytes(),
            nested(2000, "2").as_bytes(),
            &limits,
        )
        .unwrap();
        assert_eq!(operations.len(), 1);
    };
    std::thread::Builder::new()
        .stack_size(128 * 1024)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn test_29_what_is_more_than_one_json_text_is_refused_with_its_place() {
    for (text, message) in [
        (
            "{}\n{}",
            "line 2, column 1 (offset 3): expected the end of the text, found `{`",
        ),
        (
            "1 2",
            "line 1, column 3 (offset 2): expected the end of the text, found `2`",
        ),
        (
            "{} x",
            "line 1, column 4 (offset 3): expected the end of the text, found `x`",
        ),
        (
            "// c\n1",
            "line 1, column 1 (offset 0): expected a JSON value, found `/`",
        ),
        (
            "{\"é\": 1, /* c */}",
            "line 1, column 10 (offset 10): expected a member name after `,`, found `/`",
        ),
        (
            "[1,]",
            "line 1, column 4 (offset 3): expected a JSON value, found `]`",
        ),
        (
            "[1 2]",
            "line 1, column 4 (offset 3): expected `,` or `]`, found `2`",
        ),
        (
            "[1}",
            "line 1, column 3 (offset 2): expected `,` or `]`, found `}`",
        ),
        (
            "{\"a\" 1}",
            "line 1, column 6 (offset 5): expected `:`, found `1`",
        ),
        (
            "{a: 1}",
            "line 1, column 2 (offset 1): expected a member name or `}`, found `a`",
        ),
        (
            "'a'",
            "line 1, column 1 (offset 0): expected a JSON value, found `'`",
        ),
        (
            "\"a\nb\"",
            "line 1, column 3 (offset 2): expected a character of a string (control characters are escaped), found U+000A",
        ),
        (
            "\"\\x\"",
            "line 1, column 3 (offset 2): expected one of `\"\\/bfnrtu` after `\\`, found `x`",
        ),
        (
            "\"\\u12g4\"",
            "line 1, column 6 (offset 5): expected four hexadecimal digits after `\\u`, found `g`",
        ),
        (
            "\"abc",
            "line 1, column 5 (offset 4): expected `\"` to end the string, found the end of the text",
        ),
        (
            "\u{a0}1",
            "line 1, column 1 (offset 0): expected a JSON value, found `\u{a0}`",
        ),
        (
            "tru",
            "line 1, column 1 (offset 0): expected `true`, found `t`",
        ),
    ] {
        assert_eq!(refused(text.as_bytes()), message);
    }
}

#[test]
fn test_29_what_is_json_is_what_serde_json_takes_for_it() {
    let bytes = b"{}[]\",:\\u0123eE+-.tfn \n\x00\x1f\x7f\xc3\xa9ax";
    for seed in 0..30_000 {
        let random = &mut plain::Random::new(seed);
        let value = plain::value(random, 3);
        let mut text = plain::spelled(&value, random).into_bytes();
        for _ in 0..random.below(3) {
            let at = random.below(text.len());
            match random.below(3) {
                0 => text[at] = *random.pick(bytes),
                1 => text.insert(at, *random.pick(bytes)),
                _ => text.truncate(at),
            }
            if text.is_empty() {
                text.push(b'0');
            }
        }
        let theirs = str::from_utf8(&text).is_ok()
            && serde_json::from_slice::<serde::de::IgnoredAny>(&text).is_ok();
        let ours = Document::parse(&text, &Limits::default());
        assert_eq!(
            ours.is_ok(),
            theirs,
            "{ours:?} {:?}",
            String::from_utf8_lossy(&text)
        );
    }
}

#[test]
fn test_30_one_change_is_one_line() {
    let text =
        "{\r\n\t\"b\": 1.0,\r\n\t\"a\": [\r\n\t\t1,\r\n\t\t2\r\n\t],\r\n\t\"e\": {}\r\n}\r\n";
    for (operation, old, new) in [
        (
            r#"{"op":"replace","path":"/a/1","value":3}"#,
            "\t\t2\r\n",
            "\t\t3\r\n",
        ),
        (
            r#"{"op":"add","path":"/a/0","value":0}"#,
            "\t\t1,\r\n",
            "\t\t0,\r\n\t\t1,\r\n",
        ),
        (
            r#"{"op":"add","path":"/a/-","value":3}"#,
            "\t\t2\r\n",
            "\t\t2,\r\n\t\t3\r\n",
        ),
        (
            r#"{"op":"remove","path":"/a/1"}"#,
            "1,\r\n\t\t2\r\n",
            "1\r\n",
        ),
        (r#"{"op":"remove","path":"/b"}"#, "\t\"b\": 1.0,\r\n", ""),
        (
            r#"{"op":"remove","path":"/e"}"#,
            ",\r\n\t\"e\": {}\r\n",
            "\r\n",
        ),
        (
            r#"{"op":"add","path":"/e/x","value":{"y":[]}}"#,
            "{}",
            "{\r\n\t\t\"x\": {\r\n\t\t\t\"y\": []\r\n\t\t}\r\n\t}",
        ),
        (
            r#"{"op":"move","from":"/a","path":"/e/a"}"#,
            "\t\"a\": [\r\n\t\t1,\r\n\t\t2\r\n\t],\r\n\t\"e\": {}\r\n",
            "\t\"e\": {\r\n\t\t\"a\": [\r\n\t\t\t1,\r\n\t\t\t2\r\n\t\t]\r\n\t}\r\n",
        ),
    ] {
        assert!(text.contains(old));
        assert_eq!(
            edit(text.as_bytes(), &format!("[{operation}]")),
            text.replacen(old, new, 1),
            "{operation}"
        );
    }
}

#[test]
fn test_30_what_is_added_looks_like_what_is_around_it() {
    let value = r#"[{"op":"add","path":"/new","value":{"x":[1,{}],"y":2}}]"#;
    for (text, expected) in [
        // Spaces after colons and commas, all on one line.
        (
            r#"{"a": 1, "b": 2}"#,
            r#"{"a": 1, "b": 2, "new": {"x": [1, {}], "y": 2}}"#,
        ),
        (
            "{ \"a\" : 1 , \"b\" : 2 }",
            "{ \"a\" : 1 , \"b\" : 2 , \"new\" : {\"x\" : [1, {}], \"y\" : 2} }",
        ),
        // The sibling's own style: objects on one line each.
        (
            "{\n  \"a\": {\"x\": 1, \"y\": 2}\n}",
            "{\n  \"a\": {\"x\": 1, \"y\": 2},\n  \"new\": {\"x\": [1, {}], \"y\": 2}\n}",
        ),
        // An empty root: pretty if somebody has ended its line, compact if not.
        (
            "{}\n",
            "{\n  \"new\": {\n    \"x\": [\n      1,\n      {}\n    ],\n    \"y\": 2\n  }\n}\n",
        ),
        ("{}", r#"{"new":{"x":[1,{}],"y":2}}"#),
    ] {
        let spaced = expected.replace(
            "[1, {}]",
            if text.contains(" : ") {
                "[1 , {}]"
            } else {
                "[1, {}]"
            },
        );
        let new = edit(text.as_bytes(), value);
        assert!(new == expected || new == spaced, "{text}\n{new}");
    }
}

#[test]
fn test_30_a_new_document_is_pretty_and_keeps_its_tokens() {
    let make = |patch: Patch| {
        let mut document = Document::absent(&Limits::default());
        assert!(document.is_absent() && !document.is_changed());
        assert_eq!((document.len(), document.to_text()), (0, String::new()));
        assert_eq!(document.get(&Pointer::root()).unwrap(), None);
        assert!(document.apply(&patch).unwrap());
        assert!(!document.is_absent() && document.is_changed());
        document.to_text()
    };
    let expected = "{\n  \"a\": [\n    1.0,\n    \"\\u00e9\"\n  ]\n}\n";
    assert_eq!(
        make(Patch::replace(r#"{"a":[1.0,"\u00e9"]}"#).unwrap()),
        expected
    );
    assert_eq!(
        make(Patch::merge(r#"{"a":[1.0,"\u00e9"],"b":null}"#).unwrap()),
        expected
    );
    let operations =
        r#"[{"op":"test","path":"","value":{}},{"op":"add","path":"/a","value":[1.0,"\u00e9"]}]"#;
    assert_eq!(make(Patch::operations(operations).unwrap()), expected);
    let set = Operations::new().set(pointer("/a/b"), Json::parse("1").unwrap());
    assert_eq!(
        make(Patch::Operations(set)),
        "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"
    );
    assert_eq!(make(Patch::replace("null").unwrap()), "null\n");
    // A test alone writes nothing.
    let mut document = Document::absent(&Limits::default());
    let test = Patch::operations(r#"[{"op":"test","path":"","value":{}}]"#).unwrap();
    assert!(!document.apply(&test).unwrap());
    assert!(document.is_absent());
}

#[test]
fn test_31_a_copy_bomb_is_an_error() {
    let mut operations = Operations::new();
    for _ in 0..60 {
        operations = operations.copy(pointer("/a"), pointer("/a/-"));
    }
    let limits = Limits::default().with_size(1 << 20);
    let mut document = Document::parse(b"{\"a\":[\"xxxxxxxxxxxxxxxx\"]}", &limits).unwrap();
    let error = document.apply(&Patch::Operations(operations)).unwrap_err();
    assert!(
        matches!(
            error,
            ApplyError::TooLarge {
                limit: 1_048_576,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(document.to_text(), "{\"a\":[\"xxxxxxxxxxxxxxxx\"]}");
}

#[test]
fn test_31_all_of_several_patches_or_none() {
    let mut document = Document::parse(b"[1]", &Limits::default()).unwrap();
    let patch = |text| Patch::operations(text).unwrap();
    let all = Patch::All(vec![
        patch(r#"[{"op":"add","path":"/-","value":2}]"#),
        Patch::replace("[1,2,3]").unwrap(),
        patch(r#"[{"op":"test","path":"/2","value":4}]"#),
    ]);
    let error = document.apply(&all).unwrap_err();
    assert_eq!(
        error.to_string(),
        "patch 2, operation 0 (test `/2`): expected 4, found 3"
    );
    assert_eq!(document.to_text(), "[1]");
}

#[test]
fn test_32_the_top_level_may_be_anything() {
    for text in [
        "[1]", "\"a\"", "1.0", "null", "true", " null\n", "[ ]", "{ }",
    ] {
        let mut document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(document.to_text(), text);
        let padding = text.replace(text.trim(), "?");
        assert!(document.apply(&Patch::replace("\"new\"").unwrap()).unwrap());
        assert_eq!(document.to_text(), padding.replace('?', "\"new\""));
    }
    let mut document = Document::parse(b"3", &Limits::default()).unwrap();
    let add = Patch::operations(r#"[{"op":"add","path":"/a","value":1}]"#).unwrap();
    let error = document.apply(&add).unwrap_err().to_string();
    assert_eq!(
        error,
        "operation 0 (add `/a`): at `` is a number (3), and only objects and arrays have children"
    );
    document
        .apply(&Patch::merge("{\"a\":{\"b\":1,\"c\":null}}").unwrap())
        .unwrap();
    assert_eq!(document.to_text(), "{\"a\":{\"b\":1}}");
}

#[test]
fn a_replacement_and_a_difference_touch_only_what_differs() {
    let old = "[\n  1.0, 2,\n  {\"a\": \"\\u0041\"},\n  4\n]";
    let mut document = Document::parse(old.as_bytes(), &Limits::default()).unwrap();
    assert!(
        !document
            .apply(&Patch::replace(r#"[1,2e0,{"a":"A"},4]"#).unwrap())
            .unwrap()
    );
    assert_eq!(document.to_text(), old);
    let list = |numbers: &[usize]| format!("{numbers:?}");
    let many: Vec<usize> = (0..2000).collect();
    let mut changed = many.clone();
    changed.insert(1500, 7777);
    changed.remove(1000);
    changed.insert(500, 8888);
    let operations = diff(
        list(&many).as_bytes(),
        list(&changed).as_bytes(),
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(operations.len(), 3, "{operations}");
}
