//! Between a string and the way it is written in JSON.

use std::borrow::Cow;

use crate::skip::skip_plain;

/// What a string means, given the way it is written, quotes included.
///
/// The answer is UTF-8 except for lone surrogates, which RFC 8259 section 8.2 lets a text contain and
/// which have no UTF-8: they come out the way UTF-8 would write them if it could ("WTF-8"), so that two
/// strings are equal exactly when these bytes are.
pub(crate) fn decode(written: &str) -> Cow<'_, [u8]> {
    let inner = &written.as_bytes()[1..written.len() - 1];
    let first = skip_plain(inner, 0);
    if first == inner.len() {
        return Cow::Borrowed(inner);
    }
    // An escape is longer than what it means.
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    loop {
        let (plain, behind) = rest.split_at(skip_plain(rest, 0));
        out.extend_from_slice(plain);
        // Without its quotes, a string has nothing but escapes that is not plain.
        let Some((_, behind)) = behind.split_first() else {
            break;
        };
        rest = behind;
        let Some((&escape, behind)) = rest.split_first() else {
            break;
        };
        rest = behind;
        match escape {
            b'b' => out.push(0x08),
            b'f' => out.push(0x0c),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'u' => {
                let Some((unit, behind)) = unit(rest) else {
                    break;
                };
                rest = behind;
                let low = rest.strip_prefix(b"\\u").and_then(self::unit);
                match (unit, low) {
                    (0xd800..0xdc00, Some((low @ 0xdc00..0xe000, behind))) => {
                        rest = behind;
                        push(&mut out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
                    }
                    _ => push(&mut out, unit),
                }
            }
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// What a string means, when it is one that Rust can hold: a text with a lone surrogate is not.
pub(crate) fn decode_str(written: &str) -> Option<Cow<'_, str>> {
    match decode(written) {
        Cow::Borrowed(bytes) => str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}

/// How long a string is when it is written as JSON.
pub(crate) fn quoted_len(string: &str) -> usize {
    let escapes = string.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..0x20 => 5,
        _ => 0,
    });
    2 + string.len() + escapes.sum::<usize>()
}

/// Writes a string as JSON, with no more escapes than RFC 8259 section 7 demands.
pub(crate) fn quote(string: &str) -> String {
    let mut out = String::with_capacity(quoted_len(string));
    quote_into(string, &mut out);
    out
}

/// The same, behind a text.
pub(crate) fn quote_into(string: &str, out: &mut String) {
    out.push('"');
    for c in string.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    out.extend(char::from_digit(u32::from(c) >> shift & 0xf, 16));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn unit(digits: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, behind) = digits.split_at_checked(4)?;
    let unit = u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
    Some((unit, behind))
}

/// UTF-8 without its refusal of surrogates.
fn push(out: &mut Vec<u8>, code: u32) {
    if let Some(c) = char::from_u32(code) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        let continuation = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
        out.extend_from_slice(&[0xe0 | (code >> 12) as u8, continuation(6), continuation(0)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        assert_eq!(&*decode(r#""a\u0062\n\/\\\"é""#), "ab\n/\\\"é".as_bytes());
        assert_eq!(&*decode(r#""\ud83d\ude00""#), "😀".as_bytes());
    }

    #[test]
    fn lone_surrogates_are_told_apart() {
        assert_ne!(decode(r#""\ud800""#), decode(r#""\ud801""#));
        assert_eq!(decode(r#""\uD800""#), decode(r#""\ud800""#));
        assert_ne!(decode(r#""\ud800""#), decode(r#""\ufffd""#));
        assert!(decode_str(r#""\udc00\ud800""#).is_none());
    }

    #[test]
    fn what_is_quoted_reads_back() {
        let nasty = "\u{0}\u{1f}\"\\/\n\u{7f}é😀";
        assert_eq!(decode_str(&quote(nasty)).unwrap(), nasty);
        assert_eq!(quote(nasty).len(), quoted_len(nasty));
    }
}
