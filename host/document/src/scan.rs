//! Is this text JSON? One pass over all of it, nothing built, no recursion.

use crate::limits::Limits;
use crate::syntax::{BYTE_ORDER_MARK, SyntaxError};

/// A text that is JSON.
pub(crate) struct Checked<'t> {
    /// All of the text.
    pub(crate) whole: &'t str,
    /// The text, without its byte order mark.
    pub(crate) text: &'t str,
    /// How many containers are open inside each other at the deepest place.
    pub(crate) depth: usize,
}

/// Checks that the whole of `text` is one JSON text (RFC 8259) in UTF-8, nested no deeper than allowed.
pub(crate) fn check<'t>(text: &'t [u8], limits: &Limits) -> Result<Checked<'t>, SyntaxError> {
    let mark = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let whole = match str::from_utf8(text) {
        Ok(utf8) => utf8,
        Err(error) => return Err(not_utf8(text, error.valid_up_to())),
    };
    let utf8 = &whole[mark..];
    let mut scanner = Scanner {
        bytes: utf8.as_bytes(),
        at: 0,
        open: Vec::new(),
        depth: 0,
    };
    match scanner.run(limits.depth) {
        Ok(()) => Ok(Checked {
            whole,
            text: utf8,
            depth: scanner.depth,
        }),
        Err(Wrong::TooDeep) => Err(SyntaxError::too_deep(text, mark + scanner.at, limits.depth)),
        Err(Wrong::Expected(what)) => {
            let found = describe(utf8, scanner.at);
            Err(SyntaxError::new(
                text,
                mark + scanner.at,
                format!("expected {what}, found {found}"),
            ))
        }
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

enum Wrong {
    Expected(&'static str),
    TooDeep,
}

use Wrong::Expected;

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The closing brackets of what is open, one bit of information each: a byte a level, whatever the
    /// depth, and never a frame of the stack.
    open: Vec<u8>,
    depth: usize,
}

impl Scanner<'_> {
    fn run(&mut self, limit: usize) -> Result<(), Wrong> {
        self.space();
        if self.at == self.bytes.len() {
            return Err(Expected("a JSON value"));
        }
        loop {
            // At the start of a value.
            match self.peek() {
                Some(b'"') => self.string()?,
                Some(open @ (b'{' | b'[')) => {
                    if self.open.len() == limit {
                        return Err(Wrong::TooDeep);
                    }
                    // In ASCII each closing bracket stands two after its opening one.
                    let close = open + 2;
                    self.at += 1;
                    self.open.push(close);
                    self.depth = self.depth.max(self.open.len());
                    self.space();
                    if self.peek() == Some(close) {
                        self.at += 1;
                        self.open.pop();
                    } else {
                        if close == b'}' {
                            self.name("a member name or `}`")?;
                        }
                        continue;
                    }
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.literal(b"true", "`true`")?,
                Some(b'f') => self.literal(b"false", "`false`")?,
                Some(b'n') => self.literal(b"null", "`null`")?,
                _ => return Err(Expected("a JSON value")),
            }
            // Behind a value: what closes, closes, until another value follows.
            loop {
                self.space();
                let Some(&close) = self.open.last() else {
                    let at_end = self.at == self.bytes.len();
                    return if at_end {
                        Ok(())
                    } else {
                        Err(Expected("the end of the text"))
                    };
                };
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        self.space();
                        if close == b'}' {
                            self.name("a member name after `,`")?;
                        }
                        break;
                    }
                    Some(byte) if byte == close => {
                        self.at += 1;
                        self.open.pop();
                    }
                    _ if close == b'}' => return Err(Expected("`,` or `}`")),
                    _ => return Err(Expected("`,` or `]`")),
                }
            }
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        self.at = skip_space(self.bytes, self.at);
    }

    #[inline]
    fn name(&mut self, what: &'static str) -> Result<(), Wrong> {
        if self.peek() != Some(b'"') {
            return Err(Expected(what));
        }
        self.string()?;
        self.space();
        if self.peek() != Some(b':') {
            return Err(Expected("`:`"));
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    #[inline]
    fn string(&mut self) -> Result<(), Wrong> {
        self.at += 1;
        loop {
            self.at = skip_plain(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0..0x20) => {
                    return Err(Expected(
                        "a character of a string (control characters are escaped)",
                    ));
                }
                _ => return Err(Expected("`\"` to end the string")),
            }
        }
    }

    /// RFC 8259 section 7. A `\u` escape of half a surrogate pair is allowed by its grammar.
    fn escape(&mut self) -> Result<(), Wrong> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                for _ in 0..4 {
                    self.at += 1;
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(Expected("four hexadecimal digits after `\\u`"));
                    }
                }
                self.at += 1;
            }
            _ => return Err(Expected("one of `\"\\/bfnrtu` after `\\`")),
        }
        Ok(())
    }

    /// RFC 8259 section 6.
    #[inline]
    fn number(&mut self) -> Result<(), Wrong> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits("a digit")?,
            _ => return Err(Expected("a digit after `-`")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("a digit after the decimal point")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits("a digit of the exponent")?;
        }
        Ok(())
    }

    #[inline]
    fn digits(&mut self, what: &'static str) -> Result<(), Wrong> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            Err(Expected(what))
        } else {
            Ok(())
        }
    }

    #[inline]
    fn literal(&mut self, literal: &'static [u8], what: &'static str) -> Result<(), Wrong> {
        if !self.bytes[self.at..].starts_with(literal) {
            return Err(Expected(what));
        }
        self.at += literal.len();
        Ok(())
    }
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    let slice = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(slice.try_into().ok()?))
}

/// Where the white space that starts at `at` ends. Pretty documents are mostly this, so it goes eight
/// bytes at a time through indentation.
#[inline]
pub(crate) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ') => {
                at += 1;
                while eight(bytes, at) == Some(ONES * b' ' as u64) {
                    at += 8;
                }
            }
            Some(b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
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
