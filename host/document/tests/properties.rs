//! What holds for every document and every patch, tried on random ones.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod plain;

use amend_document::{Document, Limits, Patch, Pointer, diff, get};
use plain::Random;
use serde_json::{Value, json};

const ROUNDS: u64 = 4000;

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn document(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes(), &Limits::default()).unwrap()
}

/// Every scalar of a document, by pointer.
fn leaves(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                leaves(element, format!("{at}/{index}"), out);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                leaves(
                    member,
                    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    out,
                );
            }
        }
        _ => out.push(at),
    }
}

fn text_at<'t>(text: &'t str, pointer: &str) -> &'t str {
    get(
        text.as_bytes(),
        &Pointer::parse(pointer).unwrap(),
        &Limits::default(),
    )
    .unwrap()
    .unwrap()
}

/// Applies the patches one after the other, to the text and to the value, and compares after each.
fn compare(
    text: &str,
    operations: impl Fn(&Value, &mut Random) -> Value,
    random: &mut Random,
    exact: Option<Spell>,
) {
    let mut plain = parse(text);
    let mut edited = document(text);
    for _ in 0..4 {
        let operations: Vec<Value> = (0..1 + random.below(3))
            .map(|_| operations(&plain, random))
            .collect();
        let mut after = plain.clone();
        let is_possible = operations
            .iter()
            .try_for_each(|operation| plain::apply(&mut after, operation))
            .is_some();
        let patch = Value::from(operations).to_string();
        let before = edited.to_text();
        let applied = Patch::operations(&patch)
            .map_err(|error| error.to_string())
            .and_then(|patch| edited.apply(&patch).map_err(|error| error.to_string()));
        assert_eq!(
            applied.is_ok(),
            is_possible,
            "{applied:?}\n{patch}\n{before}"
        );
        let new = edited.to_text();
        assert_eq!(
            applied.unwrap_or_default(),
            new != before,
            "{patch}\n{before}"
        );
        assert_eq!(edited.is_changed(), new != text);
        assert_eq!(edited.len(), new.len(), "{patch}\n{before}\n{new}");
        if is_possible {
            plain = after;
        }
        assert_eq!(parse(&new), plain, "{patch}\n{before}\n{new}");
        if let Some(spell) = exact {
            assert_eq!(new, spell(&plain), "{patch}\n{before}");
        }
    }
}

type Spell = fn(&Value) -> String;

#[test]
fn operations_do_what_the_plain_reading_does() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let value = plain::value(random, 4);
        let text = plain::spelled(&value, random);
        compare(&text, plain::operation, random, None);
    }
}

#[test]
fn test_30_a_pretty_document_stays_as_pretty_as_a_fresh_one() {
    let pretty: Spell = |value| serde_json::to_string_pretty(value).unwrap() + "\n";
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let text = pretty(&plain::value(random, 4));
        compare(&text, plain::operation, random, Some(pretty));
    }
}

#[test]
fn test_30_a_compact_document_stays_as_compact_as_a_fresh_one() {
    let compact: Spell = |value| serde_json::to_string(value).unwrap();
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let text = compact(&plain::value(random, 4));
        compare(&text, plain::operation, random, Some(compact));
    }
}

#[test]
fn a_merge_does_what_the_plain_reading_does() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let text = {
            let value = plain::value(random, 4);
            plain::spelled(&value, random)
        };
        let patch = if random.one_in(8) {
            plain::value(random, 3)
        } else {
            plain::object(random, 4)
        };
        let mut expected = parse(&text);
        plain::merge(&mut expected, &patch);
        let mut edited = document(&text);
        let changed = edited
            .apply(&Patch::merge(plain::spelled(&patch, random)).unwrap())
            .unwrap();
        let new = edited.to_text();
        assert_eq!(parse(&new), expected, "{patch}\n{text}\n{new}");
        assert_eq!(changed, new != text);
        assert_eq!(edited.len(), new.len());
        assert_eq!(
            changed,
            expected != parse(&text),
            "what is equal is not written again\n{patch}\n{text}"
        );
    }
}

/// Two values that have much in common.
fn two(random: &mut Random) -> (Value, Value) {
    let old = plain::value(random, 4);
    let mut new = old.clone();
    for _ in 0..random.below(4) {
        let mut next = new.clone();
        if plain::apply(&mut next, &plain::operation(&new, random)).is_some() {
            new = next;
        }
    }
    (old, new)
}

#[test]
fn a_replacement_gives_the_new_value() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let (old, new) = two(random);
        let text = plain::spelled(&old, random);
        let mut edited = document(&text);
        let patch = Patch::replace(plain::spelled(&new, random)).unwrap();
        let changed = edited.apply(&patch).unwrap();
        let result = edited.to_text();
        assert_eq!(parse(&result), new, "{text}\n{result}");
        assert_eq!(changed, old != new, "{text}\n{result}");
        assert_eq!(edited.len(), result.len());
        if !changed {
            assert_eq!(text, result);
        }
    }
}

#[test]
fn applying_the_difference_gives_the_other_document() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let (old, new) = two(random);
        let (old_text, new_text) = (plain::spelled(&old, random), plain::spelled(&new, random));
        let operations =
            diff(old_text.as_bytes(), new_text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(operations.is_empty(), old == new, "{operations}");
        // It goes through its text as any other patch would, and through the plain reading.
        let mut plain = old.clone();
        for operation in parse(&operations.to_string()).as_array().unwrap() {
            plain::apply(&mut plain, operation).unwrap_or_else(|| panic!("{operation}"));
        }
        assert_eq!(plain, new, "{operations}");
        let mut edited = document(&old_text);
        edited
            .apply(&Patch::operations(&operations.to_string()).unwrap())
            .unwrap();
        assert_eq!(parse(&edited.to_text()), new, "{operations}\n{old_text}");
    }
}

#[test]
fn test_26_a_scalar_is_exchanged_between_its_two_bytes() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let value = plain::value(random, 4);
        let text = plain::spelled(&value, random);
        let mut pointers = Vec::new();
        leaves(&value, String::new(), &mut pointers);
        if pointers.is_empty() {
            continue;
        }
        let pointer = random.pick(&pointers);
        let old = text_at(&text, pointer);
        let start = old.as_ptr().addr() - text.as_ptr().addr();
        let expected = format!(
            "{}{}{}",
            &text[..start],
            "-0.0e00",
            &text[start + old.len()..]
        );
        let patch = format!(
            r#"[{{"op":"replace","path":{},"value":-0.0e00}}]"#,
            Value::from(pointer.as_str())
        );
        let mut edited = document(&text);
        edited.apply(&Patch::operations(&patch).unwrap()).unwrap();
        assert_eq!(edited.to_text(), expected);
    }
}

#[test]
fn what_is_added_or_removed_leaves_every_other_token_alone() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let value = plain::object(random, 4);
        let text = plain::spelled(&value, random);
        let mut pointers = Vec::new();
        leaves(&value, String::new(), &mut pointers);
        if pointers.is_empty() {
            continue;
        }
        let gone = random.pick(&pointers).clone();
        let parent = gone.rsplit_once('/').unwrap().0;
        let from_array = value.pointer(parent).is_some_and(Value::is_array);
        let patch = format!(
            r#"[{{"op":"remove","path":{}}},{{"op":"add","path":"/new","value":{{"x":[1]}}}}]"#,
            Value::from(gone.as_str()),
        );
        let mut edited = document(&text);
        edited.apply(&Patch::operations(&patch).unwrap()).unwrap();
        let new = edited.to_text();
        for pointer in &pointers {
            // The elements behind it have moved up.
            if *pointer != gone && !(from_array && pointer.starts_with(&format!("{parent}/"))) {
                assert_eq!(
                    text_at(&new, pointer),
                    text_at(&text, pointer),
                    "{pointer}\n{text}\n{new}"
                );
            }
        }
        assert_eq!(
            edited
                .get(&Pointer::parse("/new/x/0").unwrap())
                .unwrap()
                .as_deref(),
            Some("1")
        );
    }
}

#[test]
fn a_large_object_is_searched_by_an_index_that_follows_every_change() {
    let mut edited = document("{}");
    let mut plain = parse("{}");
    for seed in 0..6000 {
        let random = &mut Random::new(seed);
        let path = format!("/member {}", random.below(300));
        let operation = match random.below(4) {
            0 => json!({"op": "remove", "path": path}),
            1 => json!({"op": "replace", "path": path, "value": seed}),
            2 => {
                json!({"op": "move", "from": path, "path": format!("/member {}", random.below(300))})
            }
            _ => json!({"op": "add", "path": path, "value": seed}),
        };
        let mut after = plain.clone();
        let is_possible = plain::apply(&mut after, &operation).is_some();
        let patch = Patch::operations(&format!("[{operation}]")).unwrap();
        assert_eq!(edited.apply(&patch).is_ok(), is_possible, "{operation}");
        if is_possible {
            plain = after;
        }
    }
    assert_eq!(edited.to_text(), plain.to_string());
    assert_eq!(edited.len(), edited.to_text().len());
}

#[test]
fn a_long_array_is_followed_through_every_change() {
    let mut plain: Value = (0..5000).map(|number| json!(number)).collect();
    let text = plain.to_string();
    let mut edited = document(&text);
    let random = &mut Random::new(1);
    // Most go on near the last one, as whoever works through a list does.
    let mut at = 0;
    for number in 0..20_000 {
        let len = plain.as_array().unwrap().len();
        at = match random.below(8) {
            0 => random.below(len),
            1..5 => (at + random.below(40)) % len,
            _ => at.saturating_sub(random.below(40)) % len,
        };
        let path = format!("/{at}");
        let operation = match random.below(if number > 4000 { 8 } else { 4 }) {
            0 => json!({"op": "replace", "path": path, "value": number}),
            1 => json!({"op": "add", "path": path, "value": number}),
            2 => {
                json!({"op": "move", "from": path, "path": format!("/{}", random.below(len))})
            }
            _ => json!({"op": "remove", "path": path}),
        };
        plain::apply(&mut plain, &operation).unwrap();
        let patch = Patch::operations(&format!("[{operation}]")).unwrap();
        edited.apply(&patch).unwrap();
        if plain == json!([]) {
            break;
        }
    }
    assert_eq!(edited.to_text(), plain.to_string());
    assert_eq!(edited.len(), edited.to_text().len());
}
