//! Why a text is not JSON, and where.

/// A text is not a JSON text (RFC 8259): where, and what is wrong there.
///
/// Its [`Display`](std::fmt::Display) form is one line:
///
/// ```
/// let error = amend_document::Json::parse("{\"a\": 1,}").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 9 (offset 8): expected a member name after `,`, found `}`",
/// );
/// assert_eq!((error.line(), error.column(), error.offset()), (1, 9, 8));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} (offset {offset}): {message}")]
pub struct SyntaxError {
    offset: usize,
    line: usize,
    column: usize,
    message: Box<str>,
    too_deep: bool,
}

impl SyntaxError {
    /// Lines and columns are counted here, when an error is made: no valid text pays for them.
    pub(crate) fn new(text: &[u8], offset: usize, message: impl Into<Box<str>>) -> SyntaxError {
        let before = &text[..offset.min(text.len())];
        let line_start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        // Continuation bytes (0b10xxxxxx) are not characters of their own.
        let is_character = |byte: &&u8| **byte & 0xc0 != 0x80;
        let mark = if line_start == 0 && before.starts_with(BYTE_ORDER_MARK) {
            1
        } else {
            0
        };
        SyntaxError {
            offset,
            line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(),
            column: 1 + before[line_start..].iter().filter(is_character).count() - mark,
            message: message.into(),
            too_deep: false,
        }
    }

    pub(crate) fn too_deep(text: &[u8], offset: usize, limit: usize) -> SyntaxError {
        let message = format!("nested deeper than the limit of {limit}");
        SyntaxError {
            too_deep: true,
            ..SyntaxError::new(text, offset, message)
        }
    }

    /// The same error, without what stands there: for those who may not see the text, or not all of it.
    #[must_use]
    pub fn without_text(self) -> SyntaxError {
        if self.too_deep {
            return self;
        }
        SyntaxError {
            message: "this is not JSON".into(),
            ..self
        }
    }

    /// How many bytes of the text come before what is wrong.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The line, counted from 1; lines end with a line feed.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, counted from 1 in characters; a byte order mark is not counted.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong there, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the text is JSON as far as it was read, only nested deeper than
    /// [`Limits::depth`](crate::Limits::depth) allows.
    pub fn is_too_deep(&self) -> bool {
        self.too_deep
    }
}

/// U+FEFF in UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
