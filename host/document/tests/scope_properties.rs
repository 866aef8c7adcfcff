//! What holds for every document, every scope in it and every patch, tried on random ones.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod plain;

use amend_document::{Document, Limits, Patch, Pointer, get};
use plain::Random;
use serde_json::{Map, Value, json};

const ROUNDS: u64 = 6000;

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn document(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

/// A patch, as it is spelled for each of the two.
enum Plain {
    Operations(Vec<Value>),
    Merge(Value),
    Replace(Value),
}

impl Plain {
    /// One for a document with this value, or for one with `{}`.
    fn random(below: &Value, random: &mut Random) -> Plain {
        match random.below(6) {
            0 => Plain::Merge(plain::object(random, 3)),
            1 => Plain::Merge(plain::value(random, 2)),
            2 => Plain::Replace(plain::value(random, 3)),
            _ => {
                let mut after = below.clone();
                let operations = (0..random.below(4)).map(|_| {
                    let operation = plain::operation(&after, random);
                    plain::apply(&mut after, &operation);
                    operation
                });
                Plain::Operations(operations.collect())
            }
        }
    }

    /// It may be none: a value is not moved into itself.
    fn patch(&self, random: &mut Random) -> Option<Patch> {
        match self {
            Plain::Operations(list) => {
                Patch::operations(&Value::from(list.clone()).to_string()).ok()
            }
            Plain::Merge(value) => Some(Patch::merge(plain::spelled(value, random)).unwrap()),
            Plain::Replace(value) => Some(Patch::replace(plain::spelled(value, random)).unwrap()),
        }
    }

    fn apply(&self, to: &mut Value) -> Option<()> {
        match self {
            Plain::Operations(list) => list
                .iter()
                .try_for_each(|operation| plain::apply(to, operation)),
            Plain::Merge(value) => {
                plain::merge(to, value);
                Some(())
            }
            Plain::Replace(value) => {
                *to = value.clone();
                Some(())
            }
        }
    }

    /// The plain reading of a scope: take the value, change it, and put it back.
    fn apply_under(&self, to: &mut Value, scope: &str) -> Option<()> {
        if let Some(there) = to.pointer_mut(scope) {
            return self.apply(there);
        }
        let mut made = json!({});
        let mut with_the_way = to.clone();
        *make(&mut with_the_way, scope)? = Value::Null;
        self.apply(&mut made)?;
        let only_looks = |list: &Vec<Value>| list.iter().all(|operation| operation["op"] == "test");
        if !matches!(self, Plain::Operations(list) if only_looks(list)) {
            *make(&mut with_the_way, scope)? = made;
            *to = with_the_way;
        }
        Some(())
    }
}

/// The place of a scope, made as an empty object with whatever is missing on the way.
fn make<'v>(root: &'v mut Value, scope: &str) -> Option<&'v mut Value> {
    pointer(scope)
        .tokens()
        .iter()
        .try_fold(root, |at, token| match at {
            Value::Object(members) => {
                Some(members.entry(token).or_insert(Value::Object(Map::new())))
            }
            Value::Array(elements) if token == "0" || !token.starts_with(['0', '+']) => {
                elements.get_mut(token.parse::<usize>().ok()?)
            }
            _ => None,
        })
}

/// Applies patches to random scopes, one after the other, and compares after each.
fn compare(text: &str, random: &mut Random, spell: Option<fn(&Value) -> String>) {
    let mut plain = parse(text);
    let mut edited = document(text);
    for _ in 0..4 {
        let scope = plain::pointer(&plain, random);
        let below = plain.pointer(&scope).cloned();
        let as_plain = Plain::random(&below.clone().unwrap_or(json!({})), random);
        if spell.is_some() && !matches!(as_plain, Plain::Operations(_)) {
            continue;
        }
        let Some(patch) = as_plain.patch(random) else {
            continue;
        };
        let mut after = plain.clone();
        let is_possible = as_plain.apply_under(&mut after, &scope).is_some();
        let before = edited.to_text();
        let applied = edited.apply_under(&pointer(&scope), &patch);
        let new = edited.to_text();
        let story = format!("{scope}\n{patch:?}\n{before}\n{new}\n{applied:?}");
        assert_eq!(applied.is_ok(), is_possible, "{story}");
        assert_eq!(applied.unwrap_or_default(), new != before, "{story}");
        assert_eq!(edited.is_changed(), new != text, "{story}");
        assert_eq!(edited.len(), new.len(), "{story}");
        if is_possible {
            plain = after;
        }
        assert_eq!(parse(&new), plain, "{story}");
        let view = edited.at(&pointer(&scope)).unwrap();
        let seen = edited.get(&pointer(&scope)).unwrap();
        assert_eq!(view.is_absent(), seen.is_none(), "{story}");
        assert_eq!(seen, view.get(&Pointer::root()).unwrap(), "{story}");
        assert_eq!(view.len(), view.to_text().len(), "{story}");
        if below.is_some() {
            nothing_else_has_changed(&before, &new, &seen.unwrap(), &scope);
        }
        if let Some(spell) = spell {
            assert_eq!(new, spell(&plain), "{story}");
        }
    }
}

fn nothing_else_has_changed(before: &str, new: &str, below: &str, scope: &str) {
    let found = get(before.as_bytes(), &pointer(scope), &Limits::default());
    let old = found.unwrap().unwrap();
    let start = old.as_ptr().addr() - before.as_ptr().addr();
    let outside = (&before[..start], &before[start + old.len()..]);
    assert_eq!(
        new,
        format!("{}{below}{}", outside.0, outside.1),
        "{scope}\n{before}"
    );
}

#[test]
fn a_sub_document_is_changed_as_if_it_stood_alone() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let value = plain::value(random, 4);
        let text = plain::spelled(&value, random);
        compare(&text, random, None);
    }
}

#[test]
fn a_pretty_document_stays_as_pretty_as_a_fresh_one() {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap() + "\n";
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let text = pretty(&plain::value(random, 4));
        compare(&text, random, Some(pretty));
    }
}

#[test]
fn a_compact_document_stays_as_compact_as_a_fresh_one() {
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let text = plain::value(random, 4).to_string();
        compare(&text, random, Some(Value::to_string));
    }
}

/// Operations below the root of a value, most of which can be done, and the same with longer pointers.
fn below_the_root(value: &Value, scope: &str, random: &mut Random) -> [Vec<Value>; 2] {
    let mut after = value.clone();
    let mut lists = [vec![], vec![]];
    for _ in 0..12 {
        let operation = plain::operation(&after, random);
        let is_at_root = |member: &str| operation.get(member).is_some_and(|at| at == "");
        let mut then = after.clone();
        let is_possible = plain::apply(&mut then, &operation).is_some();
        if is_at_root("path") || is_at_root("from") || !is_possible && !random.one_in(8) {
            continue;
        }
        let mut longer = operation.clone();
        for member in ["path", "from"] {
            if let Some(Value::String(pointer)) = longer.get_mut(member) {
                pointer.insert_str(0, scope);
            }
        }
        lists[0].push(operation);
        lists[1].push(longer);
        after = then;
    }
    lists
}

#[test]
fn a_scope_gives_the_same_bytes_as_longer_pointers() {
    let mut compared = 0;
    for seed in 0..ROUNDS {
        let random = &mut Random::new(seed);
        let mut plain = plain::object(random, 5);
        let text = plain::spelled(&plain, random);
        let (mut scoped, mut whole) = (document(&text), document(&text));
        for _ in 0..3 {
            let scope = plain::pointer(&plain, random);
            let Some(below) = plain.pointer(&scope) else {
                continue;
            };
            let both = below_the_root(below, &scope, random);
            let both = both.map(|list| Patch::operations(&Value::from(list).to_string()));
            let [Ok(short), Ok(long)] = both else {
                continue;
            };
            let under = scoped.apply_under(&pointer(&scope), &short);
            assert_eq!(under.is_ok(), whole.apply(&long).is_ok());
            assert_eq!(
                scoped.to_text(),
                whole.to_text(),
                "{scope}\n{short:?}\n{text}"
            );
            compared += usize::from(under.unwrap_or_default());
            plain = parse(&whole.to_text());
        }
    }
    assert!(compared > 1000, "only {compared} changed anything");
}
