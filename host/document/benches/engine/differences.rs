//! What differs between two documents.

use amend_document::{Limits, Patch, diff};
use serde_json::Value;

use crate::measure::{best, report, versus};
use crate::texts::{change, records};

pub(crate) fn documents() {
    println!("\ndiff of 10 MB");
    let old = records(10 << 20);
    let value: Value = serde_json::from_str(&old).unwrap();
    let parse_both = best(3, || {
        (
            serde_json::from_str::<Value>(&old).unwrap(),
            serde_json::from_str::<Value>(&old).unwrap(),
        )
    });
    let mut inserted = value.clone();
    let list = inserted["records"].as_array_mut().unwrap();
    list.insert(list.len() / 2, Value::Null);
    let inserted = serde_json::to_string_pretty(&inserted).unwrap();
    let compact = serde_json::to_string(&value).unwrap();
    // Nobody has set a target for this one: the bound only shows when it gets worse.
    let yardstick = "serde_json Value of both";
    for (what, new) in [
        ("an element inserted in the middle", &inserted),
        ("the same, compact", &compact),
    ] {
        report(
            what,
            best(3, || {
                diff(old.as_bytes(), new.as_bytes(), &Limits::default()).unwrap()
            }),
            yardstick,
            parse_both,
            3.0,
        );
    }
}

/// Long arrays that differ in more than an alignment can find out in time that is worth it.
pub(crate) fn arrays() {
    const N: usize = 100_000;
    println!("\ndiff of {N} elements");
    let record =
        |id: usize| serde_json::json!({"id": id, "name": format!("record {id}"), "seen": 0});
    let shuffled = |at: usize| at * 7919 % N;
    let numbers: Vec<Value> = (0..N).map(Value::from).collect();
    let records: Vec<Value> = (0..N).map(record).collect();
    let mut some = records.clone();
    for number in 0..N / 10 {
        some[number * 10]["seen"] = Value::from(number);
    }
    some.insert(N / 2, Value::Null);
    let yardstick = "serde_json Value of both";
    for (what, old, new) in [
        (
            "numbers, shuffled",
            &numbers,
            (0..N).map(|at| numbers[shuffled(at)].clone()).collect(),
        ),
        (
            "numbers, all different",
            &numbers,
            (N..2 * N).map(Value::from).collect(),
        ),
        (
            "numbers, 0 and 1",
            &numbers
                .iter()
                .map(|number| (number.as_u64().unwrap().count_ones() & 1).into())
                .collect(),
            (0..N)
                .map(|at| (at.wrapping_mul(0x9e37_79b9).count_ones() & 1).into())
                .collect(),
        ),
        (
            "records, shuffled",
            &records,
            (0..N)
                .map(|at| records[shuffled(at)].clone())
                .collect::<Vec<_>>(),
        ),
        ("records, a tenth changed, one inserted", &records, some),
    ] {
        let old = serde_json::to_string(old).unwrap();
        let new = serde_json::to_string_pretty(&new).unwrap();
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let (limits, patch) = (Limits::default(), Patch::replace(new.clone()).unwrap());
        let both = || (read(&old), read(&new));
        let compare = || diff(old.as_bytes(), new.as_bytes(), &limits).unwrap();
        // A number is read in no time, but an operation on it takes some.
        let targets = if what.starts_with("numbers") {
            (25.0, 40.0)
        } else {
            (3.0, 6.0)
        };
        let (ours, theirs) = versus(3, compare, both);
        report(what, ours, yardstick, theirs, targets.0);
        let (ours, theirs) = versus(3, || change(&old, &patch), both);
        report(
            &format!("{what}: replace"),
            ours,
            yardstick,
            theirs,
            targets.1,
        );
    }
}
