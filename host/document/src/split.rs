//! Finding the parts of a value in text that is known to be JSON.
//!
//! Everything here reads text that [`check`](crate::check) has accepted, and relies on it: brackets match,
//! strings end. It never indexes past the text even so.

use crate::skip::{skip_plain, skip_space};
use crate::source::Ends;

/// What kind of value a text is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    Literal,
}

/// The kind of the value whose text this is, without white space around it.
pub(crate) fn kind(value: &str) -> Kind {
    match value.as_bytes().first() {
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::String,
        Some(b'-' | b'0'..=b'9') => Kind::Number,
        _ => Kind::Literal,
    }
}

/// One child of a container as it stands between two separators: white space, a member's name with its
/// colon, the value, white space. All are offsets into the container's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Just behind the opening bracket or the comma.
    pub(crate) start: usize,
    /// The member's name with its quotes; empty in an array.
    pub(crate) name: (usize, usize),
    pub(crate) value: (usize, usize),
    /// At the comma or the closing bracket.
    pub(crate) end: usize,
}

/// The children of a container, in order.
pub(crate) struct Parts<'t> {
    text: &'t str,
    at: usize,
    is_object: bool,
    /// Steps over children whose ends are known.
    ends: Ends<'t>,
}

impl<'t> Parts<'t> {
    /// The children of the object or array whose text, without white space around it, this is. All of
    /// them are read; [`Source::parts`](crate::source::Source::parts) knows better.
    pub(crate) fn of(text: &'t str) -> Parts<'t> {
        Parts::with(text, 1, Ends::default())
    }

    /// Those from `at` on, which is behind the bracket or a comma.
    pub(crate) fn with(text: &'t str, at: usize, ends: Ends<'t>) -> Parts<'t> {
        Parts {
            text,
            at,
            is_object: kind(text) == Kind::Object,
            ends,
        }
    }

    /// The children in a run of them: what stands between two brackets, or a stretch of it from behind
    /// one separator up to another.
    pub(crate) fn within(run: &'t str, is_object: bool) -> Parts<'t> {
        Parts {
            text: run,
            at: 0,
            is_object,
            ends: Ends::default(),
        }
    }
}

impl Iterator for Parts<'_> {
    type Item = Part;

    #[inline]
    fn next(&mut self) -> Option<Part> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = skip_space(bytes, start);
        let mut name = (at, at);
        if matches!(bytes.get(at), None | Some(b']' | b'}')) {
            return None;
        }
        if self.is_object {
            name.1 = string_end(bytes, at);
            at = skip_space(bytes, name.1);
            at = skip_space(bytes, at + 1);
        }
        let end = match bytes.get(at) {
            Some(b'"') => string_end(bytes, at),
            Some(b'{' | b'[') => self
                .ends
                .end_of(at)
                .unwrap_or_else(|| container_end(bytes, at)),
            _ => scalar_end(bytes, at),
        };
        let value = (at, end);
        let end = skip_space(bytes, value.1);
        self.at = end + 1;
        Some(Part {
            start,
            name,
            value,
            end,
        })
    }
}

#[inline]
pub(crate) fn scalar_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))
    {
        at += 1;
    }
    at
}

/// Where the string that starts at `at` ends, behind its quote.
#[inline]
pub(crate) fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        at = skip_plain(bytes, at);
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            _ => return bytes.len(),
        }
    }
}

/// Brackets are only counted: in text that was checked they match, so their kinds do not matter.
fn container_end(bytes: &[u8], mut at: usize) -> usize {
    let mut open = 0usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' => {
                open -= 1;
                if open == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// How deep a value nests whose text was checked before.
pub(crate) fn depth(value: &str) -> usize {
    let bytes = value.as_bytes();
    let (mut at, mut open, mut deepest) = (0, 0usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => {
                open += 1;
                deepest = deepest.max(open);
            }
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    deepest
}
