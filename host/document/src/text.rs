//! A stretch of text that somebody owns.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use crate::meter::{ALLOCATION, Exceeded, Meter, OVERHEAD};

/// A stretch of text: of the document as it was given, or of something inserted since. To cut it or to
/// copy it copies no text.
#[derive(Clone)]
pub(crate) enum Text<'t> {
    Given(&'t str),
    Inserted {
        whole: Arc<String>,
        range: Range<usize>,
    },
}

/// What a text that is inserted takes besides its bytes.
const INSERTED: u64 = 2 * OVERHEAD + (size_of::<String>() + 2 * size_of::<usize>()) as u64;

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

    /// Counts the memory of a text of so many bytes that is about to be made and inserted. The work of writing it is counted
    /// by who does that.
    pub(crate) fn hold(len: usize, meter: &Meter) -> Result<(), Exceeded> {
        meter.work(2 * ALLOCATION)?;
        meter.hold(len as u64 + INSERTED)
    }

    /// One text of several.
    pub(crate) fn concat(parts: &[&str], meter: &Meter) -> Result<Text<'t>, Exceeded> {
        let len = parts.iter().map(|part| part.len()).sum();
        Text::hold(len, meter)?;
        meter.work(len as u64)?;
        let mut text = String::with_capacity(len);
        text.extend(parts.iter().copied());
        Ok(text.into())
    }

    /// Drops the text. What a patch has inserted and nothing else has a part of, is freed: all else belongs to the
    /// document before it, too.
    pub(crate) fn give_back(self, meter: &Meter) {
        if let Text::Inserted { whole, .. } = &self
            && Arc::strong_count(whole) == 1
        {
            meter.release(whole.len() as u64 + INSERTED);
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
            whole: Arc::new(text),
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
