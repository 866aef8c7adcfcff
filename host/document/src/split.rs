//! Finding the parts of a value in text that is known to be JSON.
//!
//! Everything here reads text that [`check`](crate::check) has accepted, and relies on it: brackets match,
//! strings end. It never indexes past the text even so.

use std::convert::Infallible;

use crate::meter::{Exceeded, Meter, STEP};
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
    /// The children of an object or array, whose text is without white space around it, from `at` on, which is behind the
    /// bracket or a comma.
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
        let step = self.step(|bytes, at| Ok::<_, Infallible>(container_end(bytes, at)));
        let Ok(part) = step;
        part.map(|(part, _)| part)
    }
}

impl<'t> Parts<'t> {
    /// The whole text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// A part of the text.
    pub(crate) fn slice(&self, (start, end): (usize, usize)) -> &'t str {
        &self.text[start..end]
    }

    /// The first two children, which show how all are laid out.
    pub(crate) fn first_two(&mut self, meter: &Meter) -> Result<[Option<Part>; 2], Exceeded> {
        let one = self.next_within(meter)?;
        let two = match one {
            Some(_) => self.next_within(meter)?,
            None => None,
        };
        Ok([one, two])
    }

    /// The next child. What is read of it is counted.
    #[inline]
    pub(crate) fn next_within(&mut self, meter: &Meter) -> Result<Option<Part>, Exceeded> {
        let step = self.step(|bytes, at| container_end_within(bytes, at, meter))?;
        let Some((part, counted)) = step else {
            return Ok(None);
        };
        meter.work(STEP + (part.end - part.start - counted) as u64)?;
        Ok(Some(part))
    }

    /// The next child, and how much of it was stepped over or has been counted.
    #[inline]
    fn step<E>(
        &mut self,
        container_end: impl FnOnce(&[u8], usize) -> Result<usize, E>,
    ) -> Result<Option<(Part, usize)>, E> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = skip_space(bytes, start);
        let mut name = (at, at);
        if matches!(bytes.get(at), None | Some(b']' | b'}')) {
            return Ok(None);
        }
        if self.is_object {
            name.1 = string_end(bytes, at);
            at = skip_space(bytes, name.1);
            at = skip_space(bytes, at + 1);
        }
        let mut counted = 0;
        let end = match bytes.get(at) {
            Some(b'"') => string_end(bytes, at),
            Some(b'{' | b'[') => {
                let end = match self.ends.end_of(at) {
                    Some(end) => end,
                    None => container_end(bytes, at)?,
                };
                counted = end - at;
                end
            }
            _ => scalar_end(bytes, at),
        };
        let value = (at, end);
        let end = skip_space(bytes, value.1);
        self.at = end + 1;
        let part = Part {
            start,
            name,
            value,
            end,
        };
        Ok(Some((part, counted)))
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
fn container_end(bytes: &[u8], at: usize) -> usize {
    let mut open = 0;
    closed(bytes, at, usize::MAX, &mut open)
}

/// The same, with what is read counted on the way.
fn container_end_within(bytes: &[u8], mut at: usize, meter: &Meter) -> Result<usize, Exceeded> {
    const STRETCH: usize = 32 << 10;
    let mut open = 0;
    loop {
        let start = at;
        at = closed(bytes, at, at.saturating_add(STRETCH), &mut open);
        meter.work((at - start) as u64)?;
        if open == 0 || at >= bytes.len() {
            return Ok(at);
        }
    }
}

/// Where the brackets that are open, and those that follow, are closed; or the first place from `pause` on.
#[inline]
fn closed(bytes: &[u8], mut at: usize, pause: usize, open: &mut usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        if at >= pause {
            return at;
        }
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => *open += 1,
            b'}' | b']' => {
                *open -= 1;
                if *open == 0 {
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
pub(crate) fn depth_within(value: &str, meter: &Meter) -> Result<usize, Exceeded> {
    const STRETCH: usize = 32 << 10;
    let bytes = value.as_bytes();
    let (mut at, mut open, mut deepest) = (0, 0usize, 0);
    let mut counted = 0;
    while let Some(byte) = bytes.get(at) {
        if at >= counted {
            let to = bytes.len().min(at + STRETCH);
            meter.work((to - counted) as u64)?;
            counted = to;
        }
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
            _ if open == 0 => break,
            _ => {}
        }
        at += 1;
    }
    meter.work(bytes.len().min(at).saturating_sub(counted) as u64)?;
    Ok(deepest)
}
