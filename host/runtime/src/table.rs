//! Reading a table of cases.

use crate::cases::{Case, Expected};
use amend_document::Json;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::value::RawValue;

/// Why a text is not a table of cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CasesError {
    /// It is not a JSON array.
    #[error("not a table of cases, which is a JSON array of objects: {0}")]
    NotATable(serde_json::Error),
    /// It is an empty one, which would prove nothing.
    #[error("there are no cases in it")]
    Empty,
    /// One of its cases is not one.
    #[error("line {line}, {}: {problem}", case(*number, name.as_deref()))]
    NotACase {
        /// Which one, counted from 1.
        number: usize,
        /// Its name, when it has one.
        name: Option<String>,
        /// The line of the table.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

fn case(number: usize, name: Option<&str>) -> String {
    name.map_or_else(|| format!("case {number}"), |name| format!("case {name:?}"))
}

/// A case as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default, deserialize_with = "text")]
    document: Option<String>,
    /// `Some` where it is `null`, too.
    #[serde(default, deserialize_with = "json")]
    args: Option<Box<RawValue>>,
    /// `Some(None)` where it is `null`.
    #[serde(default, deserialize_with = "present")]
    expected: Option<Option<String>>,
    refusal: Option<String>,
}

fn json<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Deserialize::deserialize(json).map(Some)
}

/// A document in a string. Who writes it as JSON, without the string, is told why that will not do.
fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<String>, D::Error> {
    let json: Box<RawValue> = Deserialize::deserialize(json)?;
    serde_json::from_str(json.get()).map_err(|_| {
        let written = serde_json::to_string(json.get()).unwrap_or_default();
        D::Error::custom(format!(
            "a document is written as its text, in a string, because every byte of it counts: {written}"
        ))
    })
}

fn present<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Option<String>>, D::Error> {
    text(json).map(Some)
}

impl Case {
    /// The cases of a table.
    ///
    /// # Errors
    ///
    /// [`CasesError`] when it is not one, when it is empty, or when a case has other members than it can have.
    pub fn table(text: &str) -> Result<Vec<Case>, CasesError> {
        let table: Vec<&RawValue> = serde_json::from_str(text).map_err(CasesError::NotATable)?;
        if table.is_empty() {
            return Err(CasesError::Empty);
        }
        let cases = table.iter().enumerate();
        cases
            .map(|(index, raw)| {
                read(raw.get()).map_err(|(line, problem)| CasesError::NotACase {
                    number: index + 1,
                    name: name(raw.get()),
                    line: line_of(text, raw.get()) + line.saturating_sub(1),
                    problem,
                })
            })
            .collect()
    }
}

/// A case, or what is wrong with it and in which of its lines.
fn read(text: &str) -> Result<Case, (usize, String)> {
    let written: Written = serde_json::from_str(text).map_err(|error| {
        let mut message = error.to_string();
        // Where in the case it is, says less than where in the table.
        if let Some(end) = message.rfind(" at line ") {
            message.truncate(end);
        }
        (error.line(), message)
    })?;
    let expected = match (written.expected, written.refusal) {
        (Some(document), None) => Expected::Document(document),
        (None, Some(reason)) => Expected::Refusal(reason),
        (Some(_), Some(_)) => {
            return Err((1, "it has both `expected` and `refusal`".to_owned()));
        }
        (None, None) => {
            return Err((
                1,
                "it has neither `expected` (the document's text afterwards, or null) nor `refusal` (a part of \
                 the reason)"
                    .to_owned(),
            ));
        }
    };
    let args = written.args.as_deref().map_or("{}", RawValue::get);
    let args = Json::parse(args).map_err(|error| (1, format!("its arguments: {error}")))?;
    Ok(Case {
        name: written.name,
        document: written.document,
        args,
        expected,
    })
}

fn name(case: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    serde_json::from_str::<Named>(case)
        .ok()
        .map(|named| named.name)
}

/// The line, counted from 1, in which a part of a text begins.
fn line_of(text: &str, part: &str) -> usize {
    let before = part.as_ptr().addr() - text.as_ptr().addr();
    let before = text.as_bytes().get(..before).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}
