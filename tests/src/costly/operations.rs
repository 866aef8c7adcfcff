//! JSON Patches (RFC 6902) of many expensive operations.

use super::shape::{Shape, Variant};
use arbitrary::{Result, Unstructured};

/// Operations on a document `{"a": value, "b": value}`. `{i}` is the number of the round, `{end}` an element's pointer
/// in `a`, and `{value}` a value.
const ROUNDS: [&str; 20] = [
    r#"{"op":"copy","from":"/a","path":"/x"},{"op":"remove","path":"/x"}"#,
    r#"{"op":"copy","from":"/a","path":"/x{i}"}"#,
    r#"{"op":"copy","from":"","path":"/x"}"#,
    r#"{"op":"copy","from":"","path":"/x{i}"}"#,
    r#"{"op":"copy","from":"/a","path":"/a/0"}"#,
    r#"{"op":"copy","from":"/a{end}","path":"/a/-"}"#,
    r#"{"op":"move","from":"/a/0","path":"/a/-"}"#,
    r#"{"op":"move","from":"/a{end}","path":"/a/0"}"#,
    r#"{"op":"move","from":"/a","path":"/b"},{"op":"move","from":"/b","path":"/a"}"#,
    r#"{"op":"add","path":"/a/0","value":{i}}"#,
    r#"{"op":"add","path":"/a/0","value":{i}},{"op":"remove","path":"/a/0"}"#,
    r#"{"op":"add","path":"/m{i}","value":[]}"#,
    r#"{"op":"add","path":"/a/m{i}","value":{i}},{"op":"test","path":"/a/m{i}","value":{i}}"#,
    r#"{"op":"remove","path":"/a{end}"},{"op":"add","path":"/a{end}","value":{i}}"#,
    r#"{"op":"replace","path":"/a{end}","value":{i}}"#,
    r#"{"op":"replace","path":"","value":{"a":{i},"b":{value}}}"#,
    r#"{"op":"replace","path":"/a","value":{value}}"#,
    r#"{"op":"test","path":"/a","value":{value}}"#,
    r#"{"op":"test","path":"/a{end}","value":{i}}"#,
    r#"{"op":"add","path":"/b/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/{i}","value":0}"#,
];

/// A patch of about so many bytes at the most.
pub(super) fn patch(
    shape: &Shape,
    elements: usize,
    size: usize,
    u: &mut Unstructured<'_>,
) -> Result<String> {
    let value = shape.text(elements, Variant::any(u)?);
    let rounds = [*u.choose(&ROUNDS)?, *u.choose(&ROUNDS)?];
    let rounds = &rounds[..u.int_in_range(1..=2)?];
    let end = shape.pointer(elements - 1);
    let mut patch = String::from("[");
    let mut index = 0;
    while index == 0 || patch.len() < size {
        if index > 0 {
            patch.push(',');
        }
        let round = rounds[index % rounds.len()];
        let round = round.replace("{i}", &index.to_string());
        patch.push_str(&round.replace("{end}", &end).replace("{value}", &value));
        index += 1;
    }
    patch.push(']');
    Ok(patch)
}
