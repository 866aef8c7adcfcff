//! Guests whose code is plain and whose answers are made up: right ones, nearly right ones, and lies about where
//! they are and how long. Random code hardly ever answers anything.

use crate::contract::Contract;
use arbitrary::Unstructured;
use std::fmt::Write;

/// Where the text of the answer is; the answer itself is at 0.
const TEXT: u32 = 64;

const TEXTS: [&str; 20] = [
    r#"{"count": 5}"#,
    r#"{"count": null, "list": [], "deep": {"deeper": {"deepest": 1e400}}}"#,
    r#"{"count": 4, "text": "x", "list": [1, 2.50, true]}"#,
    r#"[{"op": "add", "path": "/new", "value": {"a": [1]}}]"#,
    r#"[{"op": "replace", "path": "", "value": 1}]"#,
    r#"[{"op": "remove", "path": "/count"}, {"op": "test", "path": "/count", "value": 4}]"#,
    r#"[{"op": "copy", "from": "", "path": "/a"}, {"op": "copy", "from": "", "path": "/b"}]"#,
    r#"[{"op": "move", "from": "/count", "path": "/list/-"}, {"op": "add", "path": "/list/0", "value": -0}]"#,
    r#"[{"op": "remove", "path": ""}]"#,
    r#"[{"op": "add", "path": "/~2", "value": 1}]"#,
    r#"[{"op": "add", "path": "/count"}]"#,
    "[]",
    "{}",
    "null",
    " 1 ",
    "",
    r#""\ud800""#,
    "{\"a\": 1, \"a\": 2}",
    "{\"a\": 1}}",
    "\u{feff}{\"count\": 1}",
];

/// What a function does before it answers.
const ACTIONS: [&str; 12] = [
    "unreachable",
    "(loop $l (br $l))",
    "(drop (memory.grow (i32.const 1)))",
    "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))",
    "(memory.fill (i32.const 0) (i32.const 1) (i32.const 20))",
    "(memory.fill (i32.const 0) (i32.const 0) (i32.const -1))",
    "(call $recurse)",
    "(call_indirect (i32.const 3))",
    "(drop (table.grow (ref.func $recurse) (i32.const 1000000)))",
    "(loop $l (br_if $l (i32.ne (table.grow (ref.func $recurse) (i32.const 1000)) (i32.const -1))))",
    "(drop (i32.div_s (i32.const 1) (i32.load (i32.const 20))))",
    "(global.set $n (i32.const 5000000)) \
     (loop $l (global.set $n (i32.sub (global.get $n) (i32.const 1))) (br_if $l (global.get $n)))",
];

pub(super) fn updater(contract: &Contract, u: &mut Unstructured<'_>) -> Vec<u8> {
    let text = module(u).expect("there is enough randomness");
    let module = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    contract
        .component(module)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn module(u: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let text = text(u)?;
    let pages = *u.choose(&[1, 1, 1, 1, 2, 2, 40, 1000])?;
    let record = record(u, &text, pages << 16)?;
    let (record, text) = (escaped(&record), escaped(&text));
    let realloc = realloc(u)?;
    let (first, then, last) = (action(u, 30)?, action(u, 6)?, action(u, 30)?);
    let answer = *u.choose(&["", "", "", "", ECHO_CURRENT, ECHO_ARGS])?;
    let result = if u.ratio(1, 12)? {
        *u.choose(&[2, -4, 0xfff0])?
    } else {
        0
    };
    Ok(format!(
        r#"(module
            (memory (export "memory") {pages})
            (table 1 funcref)
            (global $n (mut i32) (i32.const 0))
            (global $next (mut i32) (i32.const 4096))
            (elem declare func $recurse)
            (data (i32.const 0) "{record}")
            (data (i32.const {TEXT}) "{text}")
            (func $recurse (call $recurse) (call $recurse))
            (func $start {first})
            (start $start)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc})
            (func (export "amend:document/updater@0.1.0#update") (param i32 i32 i32 i32 i32) (result i32)
                {then} {answer} (i32.const {result}))
            (func (export "cabi_post_amend:document/updater@0.1.0#update") (param i32) {last}))"#
    ))
}

/// Answers with the document, or with the arguments.
const ECHO_CURRENT: &str =
    "(i32.store (i32.const 12) (local.get 1)) (i32.store (i32.const 16) (local.get 2))";
const ECHO_ARGS: &str =
    "(i32.store (i32.const 12) (local.get 3)) (i32.store (i32.const 16) (local.get 4))";

/// Something to do, one time in so many.
fn action(u: &mut Unstructured<'_>, times: u8) -> arbitrary::Result<&'static str> {
    if u.ratio(1, times)? {
        u.choose(&ACTIONS).copied()
    } else {
        Ok("")
    }
}

/// Mostly an allocator that works.
fn realloc(u: &mut Unstructured<'_>) -> arbitrary::Result<&'static str> {
    let works = "(global.get $next) \
        (global.set $next (i32.add (global.get $next) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))";
    let lies = [
        "(i32.const 0)",
        "(i32.const -1)",
        "(i32.const 3)",
        "(i32.const 65535)",
        "unreachable",
        "(loop $l (br $l)) unreachable",
    ];
    Ok(if u.ratio(1, 12)? {
        *u.choose(&lies)?
    } else {
        works
    })
}

/// A text: one of the list, mostly as it stands, now and then deep, long, or cut.
fn text(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let text = u.choose(&TEXTS)?.as_bytes();
    Ok(match u.int_in_range(0..=15)? {
        0 => [b"[".repeat(1000), b"]".repeat(1000)].concat(),
        1 => [b"[", &b"1,".repeat(1000)[..], b"1]"].concat(),
        2 => text[..u.choose_index(text.len() + 1)?].to_vec(),
        3 => u.bytes(20)?.to_vec(),
        _ => text.to_vec(),
    })
}

/// `result<option<patch>, string>` as it lies in memory. Where the text is and how long is mostly true.
/// What kind of patch it is said to be is, too.
fn record(u: &mut Unstructured<'_>, text: &[u8], memory: u32) -> arbitrary::Result<Vec<u8>> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let (mut at, mut long) = (TEXT, length);
    match u.int_in_range(0..=23)? {
        0 => long = u32::MAX,
        1 => at = u32::MAX,
        2 => (at, long) = (0, memory),
        3 => (at, long) = (0, memory + 1),
        4 => (at, long) = (memory, 0),
        5 => (at, long) = (u.arbitrary()?, u.arbitrary()?),
        _ => {}
    }
    let refuses = u.ratio(1, 8)?;
    let is_patch = u32::from(!u.ratio(1, 16)?);
    let kind = match text.first() {
        Some(b'[') if u.ratio(3, 4)? => 0,
        _ => u.int_in_range(0..=2)?,
    };
    let mut record = if refuses {
        [1, at, long, 0, 0].map(u32::to_le_bytes).concat()
    } else {
        [0, is_patch, kind, at, long].map(u32::to_le_bytes).concat()
    };
    // A case that there is none of.
    if u.ratio(1, 16)? {
        let which = *u.choose(&[0, 4, 8])?;
        record[which] = u.arbitrary()?;
    }
    Ok(record)
}

/// Bytes as a string of the text format.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\{byte:02x}");
        text
    })
}
