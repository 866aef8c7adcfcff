//! JSON Merge Patches (RFC 7396) of many expensive members.

use super::shape::{DEEPEST, Shape, Variant};
use arbitrary::{Result, Unstructured};

/// A patch of about so many bytes for a document `{"a": value, "b": value}`.
pub(super) fn patch(
    shape: &Shape,
    elements: usize,
    size: usize,
    u: &mut Unstructured<'_>,
) -> Result<String> {
    let value = shape.text(shape.elements_of(size).min(elements * 2), Variant::any(u)?);
    Ok(match u.int_in_range(0..=4)? {
        0 => format!("{{\"a\":{value}}}"),
        1 => format!("{{\"a\":{value},\"b\":null,\"c\":{value}}}"),
        2 => value,
        3 => {
            // Each member makes or removes another one, on every level.
            let members: Vec<_> = (0..size / 24)
                .map(|index| format!("\"m{index}\":{{\"a\":{{\"b\":null}}}}"))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        _ => {
            let deep = u.int_in_range(1..=DEEPEST - shape.depth() + 1)?;
            let level = "{\"a\":".repeat(deep);
            let more = format!(",\"b\":{value}").repeat((size / (value.len() * deep)).min(1));
            format!("{level}null{}", format!("{more}}}").repeat(deep))
        }
    })
}
