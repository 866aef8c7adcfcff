//! Large documents.

use amend_document::{Document, Json, Limits, Operations, Patch, Pointer, get};
use serde::de::IgnoredAny;

use crate::measure::{report, versus};
use crate::memory;
use crate::texts::{self, change, replace};

pub(crate) fn records(bytes: usize) {
    let text = texts::records(bytes);
    println!("\n{} MB of pretty records", text.len() >> 20);
    let last = text.matches("\"id\"").count() - 1;
    let bytes = text.as_bytes();
    let validate = || serde_json::from_slice::<IgnoredAny>(bytes).unwrap();
    let limits = Limits::default();
    let yardstick = "serde_json IgnoredAny";
    let (ours, theirs) = versus(
        7,
        || Document::parse(bytes, &limits).unwrap().len(),
        validate,
    );
    report("parse", ours, yardstick, theirs, 1.5);
    let json = || Json::parse("\"twenty bytes of text\"").unwrap();
    let end = Pointer::parse(&format!("/records/{last}/name")).unwrap();
    let start = Pointer::parse("/records/1/name").unwrap();
    let patch = Patch::Operations(
        Operations::new()
            .replace(start, json())
            .replace(end.clone(), json()),
    );
    let (ours, theirs) = versus(7, || change(&text, &patch), validate);
    report(
        "parse, change near start and end, write",
        ours,
        yardstick,
        theirs,
        1.5,
    );
    memory::report("memory of that, beside the text", &text, 0.4, || {
        change(&text, &patch)
    });
    let (ours, theirs) = versus(7, || get(bytes, &end, &limits).unwrap(), validate);
    report("get near the end", ours, yardstick, theirs, 1.5);
    let new = text.replacen("\"open\": true", "\"open\": false", 1);
    let replacement = Patch::replace(new).unwrap();
    let (ours, theirs) = versus(3, || change(&text, &replacement), validate);
    report(
        "replace by the whole, one value changed",
        ours,
        yardstick,
        theirs,
        10.0,
    );
}

/// Documents that are hard on a scanner, each in its own way.
pub(crate) fn shapes(bytes: usize) {
    let repeat = |open: &str, element: &dyn Fn(usize) -> String, comma: &str, close: &str| {
        let mut text = String::with_capacity(bytes + 1024);
        text.push_str(open);
        for number in 0.. {
            text.push_str(&element(number));
            if text.len() >= bytes {
                break;
            }
            text.push_str(comma);
        }
        text + close
    };
    let number = |at: usize| match at % 4 {
        0 => format!("{at}"),
        1 => format!("-{}.{}", at % 1000, at % 97),
        2 => format!("{}", at * 7919 % 100),
        _ => format!("{}.5e-{}", at % 10, at % 30),
    };
    let escapes = |at: usize| format!("\"a\\n\\\"b{at}\\u00e9\\\\\\t\"");
    let foreign = |at: usize| format!("\"Größe {at} 東京は日本の首都です\"");
    let nested = |at: usize| {
        let depth = 20 + at % 100;
        format!("{}{at}{}", "[".repeat(depth), "]".repeat(depth))
    };
    let tiny = |at: usize| ["{}", "[]", "{\"a\":1}", "[0]", "[[],{}]"][at % 5].to_owned();
    let yardstick = "serde_json IgnoredAny";
    for (what, text) in [
        ("numbers, compact", repeat("[", &number, ",", "]")),
        (
            "numbers, pretty",
            repeat("[\n  ", &number, ",\n  ", "\n]\n"),
        ),
        ("strings of escapes", repeat("[", &escapes, ",", "]")),
        ("strings beyond ASCII", repeat("[", &foreign, ",", "]")),
        ("deeply nested", repeat("[", &nested, ",", "]")),
        ("tiny containers", repeat("[", &tiny, ",", "]")),
    ] {
        println!("\n{} MB of {what}", text.len() >> 20);
        let validate = || serde_json::from_str::<IgnoredAny>(&text).unwrap();
        let limits = Limits::default();
        let parse = || Document::parse(text.as_bytes(), &limits).unwrap().len();
        let (ours, theirs) = versus(5, parse, validate);
        report("parse", ours, yardstick, theirs, 1.5);
        let patch = Patch::Operations(replace("/1000", "\"twenty bytes of text\""));
        let (ours, theirs) = versus(5, || change(&text, &patch), validate);
        report("parse, change, write", ours, yardstick, theirs, 1.5);
        memory::report("memory of that, beside the text", &text, 0.4, || {
            change(&text, &patch)
        });
    }
}
