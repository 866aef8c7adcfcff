//! Documents that people publish, changed at random: the value is what the plain reading makes of it, and
//! everything but the touched place stays byte for byte.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod npm;
mod plain;

use amend_document::{Document, Json, Limits, Operations, Patch, Pointer};
use npm::Published;
use plain::Random;
use serde_json::{Value, json};
use similar::{Algorithm, DiffTag, capture_diff_slices};

#[test]
fn mime_db() {
    changed_at_random(&Published {
        package: "mime-db",
        version: "1.54.0",
        path: "db.json",
        sha512: "7af7f24eeb4f6d1e3f4ed9e1324cf43da3cf7e649608d8bb0c9fbcc1d273c1ef6b774cfb4454b82ec9560eca38b27dcae3dcc28160794c230c8463949e6ac1ea",
    });
}

#[test]
fn caniuse_db() {
    changed_at_random(&Published {
        package: "caniuse-db",
        version: "1.0.30001813",
        path: "data.json",
        sha512: "db827633bd48fedd611f149a62f668114c0dc2dac6310f8de3d7111f1dacabee2b852e6a2d1a402b1fcee5ef3c85ef6ae75baf9ba1957abe144692400a7fdabc",
    });
}

#[test]
fn browser_compat_data() {
    changed_at_random(&Published {
        package: "@mdn/browser-compat-data",
        version: "8.1.9",
        path: "data.json",
        sha512: "496f6475e8a43a8adb4fec4d3347a186a1c48ae272127bd767034b689e8e0325f25460f984e46600cf2b1dcf89a556fa34f00ef8d9d10190bec57b827fd4593d",
    });
}

/// npm publishes no `package-lock.json`, but a `npm-shrinkwrap.json`, which is the same under another name.
#[test]
fn the_lock_file_of_netlify_cli() {
    changed_at_random(&Published {
        package: "netlify-cli",
        version: "17.38.1",
        path: "npm-shrinkwrap.json",
        sha512: "945d111a1807bb409d1dec2a027f69b0fa7f7408218ac9e7d2773943afbfeeaca9fb75944f8327dcb1910d087fda20197d0ad238d10e37ee5a136d479ad0569c",
    });
}

fn changed_at_random(published: &Published) {
    let text = npm::document(published);
    let value: Value = serde_json::from_str(&text).unwrap();
    let random = &mut Random::new(text.len() as u64);
    one_after_the_other(&text, value.clone(), random);
    if !text.trim_end().contains('\n') {
        one_after_the_other(&pretty(&value), value, random);
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

/// How many bytes are read by the plain reading, all in all: what a test costs is about that.
const BUDGET: usize = 50 << 20;

/// Changes a document step by step, checks each step, and then checks that all steps in one list do the
/// same.
fn one_after_the_other(text: &str, mut value: Value, random: &mut Random) {
    let is_pretty = text == pretty(&value);
    let mut current = text.to_owned();
    let mut list = Operations::new();
    let steps = (BUDGET / text.len()).clamp(4, 120);
    for number in 0..steps {
        let step = Step::at_random(number, &value, random);
        let (next, operations) = step.run_on(&current);
        let what = &operations.to_string();
        for operation in serde_json::from_str::<Vec<Value>>(what).unwrap() {
            plain::apply(&mut value, &operation).unwrap();
        }
        assert!(parse(&next) == value, "another value than expected: {what}");
        list = step.added_to(list);
        current = next;
    }
    // White space may differ: an array that was emptied on the way has lost its layout for whoever reads
    // the text between two steps, and keeps it within a list.
    let at_once = apply(text, list);
    assert!(
        tokens(&at_once) == tokens(&current),
        "a list gives another text"
    );
    if is_pretty {
        assert!(current == pretty(&value), "not as a fresh one would be");
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn apply(text: &str, operations: Operations) -> String {
    let mut document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
    document.apply(&Patch::Operations(operations)).unwrap();
    document.to_text()
}

/// A text without its white space, be it layout or not: for comparing two texts.
fn tokens(text: &str) -> String {
    text.replace([' ', '\n'], "")
}

fn text_at<'t>(text: &'t str, at: &Pointer) -> &'t str {
    amend_document::get(text.as_bytes(), at, &Limits::default())
        .unwrap()
        .unwrap()
}

#[derive(Debug)]
enum Step {
    Set { path: Pointer, value: Json },
    Add { path: Pointer, value: Json },
    Remove { path: Pointer },
    Move { from: Pointer, path: Pointer },
}

impl Step {
    /// The kinds take turns, so that the largest document, which gets the fewest steps, sees all of them.
    fn at_random(number: usize, document: &Value, random: &mut Random) -> Step {
        let value = Json::parse(new_value(random).to_string()).unwrap();
        match number % 4 {
            0 => Step::Set {
                path: present(document, random, Value::is_string),
                value: Json::parse("-5.5").unwrap(),
            },
            1 => Step::Add {
                path: absent(document, random),
                value,
            },
            2 => Step::Remove {
                path: present(document, random, is_small),
            },
            _ => loop {
                // A container is indented anew where it goes.
                let is_wanted = |value: &Value| {
                    is_small(value) && (number % 8 == 7 || value.is_object() || value.is_array())
                };
                let from = present(document, random, is_wanted);
                let path = absent(document, random);
                // What is removed first must not move the place that it goes to.
                let (parent, _) = split(&from);
                if !parent.is_prefix_of(&path) {
                    return Step::Move { from, path };
                }
            },
        }
    }

    fn added_to(&self, list: Operations) -> Operations {
        match self {
            Step::Set { path, value } => list.set(path.clone(), value.clone()),
            Step::Add { path, value } => list.add(path.clone(), value.clone()),
            Step::Remove { path } => list.remove(path.clone()),
            Step::Move { from, path } => list.move_(from.clone(), path.clone()),
        }
    }

    /// The text after this step, checked byte by byte and line by line, and the step as it is written.
    fn run_on(&self, old: &str) -> (String, Operations) {
        let operations = self.added_to(Operations::new());
        let new = apply(old, operations.clone());
        match self {
            Step::Set { path, value } => {
                let before = text_at(old, path);
                let start = before.as_ptr().addr() - old.as_ptr().addr();
                let behind = &old[start + before.len()..];
                assert!(
                    new == format!("{}{value}{behind}", &old[..start]),
                    "{self:?}"
                );
                assert_eq!(lines(old, &new), (1, 1), "{self:?}");
                // `set` replaces an array's element and is written as an `add`.
                return (new, Operations::new().replace(path.clone(), value.clone()));
            }
            Step::Add { path, .. } => check_addition(old, &new, path),
            Step::Remove { path } => check_addition(&new, old, path),
            Step::Move { from, path } => {
                let between = apply(old, Operations::new().remove(from.clone()));
                check_addition(&between, old, from);
                check_addition(&between, &new, path);
                assert_eq!(tokens(text_at(old, from)), tokens(text_at(&new, path)));
            }
        }
        (new, operations)
    }
}

/// That `with` is `without` and one child more, in one place, and with no other lines than those of the
/// child and the one that gets a comma.
fn check_addition(without: &str, with: &str, path: &Pointer) {
    let child = text_at(with, path);
    let grown = with.len() - without.len();
    let same = |a: &str, b: &str, backwards: bool| {
        let (a, b) = (a.bytes(), b.bytes());
        if backwards {
            a.rev().zip(b.rev()).take_while(|(a, b)| a == b).count()
        } else {
            a.zip(b).take_while(|(a, b)| a == b).count()
        }
    };
    // Where the first and the last byte of what is more can be; they differ when a comma or a quote can
    // be counted to the one child or to the other.
    let last = same(without, with, false);
    let first = without.len() - same(without, with, true);
    assert!(first <= last, "{path}: more than one place has changed");
    let (parent, token) = split(path);
    let is_object = text_at(with, &parent).starts_with('{');
    let is_the_child = |start: usize| {
        let Some(more) = with.get(start..start + grown) else {
            return false;
        };
        let more = more
            .trim()
            .trim_start_matches(',')
            .trim_end_matches(',')
            .trim();
        let alone = if is_object {
            format!("{{{more}}}")
        } else {
            format!("[{more}]")
        };
        let Ok(alone) = serde_json::from_str::<Value>(&alone) else {
            return false;
        };
        let child: Value = parse(child);
        alone == json!([child]) || alone == json!({token: child})
    };
    assert!(
        (first..=last).any(is_the_child),
        "{path}: more than the child has changed"
    );

    if with.trim_end().contains('\n') && without.contains('\n') {
        let (removed, added) = lines(without, with);
        let own = child.lines().count();
        let is_on_one_line = !text_at(with, &parent).contains('\n');
        // The line of the neighbour that gets a comma; that of an empty parent, which becomes two.
        let around = match text_at(without, &parent) {
            _ if is_on_one_line => (1, 1),
            "{}" | "[]" => (1, own + 2),
            _ => (1, own + 1),
        };
        assert!(
            (removed, added) == around || (!is_on_one_line && (removed, added) == (0, own)),
            "{path}: {removed} lines for {added}, and the child has {own}",
        );
    }
}

/// How many lines are only in the one, and how many only in the other, as `git diff --numstat` has it.
fn lines(old: &str, new: &str) -> (usize, usize) {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let (mut removed, mut added) = (0, 0);
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if operation.tag() != DiffTag::Equal {
            removed += operation.old_range().len();
            added += operation.new_range().len();
        }
    }
    (removed, added)
}

fn new_value(random: &mut Random) -> Value {
    let values = [
        json!(1.5),
        json!("new"),
        json!([]),
        json!({"name": "new", "list": [1, [], {"x": null}]}),
        json!([true, "é\"\\"]),
    ];
    random.pick(&values).clone()
}

fn split(path: &Pointer) -> (Pointer, &str) {
    let (last, parent) = path.tokens().split_last().unwrap();
    (parent.iter().cloned().collect(), last)
}

/// A pointer to some value that is there, and is as asked for.
fn present(document: &Value, random: &mut Random, is_wanted: impl Fn(&Value) -> bool) -> Pointer {
    loop {
        let (pointer, value) = walk(document, random);
        if !pointer.is_root() && is_wanted(value) {
            return pointer;
        }
    }
}

/// A pointer to where something can be added: the name of no member, or a place between elements.
fn absent(document: &Value, random: &mut Random) -> Pointer {
    loop {
        match walk(document, random) {
            (pointer, Value::Object(members)) if !members.contains_key("a new / name") => {
                return pointer.child("a new / name");
            }
            (pointer, Value::Array(elements)) => {
                return pointer.child(random.below(elements.len() + 1).to_string());
            }
            _ => {}
        }
    }
}

/// Whether a document that loses the value is still worth changing.
fn is_small(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.len() < 20,
        Value::Array(elements) => elements.len() < 20,
        _ => true,
    }
}

/// Goes down at random, and stops on the way one time in four.
fn walk<'v>(document: &'v Value, random: &mut Random) -> (Pointer, &'v Value) {
    let (mut pointer, mut value) = (Pointer::root(), document);
    loop {
        let (token, child) = match value {
            Value::Object(members) if !members.is_empty() => {
                let (name, member) = members.iter().nth(random.below(members.len())).unwrap();
                (name.clone(), member)
            }
            Value::Array(elements) if !elements.is_empty() => {
                let index = random.below(elements.len());
                (index.to_string(), &elements[index])
            }
            _ => return (pointer, value),
        };
        (pointer, value) = (pointer.child(token), child);
        if random.one_in(4) {
            return (pointer, value);
        }
    }
}
