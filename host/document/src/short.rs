//! Texts of others in messages: a pointer or a name may have megabytes.

use std::fmt::{self, Display, Write};

/// How many characters are shown.
const MOST: usize = 200;

/// The first characters of a text, with a mark where it was cut.
pub(crate) struct Short<T>(pub(crate) T);

impl<T: Display> Display for Short<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cut = Cut {
            out: f,
            left: MOST,
            is_over: false,
        };
        match write!(cut, "{}", self.0) {
            Err(_) if cut.is_over => f.write_char('…'),
            written => written,
        }
    }
}

/// Passes the first characters on, and fails then, so that the rest is not even made.
struct Cut<'f, 'b> {
    out: &'f mut fmt::Formatter<'b>,
    left: usize,
    is_over: bool,
}

impl Write for Cut<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.left == 0 {
                self.is_over = true;
                return Err(fmt::Error);
            }
            self.out.write_char(c)?;
            self.left -= 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_a_short_one_is_not() {
        assert_eq!(Short("").to_string(), "");
        let most = "ä".repeat(MOST);
        assert_eq!(Short(&most).to_string(), most);
        assert_eq!(Short(format!("{most}b")).to_string(), format!("{most}…"));
    }
}
