//! A sub-document as a document of its own: every edge of it, one by one.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

use amend_document::{ApplyError, Document, Json, Limits, Obstacle, Operations, Patch, Pointer};

fn document(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

fn operations(text: &str) -> Patch {
    Patch::operations(text).unwrap()
}

fn merge(text: &str) -> Patch {
    Patch::merge(text).unwrap()
}

fn replace(text: &str) -> Patch {
    Patch::replace(text).unwrap()
}

fn edit(text: &str, scope: &str, patch: &Patch) -> String {
    let mut document = document(text);
    document.apply_under(&pointer(scope), patch).unwrap();
    document.to_text()
}

/// Why a patch cannot be applied; the document is as it was.
fn refused(text: &str, scope: &str, patch: &Patch) -> ApplyError {
    let mut document = document(text);
    let error = document.apply_under(&pointer(scope), patch).unwrap_err();
    assert_eq!(document.to_text(), text);
    error
}

const SERVERS: &str = r#"{
    "secret": 1.50,
    "servers": [
        {"host": "a", "port": 80},
        {"host": "b", "port": 81}
    ],
    "last": [ ]
}
"#;

#[test]
fn the_root_as_scope_is_the_whole_document() {
    let patch = merge(r#"{"last": null}"#);
    let (mut whole, mut under) = (document(SERVERS), document(SERVERS));
    whole.apply(&patch).unwrap();
    under.apply_under(&Pointer::root(), &patch).unwrap();
    assert_eq!(whole.to_text(), under.to_text());
    let view = under.at(&Pointer::root()).unwrap();
    assert_eq!(view.to_text(), under.to_text());
    assert!(
        view.to_text().ends_with("]\n}\n"),
        "with what stands around it"
    );
}

#[test]
fn one_value_is_changed_and_not_a_byte_more() {
    let expected = SERVERS.replace("\"port\": 81", "\"port\": 82");
    let patches = [
        operations(r#"[{"op": "replace", "path": "/port", "value": 82}]"#),
        merge(r#"{"port": 82}"#),
        replace(r#"{"port":82,"host":"\u0062"}"#),
    ];
    for patch in patches {
        assert_eq!(edit(SERVERS, "/servers/1", &patch), expected, "{patch:?}");
    }
    let crlf = "\u{feff}{\r\n\t\"a\" : {\r\n\t\t\"x\" : 1\r\n\t}\r\n}\r\n";
    assert_eq!(
        edit(crlf, "/a", &merge(r#"{"y": [2]}"#)),
        "\u{feff}{\r\n\t\"a\" : {\r\n\t\t\"x\" : 1,\r\n\t\t\"y\" : [\r\n\t\t\t2\r\n\t\t]\r\n\t}\r\n}\r\n"
    );
}

#[test]
fn an_array_and_an_element_are_scopes() {
    let add = operations(r#"[{"op": "add", "path": "/-", "value": {"port":82}}]"#);
    assert_eq!(
        edit(SERVERS, "/servers", &add),
        SERVERS.replace("81}\n", "81},\n        {\"port\": 82}\n")
    );
    let remove = operations(r#"[{"op": "remove", "path": "/host"}]"#);
    assert_eq!(
        edit(SERVERS, "/servers/0", &remove),
        SERVERS.replace("\"host\": \"a\", ", "")
    );
}

#[test]
fn what_is_put_at_the_root_takes_the_place_of_the_sub_document() {
    let root = pointer("");
    let json = |text: &str| Json::parse(text).unwrap();
    let text = r#"{"a": [1, {"x": 2}, 3]}"#;
    let patches = [
        Operations::new().add(root.clone(), json("5")),
        Operations::new().replace(root.clone(), json("5")),
        Operations::new().set(root.clone(), json("5")),
        Operations::new()
            .add(pointer("/y"), json("5"))
            .copy(pointer("/y"), root.clone()),
        Operations::new()
            .add(pointer("/y"), json("5"))
            .move_(pointer("/y"), root.clone()),
    ];
    for list in patches {
        let patch = Patch::Operations(list);
        assert_eq!(
            edit(text, "/a/1", &patch),
            r#"{"a": [1, 5, 3]}"#,
            "{patch:?}"
        );
    }
    // Null is a value: the member stays.
    for patch in [merge("null"), replace("null")] {
        assert_eq!(edit(text, "/a", &patch), r#"{"a": null}"#);
    }
    let remove = Patch::Operations(Operations::new().remove(root));
    for scope in ["/a", "/a/1", "/new"] {
        let error = refused(text, scope, &remove);
        assert!(matches!(error, ApplyError::RemoveRoot { .. }), "{error}");
    }
}

#[test]
fn an_absent_sub_document_is_made_with_the_way_to_it() {
    let text = "{\n  \"a\": {\"b\": 1}\n}\n";
    let patch = Patch::Operations(Operations::new().set(pointer("/x"), Json::parse("2").unwrap()));
    let longer =
        Patch::Operations(Operations::new().set(pointer("/a/c/0/x"), Json::parse("2").unwrap()));
    let expected = r#"{"b": 1, "c": {"0": {"x": 2}}}"#;
    let expected = format!("{{\n  \"a\": {expected}\n}}\n");
    assert_eq!(edit(text, "/a/c/0", &patch), expected);
    assert_eq!(edit(text, "", &longer), expected);
    // `add`, too, finds an object there, and so does a merge.
    let add = operations(r#"[{"op": "add", "path": "/x", "value": 2}]"#);
    for patch in [add, merge(r#"{"x": 2, "y": null}"#), replace(r#"{"x": 2}"#)] {
        assert_eq!(edit(text, "/a/c/0", &patch), expected, "{patch:?}");
    }
    assert_eq!(edit("{}", "/a", &merge("{}")), r#"{"a":{}}"#);
    assert_eq!(edit("{}", "/a/b", &replace("null")), r#"{"a":{"b":null}}"#);
}

#[test]
fn an_absent_sub_document_is_laid_out_as_the_member_beside_it() {
    let text = "{\n  \"a\": { \"port\": 1 },\n  \"b\": { \"port\": 2 }\n}\n";
    let expected = text.replace("2 }\n", "2 },\n  \"c\": {\"port\": 3}\n");
    let add = operations(r#"[{"op": "add", "path": "", "value": {"port": 3}}]"#);
    let whole = operations(r#"[{"op": "add", "path": "/c", "value": {"port": 3}}]"#);
    assert_eq!(
        edit(text, "", &whole),
        expected,
        "the test means what the engine does"
    );
    assert_eq!(edit(text, "/c", &add), expected);
    assert_eq!(edit(text, "/c", &replace(r#"{"port":3}"#)), expected);
}

#[test]
fn an_absent_document_is_made_around_the_sub_document() {
    let mut absent = Document::absent(&Limits::default());
    let scope = pointer("/a/b");
    assert!(absent.at(&scope).unwrap().is_absent());
    let test = operations(r#"[{"op": "test", "path": "", "value": {}}]"#);
    assert!(!absent.apply_under(&scope, &test).unwrap());
    assert!(absent.is_absent());
    assert!(absent.apply_under(&scope, &merge(r#"{"x": 1}"#)).unwrap());
    let expected = "{\n  \"a\": {\n    \"b\": {\n      \"x\": 1\n    }\n  }\n}\n";
    assert_eq!(absent.to_text(), expected);
    assert_eq!(absent.len(), expected.len());
}

#[test]
fn a_patch_that_writes_nothing_or_fails_makes_no_way() {
    let mut edited = document("{\"a\": 1}");
    let scope = pointer("/b/c");
    for patch in [
        operations("[]"),
        operations(r#"[{"op": "test", "path": "", "value": {}}]"#),
        Patch::All(vec![]),
    ] {
        assert!(!edited.apply_under(&scope, &patch).unwrap(), "{patch:?}");
    }
    let fails = operations(
        r#"[{"op": "add", "path": "/x", "value": 1}, {"op": "test", "path": "/x", "value": 2}]"#,
    );
    let error = edited.apply_under(&scope, &fails).unwrap_err();
    assert_eq!(
        error.to_string(),
        "operation 1 (test `/x`): expected 2, found 1"
    );
    assert_eq!(edited.to_text(), "{\"a\": 1}");
    assert!(!edited.is_changed());
}

#[test]
fn what_is_in_the_way_is_not_told() {
    let text = r#"{"key": "secret", "list": [[7]], "uno": {"x": 1, "x": 2}, "zwei": 3, "zwei": 4}"#;
    let patches = [merge(r#"{"x": 1}"#), replace("1"), operations("[]")];
    for (scope, obstacle) in [
        ("/key/a", Obstacle::NotAContainer),
        ("/key/a/b", Obstacle::NotAContainer),
        ("/list/0/0/a", Obstacle::NotAContainer),
        ("/list/1", Obstacle::NoElement),
        ("/list/-", Obstacle::NoElement),
        ("/list/9/a", Obstacle::NoElement),
        ("/list/-/a", Obstacle::NoElement),
        ("/list/00", Obstacle::NoElement),
        ("/list/0/x/y", Obstacle::NoElement),
        ("/uno/x", Obstacle::Ambiguous),
        ("/zwei", Obstacle::Ambiguous),
        ("/zwei/a", Obstacle::Ambiguous),
    ] {
        for patch in &patches {
            let error = refused(text, scope, patch);
            assert!(
                matches!(&error, ApplyError::OutOfReach { obstacle: found, .. } if *found == obstacle),
                "{scope}: {error:?}"
            );
            tells_nothing(&error);
        }
        // Nothing stands there, or nobody can say what.
        match document(text).at(&pointer(scope)) {
            Ok(view) => assert!(
                view.is_absent() && obstacle != Obstacle::Ambiguous,
                "{scope}"
            ),
            Err(error) => {
                assert_eq!(obstacle, Obstacle::Ambiguous, "{scope}");
                assert!(matches!(error, ApplyError::OutOfReach { .. }), "{error}");
                tells_nothing(&error);
            }
        }
    }
}

/// Neither in its text nor anywhere in it.
fn tells_nothing(error: &ApplyError) {
    let all = format!("{error} {error:?}");
    for outside in ["secret", "key", "list", "uno", "zwei", "7", "/"] {
        assert!(!all.contains(outside), "{outside}: {all}");
    }
}

#[test]
fn errors_speak_of_the_sub_document_alone() {
    let text = r#"{"secret": {"a": {"x": [1], "d": 1, "d": 2}}}"#;
    for (patch, expected) in [
        (
            r#"[{"op": "remove", "path": "/y/z"}]"#,
            "operation 0 (remove `/y/z`): there is nothing at `/y`",
        ),
        (
            r#"[{"op": "test", "path": "/x", "value": 2}]"#,
            "operation 0 (test `/x`): expected 2, found [1]",
        ),
        (
            r#"[{"op": "add", "path": "/x/0/y", "value": 2}]"#,
            "operation 0 (add `/x/0/y`): at `/x/0` is a number (1), and only objects and arrays have children",
        ),
        (
            r#"[{"op": "add", "path": "/x/7", "value": 2}]"#,
            "operation 0 (add `/x/7`): the array at `/x` has 1 elements, so there is no place 7 in it",
        ),
        (
            r#"[{"op": "remove", "path": "/d"}]"#,
            "operation 0 (remove `/d`): the object at `` has `d` more than once, so the pointer is ambiguous",
        ),
    ] {
        let error = refused(text, "/secret/a", &operations(patch));
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("secret"));
    }
}

#[test]
fn the_limits_are_those_of_the_whole_document() {
    let limits = Limits::default().with_depth(3).with_size(40);
    let text = b"{\"secret\": \"0123456789\", \"a\": {}}";
    let mut edited = Document::parse(text, &limits).unwrap();
    let scope = pointer("/a");
    for deep in ["[[]]", r#"{"x": {}}"#] {
        assert!(
            edited.apply_under(&scope, &replace(deep)).unwrap(),
            "{deep}"
        );
    }
    for patch in [
        replace("[[[]]]"),
        merge(r#"{"x": {"y": []}}"#),
        operations(r#"[{"op": "add", "path": "/x/y", "value": []}]"#),
    ] {
        let error = edited.apply_under(&scope, &patch).unwrap_err();
        let of_its_own = matches!(
            error,
            ApplyError::TooDeep {
                depth: 3,
                limit: 2,
                ..
            }
        );
        assert!(of_its_own, "{error:?}");
    }
    edited.apply_under(&scope, &replace("{}")).unwrap();
    // 33 bytes are there.
    let error = edited
        .apply_under(&scope, &replace("\"123456789\""))
        .unwrap_err();
    assert!(
        matches!(error, ApplyError::NoRoom { limit: 40, .. }),
        "{error:?}"
    );
    assert!(!error.to_string().contains("42"), "{error}");
    assert!(edited.apply_under(&scope, &replace("\"1234567\"")).unwrap());
    assert_eq!(edited.len(), 40);
}

#[test]
fn the_way_to_an_absent_sub_document_counts() {
    let limits = Limits::default().with_depth(2).with_size(20);
    let of = |text: &'static str| Document::parse(text.as_bytes(), &limits).unwrap();
    for (scope, patch, obstacle) in [
        ("/a/b", merge("{}"), Obstacle::TooDeep),
        ("/a/b/c", replace("1"), Obstacle::TooDeep),
    ] {
        let mut edited = of("{}");
        let error = edited.apply_under(&pointer(scope), &patch).unwrap_err();
        let is_it =
            matches!(&error, ApplyError::OutOfReach { obstacle: found, .. } if *found == obstacle);
        assert!(is_it, "{error:?}");
        assert_eq!(edited.to_text(), "{}");
    }
    let mut edited = of("{}");
    edited.apply_under(&pointer("/a/b"), &replace("1")).unwrap();
    assert_eq!(edited.to_text(), r#"{"a":{"b":1}}"#);
    let mut edited = of("{}");
    let long = pointer("/a234567890123456");
    let error = edited.apply_under(&long, &merge("{}")).unwrap_err();
    assert!(
        matches!(error, ApplyError::NoRoom { limit: 20, .. }),
        "{error:?}"
    );
    // What is too large already may shrink.
    let mut large = of(r#"{"a": "0123456789", "b": 1}"#);
    assert!(large.apply_under(&pointer("/a"), &replace("0")).unwrap());
}

#[test]
fn a_bomb_of_copies_ends_at_the_limit() {
    let limits = Limits::default().with_size(1 << 16);
    let mut edited = Document::parse(b"{\"a\": [[1, 2, 3, 4]]}", &limits).unwrap();
    let copy = r#"{"op": "copy", "from": "", "path": "/-"}"#;
    let bomb = operations(&format!("[{}]", vec![copy; 60].join(",")));
    let error = edited.apply_under(&pointer("/a"), &bomb).unwrap_err();
    assert!(matches!(
        error,
        ApplyError::NoRoom { .. } | ApplyError::TooDeep { .. }
    ));
    assert_eq!(edited.to_text(), "{\"a\": [[1, 2, 3, 4]]}");
}

#[test]
fn what_is_seen_is_the_text_that_was_given() {
    let text = r#"{"a": {"b": [1.0, {"c": "\u0041"}]}}"#;
    let given = document(text);
    let outer = given.at(&pointer("/a")).unwrap();
    let view = outer.at(&pointer("/b/1")).unwrap();
    assert_eq!(view.to_text(), r#"{"c": "\u0041"}"#);
    assert!(!view.is_absent() && !view.is_changed());
    let pieces: Vec<&[u8]> = view.pieces().collect();
    assert_eq!(pieces.len(), 1);
    let offset = pieces[0].as_ptr().addr() - text.as_ptr().addr();
    assert_eq!(
        &text[offset..][..pieces[0].len()],
        view.to_text(),
        "no copy"
    );
    assert_eq!(view.get(&pointer("/c")).unwrap().unwrap(), r#""\u0041""#);
    assert_eq!(view.get(&pointer("/b")).unwrap(), None);
    assert!(outer.at(&pointer("/x")).unwrap().is_absent());
}

#[test]
fn what_is_seen_is_the_document_as_it_is_now() {
    let mut edited = document(SERVERS);
    let patch = operations(r#"[{"op": "add", "path": "/1/port", "value": 99}]"#);
    edited.apply_under(&pointer("/servers"), &patch).unwrap();
    let mut view = edited.at(&pointer("/servers/1")).unwrap();
    assert_eq!(view.to_text(), r#"{"host": "b", "port": 99}"#);
    assert_eq!(view.len(), view.to_text().len());
    // It is a document of its own.
    assert!(view.apply(&merge(r#"{"host": null, "tags": []}"#)).unwrap());
    assert_eq!(view.to_text(), r#"{"port": 99, "tags": []}"#);
    assert!(view.is_changed());
    drop(view);
    assert_eq!(edited.to_text(), SERVERS.replace("81", "99"));
}
