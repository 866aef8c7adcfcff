//! The report of an updating process: a line of JSON before each update, and one after it.
//!
//! A process may be killed at any moment. An update that it has begun and not ended may be in the document or not.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

/// The change that an update makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The token at the end of the array `log`.
    Append,
    /// Nothing, but to see the document.
    Nothing,
    /// The same as [`Change::Append`], and a `test` that fails.
    FailingTest,
    /// One more in the counter that has the process's name.
    Count,
}

/// The outcome of an update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It is done, as durable as was asked for.
    Acknowledged,
    /// It is done, and its durability is unknown.
    Committed,
    /// It is done once or not at all.
    Unknown(String),
    /// It is not done, and never will be: the kind of the error, and its message.
    Failed(Failure, String),
}

/// Why an update was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The lock was not free in time.
    Timeout,
    /// A `test` failed.
    Test,
    /// Another writer changed the document.
    Conflict,
    /// Everything else.
    Other,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Line {
    /// Before an update.
    Begin {
        /// The update's name, which no other update has.
        token: String,
        /// The change that it makes.
        change: Change,
        /// When it began, as [`now`] returns it.
        at: u64,
        /// Its timeout in microseconds.
        limit: Option<u64>,
    },
    /// After an update.
    End {
        /// As in [`Line::Begin`].
        token: String,
        /// When it ended.
        at: u64,
        /// Its outcome.
        outcome: Outcome,
        /// The last token that [`Change::Nothing`] saw.
        saw: Option<String>,
    },
    /// At the end: how many threads and open descriptors the process has.
    Done {
        /// Threads.
        threads: usize,
        /// Descriptors.
        descriptors: usize,
    },
}

impl Line {
    /// Prints the line in one system call, so that a kill does not tear it.
    ///
    /// # Errors
    ///
    /// When standard output cannot be written.
    pub fn print(&self) -> io::Result<()> {
        let mut line = serde_json::to_string(self)?;
        line.push('\n');
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.flush()
    }
}

/// An update, as far as its process has reported it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Its name.
    pub token: String,
    /// The change that it makes.
    pub change: Change,
    /// When it began, as [`now`] returns it.
    pub began: u64,
    /// Its timeout in microseconds.
    pub limit: Option<u64>,
    /// When it ended, and how. `None` for a process that was killed meanwhile.
    pub end: Option<(u64, Outcome)>,
    /// The last token that [`Change::Nothing`] saw.
    pub saw: Option<String>,
}

impl Attempt {
    /// Whether it took as long as its timeout or longer.
    pub fn is_over_time(&self) -> bool {
        let limit = self.limit.map(Duration::from_micros);
        limit.is_some_and(|limit| self.took().is_some_and(|took| took >= limit))
    }

    /// Whether it is done for certain.
    pub fn is_done(&self) -> bool {
        matches!(
            self.end,
            Some((_, Outcome::Acknowledged | Outcome::Committed))
        )
    }

    /// How long it took.
    pub fn took(&self) -> Option<Duration> {
        let (ended, _) = self.end.as_ref()?;
        Some(Duration::from_micros(ended.saturating_sub(self.began)))
    }

    /// How much longer than its timeout it took.
    pub fn overrun(&self) -> Option<Duration> {
        let limit = Duration::from_micros(self.limit?);
        Some(self.took()?.saturating_sub(limit))
    }

    /// Whether it is not done for certain.
    pub fn has_failed(&self) -> bool {
        matches!(self.end, Some((_, Outcome::Failed(..))))
    }
}

/// The updates that a process has reported.
#[derive(Debug, Default)]
pub struct Report {
    /// Its updates, in the order in which they began.
    pub attempts: Vec<Attempt>,
    /// Threads and descriptors at the end.
    pub resources: Option<(usize, usize)>,
    places: HashMap<String, usize>,
}

impl Report {
    /// Takes the next line. Ignores half a line, which a process that is killed may leave.
    pub fn take(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(Line::Begin {
                token,
                change,
                at,
                limit,
            }) => {
                self.places.insert(token.clone(), self.attempts.len());
                self.attempts.push(Attempt {
                    token,
                    change,
                    began: at,
                    limit,
                    end: None,
                    saw: None,
                });
            }
            Ok(Line::End {
                token,
                at,
                outcome,
                saw,
            }) => {
                if let Some(&place) = self.places.get(&token) {
                    self.attempts[place].end = Some((at, outcome));
                    self.attempts[place].saw = saw;
                }
            }
            Ok(Line::Done {
                threads,
                descriptors,
            }) => self.resources = Some((threads, descriptors)),
            Err(_) => {}
        }
    }
}

/// Returns the time in microseconds of a clock that all processes of the machine share and that is never set.
pub fn now() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call writes to the structure that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec.unsigned_abs() * 1_000_000 + time.tv_nsec.unsigned_abs() / 1000
}
