//! A guest's text, where it enters and where it is shown.
//!
//! It may be of any length, and have in it what steers a terminal: control characters, line feeds that begin a line in
//! amend's own name, and the bidirectional controls, which let a line read as another one.

use std::fmt::{self, Display, Write};

/// The longest text that is taken from a guest for people to read, in bytes.
const MOST: usize = 4096;

/// What a line of a guest's text begins with.
const MARK: &str = "  | ";

/// A text, cut to its bound. The end of one that was cut says so.
pub(crate) fn bounded(text: &str) -> String {
    if text.len() <= MOST {
        return text.to_owned();
    }
    let kept = text
        .get(..text.floor_char_boundary(MOST))
        .unwrap_or_default();
    format!("{kept}… (cut: {} bytes in all)", text.len())
}

/// A text on one line, for people to read: control characters, line feeds included, and the bidirectional controls are
/// escaped as in Rust's string literals (`\n`, `\u{202e}`). Every other character stays as it is.
///
/// For every text that a guest may have had a part in: a refusal, the name of a document.
///
/// ```
/// let reason = "no\namend: done \u{202e}";
/// assert_eq!(amend_runtime::escaped(reason).to_string(), r"no\namend: done \u{202e}");
/// ```
pub fn escaped(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// A text that is escaped when it is displayed; see [`escaped`].
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'t>(&'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(steers) {
            let (before, from) = rest.split_at(at);
            f.write_str(before)?;
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                write!(f, "{}", c.escape_default())?;
            }
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

/// Whether a character moves more than the cursor: a control character, a separator of lines or of paragraphs, or a
/// bidirectional control.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A text of several lines, each escaped and marked, so that none can be taken for a line of the host's.
pub(crate) fn lines(text: &str) -> String {
    let mut shown = String::new();
    for part in text.lines() {
        let separator = if shown.is_empty() { "" } else { "\n" };
        // Writing to a string does not fail.
        let _ = write!(shown, "{separator}{MARK}{}", escaped(part));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_nothing_else() {
        for c in [
            '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{200e}', '\u{200f}', '\u{61c}',
        ] {
            let shown = escaped(&format!("a{c}b")).to_string();
            assert_eq!(shown, format!("a\\u{{{:x}}}b", u32::from(c)));
        }
        assert_eq!(
            escaped("a\nb\r\t\x1b[2J\u{9b}").to_string(),
            r"a\nb\r\t\u{1b}[2J\u{9b}"
        );
        let kept = "quote \" and \\ and 'é' and \u{1f600} and עברית";
        assert_eq!(escaped(kept).to_string(), kept);
    }

    #[test]
    fn a_line_of_a_guest_cannot_be_taken_for_one_of_the_host() {
        assert_eq!(
            lines("a\namend: done\r\nb"),
            "  | a\n  | amend: done\n  | b"
        );
        assert!(!lines("a\ramend: done").contains('\r'));
    }

    #[test]
    fn a_long_text_is_cut_between_characters_and_says_so() {
        let text = "é".repeat(MOST);
        let cut = bounded(&text);
        assert!(cut.len() < MOST + 64, "{}", cut.len());
        assert!(cut.ends_with("… (cut: 8192 bytes in all)"), "{cut}");
        assert_eq!(bounded(&text[..MOST]), text[..MOST]);
    }
}
