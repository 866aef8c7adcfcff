//! A document, and an answer to it.

use super::merges;
use super::operations;
use super::shape::{Shape, Variant};
use crate::fuzzed::mutated;
use arbitrary::{Result, Unstructured};

/// Which kind of patch an answer is, as the contract numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `operations`.
    Operations = 0,
    /// `merge`.
    Merge = 1,
    /// `replace`.
    Replace = 2,
}

/// A document, and the answer of a guest to it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The document's text.
    pub document: String,
    /// The kind of the patch.
    pub kind: Kind,
    /// The patch's text, which is JSON. It is not always a patch.
    pub patch: String,
}

impl Answer {
    pub(super) fn any(u: &mut Unstructured<'_>) -> Result<Answer> {
        let shape = Shape::any(u)?;
        let elements = shape.elements_of(1 << u.int_in_range(6..=20)?);
        let size = 1 << u.int_in_range(8..=22)?;
        let kind = *u.choose(&[
            Kind::Operations,
            Kind::Operations,
            Kind::Merge,
            Kind::Replace,
        ])?;
        let value = |variant| shape.text(elements, variant);
        let document = match kind {
            Kind::Replace if u.ratio(1, 2)? => value(Variant::Same),
            _ => {
                let (a, b) = (value(Variant::Same), value(Variant::any(u)?));
                format!("{{\"a\": {a},\n  \"b\": {b}}}\n")
            }
        };
        let patch = match kind {
            Kind::Operations => operations::patch(&shape, elements, size, u)?,
            Kind::Merge => merges::patch(&shape, elements, size, u)?,
            Kind::Replace => {
                shape.text(shape.elements_of(size).min(elements * 2), Variant::any(u)?)
            }
        };
        Ok(Answer {
            document,
            kind,
            patch: nearly(patch, u)?,
        })
    }
}

/// Changes a few bytes, one time in eight. If the result is not JSON, the patch stays as it was: a guest's arguments are JSON.
fn nearly(patch: String, u: &mut Unstructured<'_>) -> Result<String> {
    if !u.ratio(1, 8)? {
        return Ok(patch);
    }
    let changed = mutated::bytes(patch.as_bytes(), u);
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&changed).is_ok();
    Ok(match String::from_utf8(changed) {
        Ok(changed) if is_json => changed,
        _ => patch,
    })
}
