//! A stretch of text that somebody owns.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A stretch of text: of the document as it was given, or of something inserted since. To cut it or to
/// copy it copies no text.
#[derive(Clone)]
pub(crate) enum Text<'t> {
    Given(&'t str),
    Inserted {
        whole: Arc<str>,
        range: Range<usize>,
    },
}

impl<'t> Text<'t> {
    pub(crate) fn slice(&self, part: Range<usize>) -> Text<'t> {
        match self {
            Text::Given(text) => Text::Given(&text[part]),
            Text::Inserted { whole, range } => Text::Inserted {
                whole: Arc::clone(whole),
                range: range.start + part.start..range.start + part.end,
            },
        }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Given(text) => text,
            Text::Inserted { whole, range } => &whole[range.clone()],
        }
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text::Inserted {
            range: 0..text.len(),
            whole: text.into(),
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
