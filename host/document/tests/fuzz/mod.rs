//! What is fuzzed, as functions of the input: the fuzz targets call them with whatever they come up with,
//! the test `fuzz_corpus` with what is kept.

#![allow(dead_code, reason = "each fuzz target uses its own part of it")]

pub(crate) mod apply;
pub(crate) mod differ;
pub(crate) mod parse;
mod strict;

use amend_document::Pointer;
use serde_json::Value;

/// Two texts with a `%` between them.
fn halves(input: &[u8]) -> Option<(&[u8], &str)> {
    let middle = input.iter().position(|&byte| byte == b'%')?;
    let second = str::from_utf8(&input[middle + 1..]).ok()?;
    Some((&input[..middle], second))
}

/// An array of the value, of some kilobytes, and how many elements that takes.
fn many(value: &str) -> (String, usize) {
    let count = 3 + 6000 / (value.len() + 1);
    (format!("[{}]", vec![value; count].join(",")), count)
}

/// Some of the scalars in a value.
fn leaves(value: &Value) -> Vec<(Pointer, &Value)> {
    let mut leaves = Vec::new();
    let mut todo = vec![(Pointer::root(), value)];
    while let Some((at, value)) = todo.pop() {
        match value {
            _ if leaves.len() == 100 => break,
            Value::Array(elements) => {
                let child = |(index, element)| (at.child(format!("{index}")), element);
                todo.extend(elements.iter().enumerate().map(child));
            }
            Value::Object(members) => {
                let child = |(name, member): (&String, _)| (at.child(name), member);
                todo.extend(members.iter().map(child));
            }
            _ => leaves.push((at, value)),
        }
    }
    leaves
}
