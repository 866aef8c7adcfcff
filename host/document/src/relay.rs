//! Laying a value out anew: its tokens stay byte for byte, the white space between them is replaced.

use crate::layout::{Lines, Style, indent, is_space};
use crate::meter::{Exceeded, Meter};
use crate::split::{scalar_end, string_end};

/// What a value is written to: its text, or only a count of its bytes. So the length of a text is known before there is any
/// of it.
pub(crate) trait Sink {
    fn put(&mut self, text: &str);

    /// Puts what the style asks for, so many times. What is read is counted elsewhere, but this may be much more.
    fn fill(&mut self, text: &str, times: usize, meter: &Meter) -> Result<(), Exceeded>;
}

impl Sink for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }

    fn fill(&mut self, text: &str, times: usize, meter: &Meter) -> Result<(), Exceeded> {
        meter.work((text.len() * times) as u64)?;
        for _ in 0..times {
            self.push_str(text);
        }
        Ok(())
    }
}

impl Sink for usize {
    fn put(&mut self, text: &str) {
        *self = self.saturating_add(text.len());
    }

    fn fill(&mut self, text: &str, times: usize, _: &Meter) -> Result<(), Exceeded> {
        *self = self.saturating_add(text.len().saturating_mul(times));
        Ok(())
    }
}

/// So much of a value is counted at a time.
const STRETCH: usize = 32 << 10;

/// Writes the text of a value, laid out in another style.
pub(crate) fn relay(
    value: &str,
    style: &Style<'_>,
    out: &mut impl Sink,
    meter: &Meter,
) -> Result<(), Exceeded> {
    let bytes = value.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    let mut counted = 0;
    while let Some(&byte) = bytes.get(at) {
        if at >= counted {
            let to = bytes.len().min(at + STRETCH);
            meter.work((to - counted) as u64)?;
            counted = to;
        }
        let start = at;
        at += 1;
        match byte {
            byte if is_space(byte) => {}
            b'{' | b'[' => {
                out.put(&value[start..at]);
                while bytes.get(at).copied().is_some_and(is_space) {
                    at += 1;
                }
                if let Some(b'}' | b']') = bytes.get(at) {
                    out.put(&value[at..=at]);
                    at += 1;
                } else {
                    depth += 1;
                    line(out, style.lines.as_ref(), depth, meter)?;
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(out, style.lines.as_ref(), depth, meter)?;
                out.put(&value[start..at]);
            }
            b',' => {
                out.put(",");
                match &style.lines {
                    Some(_) => line(out, style.lines.as_ref(), depth, meter)?,
                    None => out.fill(style.comma, 1, meter)?,
                }
            }
            b':' => out.fill(style.colon, 1, meter)?,
            b'"' => {
                at = string_end(bytes, start);
                out.put(&value[start..at]);
            }
            _ => {
                at = scalar_end(bytes, start);
                out.put(&value[start..at]);
            }
        }
    }
    meter.work(bytes.len().saturating_sub(counted) as u64)
}

fn line(
    out: &mut impl Sink,
    lines: Option<&Lines<'_>>,
    depth: usize,
    meter: &Meter,
) -> Result<(), Exceeded> {
    if let Some(lines) = lines {
        out.put(lines.newline);
        out.fill(lines.indent, 1, meter)?;
        out.fill(lines.unit, depth, meter)?;
    }
    Ok(())
}

/// How a value that moves to another place of the same document fits there.
pub(crate) enum Move<'v> {
    /// As it is.
    Fits,
    /// Laid out anew.
    Relaid,
    /// Its lines are indented by other white space than this.
    Reindented(&'v str),
}

/// It keeps its own layout, only indented as its new place demands.
pub(crate) fn fits<'v>(value: &'v str, style: &Style<'_>) -> Move<'v> {
    let Some(old) = indent(value) else {
        return Move::Fits;
    };
    let Some(lines) = &style.lines else {
        return Move::Relaid;
    };
    let old = &old[..old.len() - old.trim_start_matches([' ', '\t']).len()];
    if old == lines.indent {
        Move::Fits
    } else {
        Move::Reindented(old)
    }
}

/// Writes the text of a value with other indentation. Line feeds are never part of a JSON string, so every one of them is
/// layout.
pub(crate) fn reindent(
    value: &str,
    old: &str,
    new: &str,
    out: &mut impl Sink,
    meter: &Meter,
) -> Result<(), Exceeded> {
    for (number, line) in value.split('\n').enumerate() {
        meter.work(1 + line.len() as u64)?;
        if number == 0 {
            out.put(line);
            continue;
        }
        out.put("\n");
        out.fill(new, 1, meter)?;
        let rest = line.strip_prefix(old);
        out.put(rest.unwrap_or(line.trim_start_matches([' ', '\t'])));
    }
    Ok(())
}
