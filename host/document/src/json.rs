//! The text of one value.

use std::fmt;
use std::str::FromStr;

use crate::check::check;
use crate::error::ReadError;
use crate::limits::Limits;
use crate::meter::Meter;
use crate::syntax::SyntaxError;

/// The text of one JSON value, checked: what stands in a patch. White space around the value is left
/// out, everything inside stays as it was written.
///
/// Two of these compare as texts; [`Operations`](crate::Operations)' `test` compares as values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Json {
    text: String,
    depth: usize,
}

impl Json {
    /// Checks that a text is JSON, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// [`SyntaxError`] when it is not (RFC 8259), or is nested too deeply.
    pub fn parse(text: impl Into<String>) -> Result<Json, SyntaxError> {
        Json::parse_with(text, &Limits::default())
    }

    /// Checks that a text is JSON.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`] when it is not (RFC 8259), or is nested deeper than the limit.
    pub fn parse_with(text: impl Into<String>, limits: &Limits) -> Result<Json, SyntaxError> {
        Json::parse_within(text, limits, &Meter::unlimited()).map_err(ReadError::unmetered)
    }

    /// Checks that a text is JSON, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when it is not JSON (RFC 8259), is nested deeper than the limit, or costs too much to read.
    pub fn parse_within(
        text: impl Into<String>,
        limits: &Limits,
        meter: &Meter,
    ) -> Result<Json, ReadError> {
        let text = text.into();
        let checked = check(text.as_bytes(), limits, meter)?;
        let (depth, value) = (checked.depth, checked.value());
        let text = if value.len() == text.len() {
            text
        } else {
            value.to_owned()
        };
        Ok(Json { text, depth })
    }

    /// Text that is known to be JSON, of that depth.
    pub(crate) fn known(text: String, depth: usize) -> Json {
        Json { text, depth }
    }

    /// The text of the value.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many containers are open inside each other at the deepest place.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }
}

/// A JSON text without the white space around its value.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Json {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Json, SyntaxError> {
        Json::parse(text)
    }
}
