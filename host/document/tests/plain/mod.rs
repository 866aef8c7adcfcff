//! The plain reading: RFC 6902 and RFC 7396 on `serde_json::Value`, as short as it can be written, and
//! random documents and patches to compare it with.

#![allow(dead_code, reason = "not every test uses all of it")]

use serde_json::{Map, Value, json};

/// A small generator of random numbers (xorshift), so that every failure can be seen again.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(crate) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

pub(crate) const NAMES: [&str; 8] = ["a", "b", "c", "", "~", "/", "é\"\\", "0"];

pub(crate) fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(random.one_in(2)),
        2 | 3 => json!(random.below(4)),
        4 => json!(random.pick(&[
            "",
            "x",
            "é\n\"\\",
            "a longer string, of more than sixteen bytes"
        ])),
        5 | 6 => (0..random.below(5))
            .map(|_| value(random, depth - 1))
            .collect(),
        _ => object(random, depth),
    }
}

pub(crate) fn object(random: &mut Random, depth: usize) -> Value {
    let mut members = Map::new();
    for _ in 0..random.below(5) {
        members.insert((*random.pick(&NAMES)).into(), value(random, depth - 1));
    }
    Value::Object(members)
}

/// A text of the value in which every string, number and gap is spelled at random.
pub(crate) fn spelled(value: &Value, random: &mut Random) -> String {
    let mut out = gap(random);
    match value {
        Value::Array(elements) => {
            out.push('[');
            for (number, element) in elements.iter().enumerate() {
                out.push_str(if number > 0 { "," } else { "" });
                out.push_str(&spelled(element, random));
            }
            out.push_str(&gap(random));
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (number, (name, member)) in members.iter().enumerate() {
                out.push_str(if number > 0 { "," } else { "" });
                out.push_str(&gap(random));
                out.push_str(&string(name, random));
                out.push_str(&gap(random));
                out.push(':');
                out.push_str(&spelled(member, random));
            }
            out.push_str(&gap(random));
            out.push('}');
        }
        Value::String(text) => out.push_str(&string(text, random)),
        other => out.push_str(&other.to_string()),
    }
    out.push_str(&gap(random));
    out
}

fn gap(random: &mut Random) -> String {
    (*random.pick(&["", "", "", " ", "\n  ", "\t", "\r\n", "          "])).into()
}

fn string(text: &str, random: &mut Random) -> String {
    if !random.one_in(4) {
        return json!(text).to_string();
    }
    let units: String = text
        .encode_utf16()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect();
    format!("\"{units}\"")
}

/// A pointer that mostly leads somewhere.
pub(crate) fn pointer(document: &Value, random: &mut Random) -> String {
    let (mut at, mut pointer) = (document, String::new());
    while !random.one_in(4) {
        let token = match at {
            Value::Array(elements) if random.one_in(6) => {
                (elements.len() + random.below(2)).to_string()
            }
            Value::Array(_) if random.one_in(8) => (*random.pick(&["-", "00", "x"])).to_string(),
            Value::Array(elements) => random.below(elements.len()).to_string(),
            _ => (*random.pick(&NAMES)).to_string(),
        };
        pointer.push('/');
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        match document.pointer(&pointer) {
            Some(value) => at = value,
            None => break,
        }
    }
    pointer
}

pub(crate) fn operation(document: &Value, random: &mut Random) -> Value {
    let path = pointer(document, random);
    match random.below(7) {
        0 | 1 => json!({"op": "add", "path": path, "value": value(random, 2)}),
        2 => json!({"op": "remove", "path": path}),
        3 => json!({"op": "replace", "path": path, "value": value(random, 2)}),
        4 => json!({"op": "move", "from": pointer(document, random), "path": path}),
        5 => json!({"op": "copy", "from": pointer(document, random), "path": path}),
        _ => match document.pointer(&path) {
            Some(value) if !random.one_in(4) => json!({"op": "test", "path": path, "value": value}),
            _ => json!({"op": "test", "path": path, "value": value(random, 1)}),
        },
    }
}

/// RFC 6902; `None` when an operation cannot be done.
pub(crate) fn apply(document: &mut Value, operation: &Value) -> Option<()> {
    let path = operation["path"].as_str()?;
    match operation["op"].as_str()? {
        "add" => add(document, path, operation["value"].clone()),
        "remove" => remove(document, path).map(|_| ()),
        "replace" => {
            *at(document, path)? = operation["value"].clone();
            Some(())
        }
        "move" => {
            let from = operation["from"].as_str()?;
            if from == path {
                return at(document, from).map(|_| ());
            }
            if path.starts_with(&format!("{from}/")) {
                return None;
            }
            let value = remove(document, from)?;
            add(document, path, value)
        }
        "copy" => {
            let value = at(document, operation["from"].as_str()?)?.clone();
            add(document, path, value)
        }
        _ => (*at(document, path)? == operation["value"]).then_some(()),
    }
}

fn at<'v>(document: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    document.pointer_mut(path)
}

fn split(path: &str) -> Option<(&str, String)> {
    let (parent, token) = path.rsplit_once('/')?;
    Some((parent, token.replace("~1", "/").replace("~0", "~")))
}

fn add(document: &mut Value, path: &str, value: Value) -> Option<()> {
    let Some((parent, token)) = split(path) else {
        *document = value;
        return Some(());
    };
    match at(document, parent)? {
        Value::Object(members) => {
            members.insert(token, value);
        }
        Value::Array(elements) if token == "-" => elements.push(value),
        Value::Array(elements) => {
            let index = index(&token).filter(|index| *index <= elements.len())?;
            elements.insert(index, value);
        }
        _ => return None,
    }
    Some(())
}

fn remove(document: &mut Value, path: &str) -> Option<Value> {
    let (parent, token) = split(path)?;
    match at(document, parent)? {
        Value::Object(members) => members.shift_remove(&token),
        Value::Array(elements) => {
            let index = index(&token).filter(|index| *index < elements.len())?;
            Some(elements.remove(index))
        }
        _ => None,
    }
}

fn index(token: &str) -> Option<usize> {
    (token == "0" || !token.starts_with(['0', '+'])).then(|| token.parse().ok())?
}

/// RFC 7396 section 2, word for word.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in patch {
        let Value::Object(members) = target else {
            return;
        };
        if value.is_null() {
            members.shift_remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}
