//! Laying a value out anew: its tokens stay byte for byte, the white space between them is replaced.

use crate::layout::{Lines, Style, indent, is_space};
use crate::split::{scalar_end, string_end};

/// The text of a value, laid out in another style.
pub(crate) fn relay(value: &str, style: &Style<'_>) -> String {
    let bytes = value.as_bytes();
    let mut out = String::with_capacity(value.len() + value.len() / 4);
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            byte if is_space(byte) => {}
            b'{' | b'[' => {
                out.push(char::from(byte));
                while bytes.get(at).copied().is_some_and(is_space) {
                    at += 1;
                }
                if let Some(&close @ (b'}' | b']')) = bytes.get(at) {
                    out.push(char::from(close));
                    at += 1;
                } else {
                    depth += 1;
                    line(&mut out, style.lines.as_ref(), depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, style.lines.as_ref(), depth);
                out.push(char::from(byte));
            }
            b',' => {
                out.push(',');
                match &style.lines {
                    Some(_) => line(&mut out, style.lines.as_ref(), depth),
                    None => out.push_str(style.comma),
                }
            }
            b':' => out.push_str(style.colon),
            b'"' => {
                at = string_end(bytes, start);
                out.push_str(&value[start..at]);
            }
            _ => {
                at = scalar_end(bytes, start);
                out.push_str(&value[start..at]);
            }
        }
    }
    out
}

fn line(out: &mut String, lines: Option<&Lines<'_>>, depth: usize) {
    if let Some(lines) = lines {
        out.push_str(lines.newline);
        out.push_str(lines.indent);
        for _ in 0..depth {
            out.push_str(lines.unit);
        }
    }
}

/// The text of a value that moves to another place of the same document, or `None` when it fits as it
/// is: it keeps its own layout, only indented as its new place demands. Line feeds are never part of a
/// JSON string, so every one of them is layout.
pub(crate) fn reindent(value: &str, style: &Style<'_>) -> Option<String> {
    let old = indent(value)?;
    let Some(lines) = &style.lines else {
        return Some(relay(value, style));
    };
    let old = &old[..old.len() - old.trim_start_matches([' ', '\t']).len()];
    if old == lines.indent {
        return None;
    }
    let mut out = String::with_capacity(value.len());
    for (number, line) in value.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
            out.push_str(lines.indent);
        }
        out.push_str(if number > 0 {
            line.strip_prefix(old)
                .unwrap_or(line.trim_start_matches([' ', '\t']))
        } else {
            line
        });
    }
    Some(out)
}
