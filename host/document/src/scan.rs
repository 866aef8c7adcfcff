//! The grammar of JSON: one pass over a text, nothing built, no recursion.

use crate::meter::{Exceeded, Meter};
use crate::skip::{skip_plain, skip_space};
use crate::source::{LastMark, Spans};

/// Where a text is not JSON.
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) what: What,
}

pub(crate) enum What {
    Expected(&'static str),
    TooDeep,
    Exceeded(Exceeded),
}

fn expected<T>(at: usize, what: &'static str) -> Result<T, Wrong> {
    Err(Wrong {
        at,
        what: What::Expected(what),
    })
}

/// Reads one JSON text; answers how deep it nests. What is open stands in a list and not on the stack,
/// so that depth is a limit that is chosen and not one that is hit.
///
/// The position is handed from function to function, rather than kept in a struct, so that it stays in
/// a register: this is where a large document spends its time.
pub(crate) fn scan(
    bytes: &[u8],
    limit: usize,
    spans: &mut Spans,
    meter: &Meter,
) -> Result<usize, Wrong> {
    let count = |from: usize, to: usize| {
        let wrong = |exceeded| Wrong {
            at: from,
            what: What::Exceeded(exceeded),
        };
        meter.work((to - from) as u64).map_err(wrong)
    };
    let mut counted = bytes.len().min(STRETCH);
    count(0, counted)?;
    let mut open: Vec<Open> = Vec::new();
    let mut deepest = 0;
    let mut at = skip_space(bytes, 0);
    loop {
        if at > counted {
            let to = bytes.len().min(at + STRETCH);
            count(counted, to)?;
            counted = to;
        }
        // At the start of a value.
        at = match bytes.get(at) {
            Some(b'"') => string(bytes, at)?,
            Some(&bracket @ (b'{' | b'[')) => {
                if open.len() == limit {
                    return Err(Wrong {
                        at,
                        what: What::TooDeep,
                    });
                }
                deepest = deepest.max(open.len() + 1);
                let start = at;
                // In ASCII each closing bracket stands two after its opening one.
                let close = bracket + 2;
                at = skip_space(bytes, at + 1);
                if bytes.get(at) == Some(&close) {
                    at + 1
                } else {
                    open.push(Open {
                        close,
                        span: spans.open(start),
                        run: start as u32,
                        count: 0,
                        last_mark: 0,
                    });
                    if close == b'}' {
                        at = name(bytes, at, "a member name or `}`")?;
                    }
                    continue;
                }
            }
            Some(b'-' | b'0'..=b'9') => number(bytes, at)?,
            Some(b't') => literal(bytes, at, b"true", "`true`")?,
            Some(b'f') => literal(bytes, at, b"false", "`false`")?,
            Some(b'n') => literal(bytes, at, b"null", "`null`")?,
            _ => return expected(at, "a JSON value"),
        };
        // Behind a value: what closes, closes.
        loop {
            at = skip_space(bytes, at);
            let Some(inside) = open.last_mut() else {
                let is_end = at == bytes.len();
                return if is_end {
                    count(counted, bytes.len())?;
                    Ok(deepest)
                } else {
                    expected(at, "the end of the text")
                };
            };
            let close = inside.close;
            match bytes.get(at) {
                Some(b',') => {
                    inside.count += 1;
                    if (at as u32).wrapping_sub(inside.run) >= RUN {
                        inside.run = at as u32;
                        inside.last_mark =
                            spans.mark(inside.span, at, inside.count, inside.last_mark);
                    }
                    at = skip_space(bytes, at + 1);
                    if close == b'}' {
                        at = name(bytes, at, "a member name after `,`")?;
                    }
                    break;
                }
                Some(&byte) if byte == close => {
                    at += 1;
                    spans.close(inside.span, at, inside.last_mark);
                    open.pop();
                }
                _ if close == b'}' => return expected(at, "`,` or `}`"),
                _ => return expected(at, "`,` or `]`"),
            }
        }
    }
}

/// So much of the text is counted at a time.
const STRETCH: usize = 32 << 10;

/// A container that has been opened.
struct Open {
    /// What closes it.
    close: u8,
    /// The number of its span.
    span: u32,
    /// Where its last mark is, or else its start. In a text for which this is too small, there are no
    /// marks.
    run: u32,
    /// How many commas it has so far.
    count: u32,
    last_mark: LastMark,
}

/// From one mark to the next it is at least this far.
const RUN: u32 = 1024;

/// A member's name and its colon; answers where its value starts.
#[inline]
fn name(bytes: &[u8], at: usize, what: &'static str) -> Result<usize, Wrong> {
    if bytes.get(at) != Some(&b'"') {
        return expected(at, what);
    }
    let at = skip_space(bytes, string(bytes, at)?);
    if bytes.get(at) != Some(&b':') {
        return expected(at, "`:`");
    }
    Ok(skip_space(bytes, at + 1))
}

#[inline]
fn string(bytes: &[u8], at: usize) -> Result<usize, Wrong> {
    let mut at = at + 1;
    loop {
        at = skip_plain(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(bytes, at)?,
            Some(0..0x20) => {
                return expected(
                    at,
                    "a character of a string (control characters are escaped)",
                );
            }
            _ => return expected(at, "`\"` to end the string"),
        }
    }
}

/// RFC 8259 section 7. A `\u` escape of half a surrogate pair is allowed by its grammar.
fn escape(bytes: &[u8], at: usize) -> Result<usize, Wrong> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let digit = |&at: &usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
            match (at + 2..at + 6).find(|at| !digit(at)) {
                None => Ok(at + 6),
                Some(at) => expected(at, "four hexadecimal digits after `\\u`"),
            }
        }
        _ => expected(at + 1, "one of `\"\\/bfnrtu` after `\\`"),
    }
}

/// RFC 8259 section 6.
#[inline]
fn number(bytes: &[u8], mut at: usize) -> Result<usize, Wrong> {
    at += usize::from(bytes.get(at) == Some(&b'-'));
    at = match bytes.get(at) {
        Some(b'0') => at + 1,
        Some(b'1'..=b'9') => digits(bytes, at, "a digit")?,
        _ => return expected(at, "a digit after `-`"),
    };
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1, "a digit after the decimal point")?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = digits(bytes, at, "a digit of the exponent")?;
    }
    Ok(at)
}

#[inline]
fn digits(bytes: &[u8], start: usize, what: &'static str) -> Result<usize, Wrong> {
    let mut at = start;
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    if at == start {
        expected(at, what)
    } else {
        Ok(at)
    }
}

#[inline]
fn literal(bytes: &[u8], at: usize, literal: &[u8], what: &'static str) -> Result<usize, Wrong> {
    if bytes[at..].starts_with(literal) {
        Ok(at + literal.len())
    } else {
        expected(at, what)
    }
}
