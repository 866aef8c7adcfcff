//! Is this text JSON? One pass over all of it, nothing built, no recursion.

use crate::json::trim;
use crate::limits::Limits;
use crate::source::{LastMark, Source, Spans};
use crate::syntax::{BYTE_ORDER_MARK, SyntaxError};

/// A text that is JSON.
pub(crate) struct Checked<'t> {
    /// All of the text.
    pub(crate) whole: &'t str,
    /// The text, without its byte order mark.
    pub(crate) source: Source<'t>,
    /// How many containers are open inside each other at the deepest place.
    pub(crate) depth: usize,
}

impl<'t> Checked<'t> {
    /// The text of the value, without white space around it.
    pub(crate) fn value(&self) -> &'t str {
        trim(self.source.text)
    }
}

/// Checks that the whole of `text` is one JSON text (RFC 8259) in UTF-8, nested no deeper than allowed.
pub(crate) fn check<'t>(text: &'t [u8], limits: &Limits) -> Result<Checked<'t>, SyntaxError> {
    let mark = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let whole = match simdutf8::basic::from_utf8(text) {
        Ok(utf8) => utf8,
        // It only says that something is wrong. The standard library says where.
        Err(_) => match str::from_utf8(text) {
            Ok(utf8) => utf8,
            Err(error) => return Err(not_utf8(text, error.valid_up_to())),
        },
    };
    let utf8 = &whole[mark..];
    let mut spans = Spans::with_room_for(utf8);
    match scan(utf8.as_bytes(), limits.depth, &mut spans) {
        Ok(depth) => Ok(Checked {
            whole,
            source: Source { text: utf8, spans },
            depth,
        }),
        Err(Wrong {
            at,
            what: What::TooDeep,
        }) => Err(SyntaxError::too_deep(text, mark + at, limits.depth)),
        Err(Wrong {
            at,
            what: What::Expected(what),
        }) => {
            let found = describe(utf8, at);
            let message = format!("expected {what}, found {found}");
            Err(SyntaxError::new(text, mark + at, message))
        }
    }
}

/// The spans of a text that was checked before, when they were not kept.
pub(crate) fn read_again(text: &str) -> Source<'_> {
    let mut spans = Spans::with_room_for(text);
    match scan(text.as_bytes(), usize::MAX, &mut spans) {
        Ok(_) => Source { text, spans },
        Err(_) => unreachable!("it was checked before"),
    }
}

fn not_utf8(text: &[u8], offset: usize) -> SyntaxError {
    let is_utf16 = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    let message = if is_utf16 {
        "this is UTF-16, and JSON has to be UTF-8: convert it first".to_owned()
    } else {
        format!("the byte 0x{:02x} is not part of valid UTF-8", text[offset])
    };
    SyntaxError::new(text, offset, message)
}

fn describe(text: &str, at: usize) -> String {
    match text[at..].chars().next() {
        None => "the end of the text".into(),
        Some(c) if c.is_control() || c == '\u{feff}' => format!("U+{:04X}", u32::from(c)),
        Some(c) => format!("`{c}`"),
    }
}

struct Wrong {
    at: usize,
    what: What,
}

enum What {
    Expected(&'static str),
    TooDeep,
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
fn scan(bytes: &[u8], limit: usize, spans: &mut Spans) -> Result<usize, Wrong> {
    let mut open: Vec<Open> = Vec::new();
    let mut deepest = 0;
    let mut at = skip_space(bytes, 0);
    loop {
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
                        inside.last_mark = spans.mark(at, inside.count, inside.last_mark);
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

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    let slice = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(slice.try_into().ok()?))
}

/// Where the white space that starts at `at` ends. Pretty documents are mostly indentation, so that goes
/// eight bytes at a time.
#[inline]
pub(crate) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
        while let Some(word) = eight(bytes, at) {
            let spaces = (word ^ (ONES * b' ' as u64)).trailing_zeros() / 8;
            at += spaces as usize;
            if spaces < 8 {
                break;
            }
        }
    }
}

/// Where, from `at` on, the next byte stands that a string cannot simply contain: a quote, a backslash
/// or a control character.
#[inline]
pub(crate) fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    // A byte of `word` is zero exactly where `word - ONES` borrows into its high bit (the classic trick;
    // it may mark too much behind the first hit, never before it). Bytes of 0x80 and more are plain.
    while let Some(word) = eight(bytes, at) {
        let quote = word ^ (ONES * b'"' as u64);
        let backslash = word ^ (ONES * b'\\' as u64);
        let hits = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let hits = hits & HIGHS;
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        at += 1;
    }
    at
}

/// How deep a value nests whose text was checked before.
pub(crate) fn depth(value: &str) -> usize {
    let bytes = value.as_bytes();
    let (mut at, mut open, mut deepest) = (0, 0usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = crate::split::string_end(bytes, at);
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
