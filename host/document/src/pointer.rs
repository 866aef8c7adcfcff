//! JSON Pointers.

use crate::short::Short;
use std::fmt;
use std::str::FromStr;

use crate::meter::{OVERHEAD, bytes_of};

/// Names one value of a document, by RFC 6901: `/users/0/name`; the empty pointer is the whole document.
///
/// ```
/// use amend_document::Pointer;
///
/// let pointer: Pointer = "/a~1b/~0/01/".parse()?;
/// assert_eq!(pointer.tokens(), ["a/b", "~", "01", ""]);
/// assert_eq!(pointer.to_string(), "/a~1b/~0/01/");
/// # Ok::<(), amend_document::PointerError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer {
    tokens: Vec<String>,
}

impl Pointer {
    /// The pointer to the whole document: `""`.
    pub fn root() -> Pointer {
        Pointer::default()
    }

    /// Reads a pointer in its string representation (RFC 6901 section 3).
    ///
    /// # Errors
    ///
    /// [`PointerError`] when the text is neither empty nor starts with `/`, or when a `~` is followed by
    /// anything but `0` or `1`.
    pub fn parse(text: &str) -> Result<Pointer, PointerError> {
        if text.is_empty() {
            return Ok(Pointer::root());
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Err(PointerError::NoSlash {
                pointer: text.into(),
            });
        };
        let count = 1 + rest.bytes().filter(|&byte| byte == b'/').count();
        let mut tokens = Vec::with_capacity(count);
        for token in rest.split('/') {
            tokens.push(unescape(token, text)?);
        }
        Ok(Pointer { tokens })
    }

    /// The reference tokens, unescaped.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Whether this is the pointer to the whole document.
    pub fn is_root(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether what this points at contains what `other` points at, or is the same.
    pub fn is_prefix_of(&self, other: &Pointer) -> bool {
        other.tokens.starts_with(&self.tokens)
    }

    /// The pointer to the child of that name, or at that index in decimal.
    #[must_use]
    pub fn child(&self, token: impl Into<String>) -> Pointer {
        let mut tokens = Vec::with_capacity(self.tokens.len() + 1);
        tokens.extend_from_slice(&self.tokens);
        tokens.push(token.into());
        Pointer { tokens }
    }

    /// The pointer `below`, taken as one into the value that this one points at.
    #[must_use]
    pub fn join(&self, below: &Pointer) -> Pointer {
        Pointer {
            tokens: [&self.tokens[..], &below.tokens[..]].concat(),
        }
    }

    /// Goes on to the child of that name, or at that index.
    pub(crate) fn push(&mut self, token: String) {
        self.tokens.push(token);
    }

    /// Goes back to the ancestor with so many tokens.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.tokens.truncate(count);
    }

    /// What it takes to have another one like this, or one that is a level deeper, in memory.
    pub(crate) fn memory(&self) -> u64 {
        let tokens = self.tokens.iter();
        bytes_of::<String>(self.tokens.len() + 1)
            + tokens
                .map(|token| token.len() as u64 + OVERHEAD)
                .sum::<u64>()
    }

    /// The first `count` tokens of this pointer.
    pub(crate) fn ancestor(&self, count: usize) -> Pointer {
        Pointer {
            tokens: self.tokens[..count].to_vec(),
        }
    }
}

/// RFC 6901 section 4: first `~1`, then `~0`, so that `~01` is `~1` and not `/`. Read from left to right
/// the order takes care of itself.
fn unescape(token: &str, pointer: &str) -> Result<String, PointerError> {
    let mut name = String::with_capacity(token.len());
    let mut parts = token.split('~');
    name.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (character, rest) = match part.as_bytes().first() {
            Some(b'0') => ('~', &part[1..]),
            Some(b'1') => ('/', &part[1..]),
            _ => {
                return Err(PointerError::BadEscape {
                    pointer: pointer.into(),
                    token: token.into(),
                });
            }
        };
        name.push(character);
        name.push_str(rest);
    }
    Ok(name)
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.tokens {
            write!(f, "/{}", token.replace('~', "~0").replace('/', "~1"))?;
        }
        Ok(())
    }
}

impl FromStr for Pointer {
    type Err = PointerError;

    fn from_str(text: &str) -> Result<Pointer, PointerError> {
        Pointer::parse(text)
    }
}

impl<T: Into<String>> FromIterator<T> for Pointer {
    /// A pointer of unescaped tokens.
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Pointer {
        Pointer {
            tokens: tokens.into_iter().map(Into::into).collect(),
        }
    }
}

/// A text is not a JSON Pointer (RFC 6901 section 3).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PointerError {
    /// It is not empty and does not start with a slash.
    #[error(
        "`{pointer}` is not a JSON Pointer: it has to be empty (the whole document) or start with `/`",
        pointer = Short(.pointer)
    )]
    NoSlash {
        /// The text.
        pointer: String,
    },
    /// It has a `~` that is not part of `~0` or `~1`.
    #[error(
        "`{pointer}` is not a JSON Pointer: `~` in `{token}` has to be written `~0` (and `/` in a name `~1`)",
        pointer = Short(.pointer), token = Short(.token)
    )]
    BadEscape {
        /// The text.
        pointer: String,
        /// The token that has it.
        token: String,
    },
}
