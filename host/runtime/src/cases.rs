//! Trying an updater on a table of cases, without a file.

use crate::error::CallError;
use crate::plugin::Plugin;
use crate::shown::{bounded, escaped};
use amend_document::{ApplyError, Document, Json, Limits, Pointer, SyntaxError};

/// One case of a table: a document and arguments, and what an updater is expected to make of them.
///
/// A table is a JSON array of objects with these members:
///
/// | | |
/// | --- | --- |
/// | `name` | what the case shows |
/// | `document` | the document's text before, in a string; left out where there is none |
/// | `args` | the arguments, any JSON value; left out for `{}` |
/// | `expected` | the document's text afterwards, byte for byte; `null` where there is none |
/// | `refusal` | instead of `expected`: what the reason of the refusal contains |
///
/// ```
/// use amend_runtime::Case;
///
/// let table = Case::table(
///     r#"[
///         {
///             "name": "adds what it is told",
///             "document": "{\"count\": 4}",
///             "args": {"by": 2},
///             "expected": "{\"count\": 6}"
///         },
///         {
///             "name": "refuses a count that is not a number",
///             "document": "{\"count\": \"four\"}",
///             "refusal": "count"
///         }
///     ]"#,
/// )?;
/// assert_eq!(table.len(), 2);
/// assert_eq!(table[1].args.as_str(), "{}");
/// # Ok::<(), amend_runtime::CasesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// What the case shows.
    pub name: String,
    /// The document's text before; `None` where there is none.
    pub document: Option<String>,
    /// The arguments.
    pub args: Json,
    /// How it is expected to end.
    pub expected: Expected,
}

/// How a [`Case`] is expected to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// With this text, byte for byte; `None` where there is still no document.
    Document(Option<String>),
    /// With a refusal whose reason contains this.
    Refusal(String),
}

/// How a case ended, where that was not as expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The document is another one than was expected.
    #[error("the document differs: expected {}, found {}", shown(expected.as_deref()), shown(found.as_deref()))]
    Document {
        /// What was expected.
        expected: Option<String>,
        /// What came of it.
        found: Option<String>,
    },
    /// It refused, for a reason that does not contain what was expected.
    #[error(
        "refused: {}\nexpected a reason that contains: {expected}",
        escaped(found)
    )]
    Reason {
        /// What was expected.
        expected: String,
        /// The reason.
        found: String,
    },
    /// It did not refuse.
    #[error("did not refuse; expected a reason that contains: {expected}\nthe document: {}", shown(found.as_deref()))]
    NotRefused {
        /// What was expected.
        expected: String,
        /// What came of it.
        found: Option<String>,
    },
    /// The document before is not JSON.
    #[error("the case's document is not JSON: {0}")]
    Malformed(#[from] SyntaxError),
    /// It refused, and a document was expected; the text is its reason.
    #[error("refused: {}", escaped(.0))]
    Refused(String),
    /// It failed.
    #[error(transparent)]
    Failed(CallError),
    /// The patch that it answered with does not fit the document.
    #[error("its patch does not fit: {0}")]
    Apply(#[from] ApplyError),
}

impl Case {
    /// Runs an updater on this case, as an update of a store would, but in memory: no file is read or written.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] when it does not end as expected.
    pub fn run(&self, plugin: &Plugin) -> Result<(), Mismatch> {
        match (&self.expected, self.update(plugin)) {
            (Expected::Document(expected), Ok(found)) if *expected == found => Ok(()),
            (Expected::Document(expected), Ok(found)) => Err(Mismatch::Document {
                expected: expected.clone(),
                found,
            }),
            (Expected::Refusal(says), Ok(found)) => Err(Mismatch::NotRefused {
                expected: says.clone(),
                found,
            }),
            (Expected::Refusal(says), Err(Mismatch::Refused(reason))) => {
                if reason.contains(says) {
                    return Ok(());
                }
                Err(Mismatch::Reason {
                    expected: says.clone(),
                    found: reason,
                })
            }
            (_, Err(mismatch)) => Err(mismatch),
        }
    }

    /// The document afterwards.
    fn update(&self, plugin: &Plugin) -> Result<Option<String>, Mismatch> {
        let limits = Limits::default();
        // A file without bytes is no document to a store.
        let text = self.document.as_deref().filter(|text| !text.is_empty());
        let mut document = match text {
            Some(text) => Document::parse(text.as_bytes(), &limits)?,
            None => Document::absent(&limits),
        };
        // Without the white space around it, as an update asks.
        let value = document.get(&Pointer::root())?;
        let (patch, left) = plugin.call_within(value.as_deref(), &self.args)?;
        if let Some(patch) = patch {
            match document.apply_within(&patch, &left.meter()) {
                Err(ApplyError::Exceeded { exceeded, .. }) => {
                    return Err(plugin.exceeded(exceeded).into());
                }
                applied => applied?,
            };
        }
        Ok(if document.is_absent() {
            self.document.clone()
        } else {
            Some(document.to_text())
        })
    }
}

fn shown(text: Option<&str>) -> String {
    text.map_or_else(
        || "no document".to_owned(),
        |text| format!("{:?}", bounded(text)),
    )
}

impl From<CallError> for Mismatch {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(reason) => Mismatch::Refused(reason),
            error => Mismatch::Failed(error),
        }
    }
}
