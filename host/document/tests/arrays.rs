//! The difference of two arrays: as few and as small operations as can be, at any size.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod plain;

use amend_document::{Document, Limits, Patch, diff};
use plain::Random;
use serde_json::{Value, json};

/// The operations that lead from one to the other, tried on both readings.
fn operations(old: &Value, new: &Value) -> Vec<Value> {
    // Every element is spelled in another way than in the other text.
    let (old_text, new_text) = (old.to_string(), serde_json::to_string_pretty(new).unwrap());
    let limits = Limits::default();
    let operations = diff(old_text.as_bytes(), new_text.as_bytes(), &limits).unwrap();
    let list: Vec<Value> = serde_json::from_str(&operations.to_string()).unwrap();
    for patch in [
        Patch::Operations(operations),
        Patch::replace(new_text).unwrap(),
    ] {
        let mut document = Document::parse(old_text.as_bytes(), &limits).unwrap();
        document.apply(&patch).unwrap();
        let result: Value = serde_json::from_str(&document.to_text()).unwrap();
        assert!(result == *new, "not the new document");
    }
    list
}

fn records(count: usize) -> Vec<Value> {
    let record = |id| json!({"id": id, "open": true, "tags": ["a", "b"], "seen": null});
    (0..count).map(record).collect()
}

#[test]
fn an_insertion_beside_many_changes_stays_one_operation() {
    let old: Vec<Value> = (0..5000).map(|number| json!(number)).collect();
    let mut new = old.clone();
    for at in 0..700 {
        new[at * 7] = json!(format!("changed {at}"));
    }
    new.insert(2500, json!("inserted"));
    let operations = operations(&old.into(), &new.into());
    assert_eq!(operations.len(), 701);
    assert_eq!(
        operations[0],
        json!({"op": "add", "path": "/2500", "value": "inserted"})
    );
}

#[test]
fn records_that_all_changed_change_inside() {
    let old = records(2000);
    let mut new = old.clone();
    for (number, record) in new.iter_mut().enumerate() {
        record["seen"] = json!(number % 10);
    }
    new.remove(300);
    new.insert(1200, json!({"id": "new"}));
    new.insert(0, json!({"id": "first"}));
    let operations = operations(&json!({"list": old}), &json!({"list": new}));
    let (inside, around): (Vec<_>, Vec<_>) = operations
        .iter()
        .partition(|operation| operation["path"].as_str().unwrap().ends_with("/seen"));
    assert_eq!(inside.len(), 1999);
    assert_eq!(
        around,
        [
            &json!({"op": "remove", "path": "/list/300"}),
            &json!({"op": "add", "path": "/list/0", "value": {"id": "first"}}),
            &json!({"op": "add", "path": "/list/1201", "value": {"id": "new"}}),
        ]
    );
}

#[test]
fn there_are_hardly_more_operations_than_edits() {
    for seed in 0..500 {
        let random = &mut Random::new(seed);
        let kind = random.below(3);
        let old = match kind {
            0 => records(random.below(50)),
            1 => (0..random.below(200)).map(|number| json!(number)).collect(),
            _ => (0..random.below(60))
                .map(|_| json!(random.below(3)))
                .collect(),
        };
        let mut new = old.clone();
        let edits = random.below(30);
        for edit in 0..edits {
            let at = random.below(new.len());
            match random.below(3) {
                0 => new.insert(at, json!({"id": format!("new {edit}")})),
                1 if !new.is_empty() => drop(new.remove(at)),
                _ => match new.get_mut(at) {
                    Some(Value::Object(record)) => {
                        record.insert("seen".into(), json!(edit));
                    }
                    Some(value) => *value = json!(format!("changed {edit}")),
                    None => {}
                },
            }
        }
        let operations = operations(&old.clone().into(), &new.clone().into());
        // Where elements are equal, the longest common list may ask for an addition and a removal when
        // one replacement would have done.
        let most = if kind == 2 { 2 * edits } else { edits };
        assert!(
            operations.len() <= most,
            "{edits} edits, but {operations:#?}\n{old:?}\n{new:?}"
        );
    }
}

/// Each of these took minutes with an algorithm that is quadratic in the elements, or reads what is
/// nested once for every level.
#[test]
fn no_size_and_no_depth_is_too_much() {
    const N: usize = 100_000;
    let numbers = |number: fn(usize) -> usize| -> Value { (0..N).map(number).collect() };
    let old = numbers(|at| at);
    for (new, most) in [
        (numbers(|at| at + N), N),
        (numbers(|at| at * 7919 % N), N + N / 2),
        (numbers(|at| at ^ 1), N),
        (numbers(|at| N - at), N + 1),
        (numbers(|at| at % 2), N),
    ] {
        assert!(operations(&old, &new).len() <= most);
    }

    let nested = |middle: &str| {
        let numbers: Vec<String> = (0..N).map(|number| number.to_string()).collect();
        let inner = format!("{}{middle}{}", numbers.join(","), numbers.join(","));
        format!("{}{inner}{}", "[".repeat(500), ",0]".repeat(500))
    };
    let (old, new) = (nested(",0,"), nested(",1,"));
    let operations = diff(old.as_bytes(), new.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(operations.len(), 1);
    let mut document = Document::parse(old.as_bytes(), &Limits::default()).unwrap();
    document.apply(&Patch::Operations(operations)).unwrap();
    assert!(document.to_text() == new);
}

/// Their fingerprints are the same, because the order of members means nothing elsewhere.
#[test]
fn objects_that_only_differ_in_the_order_of_duplicates_are_not_the_same() {
    let (old, new) = (r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#);
    for (before, behind) in [(["", ""], ["", ""]), (["0,", ",0"], ["1,", ",1"])] {
        let old = format!("[{}{old}{}]", before[0], before[1]);
        let new = format!("[{}{new}{}]", behind[0], behind[1]);
        let operations = diff(old.as_bytes(), new.as_bytes(), &Limits::default()).unwrap();
        let mut document = Document::parse(old.as_bytes(), &Limits::default()).unwrap();
        document.apply(&Patch::Operations(operations)).unwrap();
        assert_eq!(document.to_text(), new);
    }
}
