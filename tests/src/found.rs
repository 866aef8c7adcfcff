//! The content of a document in the end, beside the reports of its writers.

use crate::attempt::{Attempt, Change};
use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How much longer than its timeout an update may take on a loaded machine before a test says that it took too long.
///
/// The grace that the store promises is much shorter. It is about its own waiting, and the test measures wall time: with
/// many processes on two processors, a process that is to go on has to wait for its turn.
pub const MARGIN: Duration = Duration::from_secs(2);

/// The tokens of a document, and how many times each is there.
#[derive(Debug)]
pub struct Found {
    tokens: HashMap<String, usize>,
    document: Value,
}

impl Found {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When it is not whole.
    pub fn read(document: &Path) -> Result<Found, String> {
        let text = fs::read_to_string(document).map_err(|error| error.to_string())?;
        let document: Value =
            serde_json::from_str(&text).map_err(|error| format!("{error}: {text:.80?}"))?;
        let log = document["log"].as_array().ok_or("the log is gone")?;
        let mut tokens = HashMap::new();
        for token in log.iter().filter_map(Value::as_str) {
            *tokens.entry(token.to_owned()).or_default() += 1;
        }
        Ok(Found { tokens, document })
    }

    /// How many times a token is there.
    pub fn times(&self, token: &str) -> usize {
        self.tokens.get(token).copied().unwrap_or(0)
    }

    /// All tokens.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.keys().map(String::as_str)
    }

    /// A counter of `foreign_writer`.
    pub fn counter(&self, name: &str) -> Option<u64> {
        self.document[name].as_str()?.parse().ok()
    }

    /// The promise that the document breaks to an update, if any.
    pub fn broken(&self, attempt: &Attempt) -> Option<Broken> {
        let Attempt {
            token, change, saw, ..
        } = attempt;
        let times = self.times(token);
        let outcome = attempt.end.as_ref().map(|(_, outcome)| outcome);
        let is_done = attempt.is_done();
        let promise = match change {
            _ if attempt.has_failed() && times > 0 => "a failed update is there",
            Change::FailingTest if is_done => "an update whose test fails was acknowledged",
            Change::Nothing | Change::FailingTest if times > 0 => "it was to append nothing",
            Change::Append if times > 1 => "an update is there twice",
            Change::Append if is_done && times == 0 => "an acknowledged update is lost",
            Change::Nothing
                if is_done && saw.as_ref().is_some_and(|seen| self.times(seen) == 0) =>
            {
                "an update that changes nothing was acknowledged, and what it saw is lost"
            }
            _ => return None,
        };
        Some(Broken {
            promise,
            detail: format!("{token}, {times} times: {outcome:?}, saw {saw:?}"),
        })
    }
}

/// A promise that was broken.
#[derive(Debug, Clone)]
pub struct Broken {
    /// How it was broken, in the same words each time.
    pub promise: &'static str,
    /// The update, and the state in which it was found.
    pub detail: String,
}
