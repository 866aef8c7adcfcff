//! Many operations, and a small document.

use std::hint::black_box;
use std::time::Duration;

use amend_document::{Document, Json, Limits, Operations, Patch, Pointer};
use serde_json::Value;

use crate::measure::{best, report, versus};
use crate::texts::{change, members, records, replace};

pub(crate) fn many() {
    let text = records(10 << 20);
    println!("\n10 MB of pretty records");
    let records = text.matches("\"id\"").count();
    let one = Patch::Operations(replace(&format!("/records/{}/price", records / 2), "0.5"));
    let mut operations = Operations::new();
    for number in 0..1000 {
        let index = number * 7919 % records;
        operations = operations.replace(
            Pointer::parse(&format!("/records/{index}/price")).unwrap(),
            Json::parse("0.5").unwrap(),
        );
    }
    let thousand = Patch::Operations(operations);
    let single = best(5, || change(&text, &one));
    report(
        "1,000 operations in an array",
        best(5, || change(&text, &thousand)),
        "1 operation",
        single,
        5.0,
    );

    let members = members(200_000);
    let one = Patch::Operations(replace("/member 100000", "0"));
    let mut operations = Operations::new();
    for number in 0..1000 {
        let name = format!("/member {}", number * 7919 % 200_000);
        operations = operations.replace(Pointer::parse(&name).unwrap(), Json::parse("0").unwrap());
    }
    let thousand = Patch::Operations(operations);
    let single = best(5, || change(&members, &one));
    report(
        "1,000 operations in an object",
        best(5, || change(&members, &thousand)),
        "1 operation",
        single,
        5.0,
    );

    println!("\n100,000 operations on a small document");
    for (what, path) in [
        ("add /list/0", "/list/0"),
        ("add /list/-", "/list/-"),
        ("add a member", "/map/"),
    ] {
        let times: Vec<Duration> = [10_000, 100_000]
            .map(|count| {
                let mut operations = Operations::new();
                for number in 0..count {
                    let path = if path == "/map/" {
                        format!("/map/{number}")
                    } else {
                        path.into()
                    };
                    operations =
                        operations.add(Pointer::parse(&path).unwrap(), Json::parse("0").unwrap());
                }
                let patch = Patch::Operations(operations);
                best(3, || change("{\"list\":[],\"map\":{}}", &patch))
            })
            .into();
        report(
            &format!("100,000 times {what}"),
            times[1],
            "10,000 times",
            times[0],
            20.0,
        );
    }
}

pub(crate) fn on_a_small_document() {
    let text = records(900);
    println!("\n{} bytes", text.len());
    const TIMES: usize = 10_000;
    let parse = || {
        for _ in 0..TIMES {
            black_box(serde_json::from_str::<Value>(black_box(&text)).unwrap());
        }
    };
    let patch = Patch::Operations(replace("/records/1/name", "\"twenty bytes of text\""));
    let edit = || {
        for _ in 0..TIMES {
            let mut document =
                Document::parse(black_box(text.as_bytes()), &Limits::default()).unwrap();
            document.apply(&patch).unwrap();
            black_box(document.to_text());
        }
    };
    let (ours, theirs) = versus(9, edit, parse);
    let (ours, theirs) = (ours / TIMES as u32, theirs / TIMES as u32);
    report(
        "parse, one operation, text",
        ours,
        "serde_json from_str::<Value>",
        theirs,
        2.0,
    );
}
