//! Whether a text is JSON, and if not, why.

use crate::error::ReadError;
use crate::json::trim;
use crate::limits::Limits;
use crate::meter::{ALLOCATION, BLOCK, Exceeded, Meter};
use crate::scan::{What, Wrong, scan};
use crate::source::{Source, Spans};
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

/// How long a text is for which it is worth to find out what the processor can do. A process asks once, and on a virtual
/// machine each of the questions is one to its host: tens of microseconds together, in which the standard library checks
/// some ten thousand bytes.
const WORTH_ASKING: usize = 8 << 10;

/// Checks that the whole of `text` is one JSON text (RFC 8259) in UTF-8, nested no deeper than allowed.
pub(crate) fn check<'t>(
    text: &'t [u8],
    limits: &Limits,
    meter: &Meter,
) -> Result<Checked<'t>, ReadError> {
    meter.work(ALLOCATION + text.len() as u64 / BLOCK)?;
    let mark = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let fast = if text.len() < WORTH_ASKING {
        None
    } else {
        simdutf8::basic::from_utf8(text).ok()
    };
    let whole = match fast {
        Some(utf8) => utf8,
        // The fast one only says that something is wrong. The standard library says where.
        None => match str::from_utf8(text) {
            Ok(utf8) => utf8,
            Err(error) => return Err(not_utf8(text, error.valid_up_to()).into()),
        },
    };
    let utf8 = &whole[mark..];
    let mut scratch = meter.scratch();
    meter.hold(Spans::most_memory(utf8.len()))?;
    let mut spans = Spans::with_room_for(utf8);
    match scan(utf8.as_bytes(), limits.depth, &mut spans, meter) {
        Ok(depth) => {
            scratch.keep(spans.memory());
            Ok(Checked {
                whole,
                source: Source { text: utf8, spans },
                depth,
            })
        }
        Err(Wrong {
            what: What::Exceeded(exceeded),
            ..
        }) => Err(exceeded.into()),
        Err(Wrong {
            at,
            what: What::TooDeep,
        }) => Err(SyntaxError::too_deep(text, mark + at, limits.depth).into()),
        Err(Wrong {
            at,
            what: What::Expected(what),
        }) => {
            let found = describe(utf8, at);
            let message = format!("expected {what}, found {found}");
            Err(SyntaxError::new(text, mark + at, message).into())
        }
    }
}

/// The spans of a text that was checked before, when they were not kept.
pub(crate) fn read_again<'t>(text: &'t str, meter: &Meter) -> Result<Source<'t>, Exceeded> {
    let mut scratch = meter.scratch();
    meter.hold(Spans::most_memory(text.len()))?;
    let mut spans = Spans::with_room_for(text);
    match scan(text.as_bytes(), usize::MAX, &mut spans, meter) {
        Ok(_) => {
            scratch.keep(spans.memory());
            Ok(Source { text, spans })
        }
        Err(Wrong {
            what: What::Exceeded(exceeded),
            ..
        }) => Err(exceeded),
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
