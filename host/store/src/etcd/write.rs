//! One transaction that changes a document, sent once.

use crate::etcd::answer::{Failure, Fate};
use crate::etcd::client::Client;
use crate::etcd::fence::{Found, decided, fence};
use crate::etcd::mark::{self, Mark};
use crate::etcd::messages::{Compare, Operation, Put, Range, Transaction, TransactionReply};
use crate::etcd::session::{Session, Sessions};
use crate::etcd_error::{EtcdError, EtcdProblem};
use std::sync::Arc;
use std::time::Instant;

/// What a request has besides the document and keys, at most: the value of the mark, numbers, and what frames them.
const REST_OF_REQUEST: usize = 384;

/// A change of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'c> {
    pub(crate) key: &'c [u8],
    /// The revision of the document that it was made from; 0 where there was none.
    pub(crate) base: u64,
    pub(crate) text: &'c [u8],
}

impl Change<'_> {
    /// How many bytes the request has at most, as etcd counts them, which does not see the base64.
    pub(crate) fn request_size(key: &[u8], text: usize) -> usize {
        // The document's key stands there twice, and its mark's three times.
        text.saturating_add(key.len().saturating_mul(5))
            .saturating_add(3 * mark::LONGER)
            .saturating_add(REST_OF_REQUEST)
    }
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is in place, and this is its revision.
    At(u64),
    /// It was not applied, and never will be: the document is another one by now.
    Conflict,
    /// It was not applied, and never will be, for this reason, which may have passed: it may be tried again.
    NotYet(EtcdError),
}

/// Why a change was not made, or may not have been.
#[derive(Debug, Clone)]
pub(crate) enum Unwritten {
    /// It was not applied, and never will be.
    NotDone(EtcdError),
    /// It was applied once or not at all, and the cluster could not be asked which.
    Unknown(EtcdError),
}

/// An attempt to make a change: what it compares, and what it leaves.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) session: &'a Session,
    pub(crate) mark: &'a Mark,
    pub(crate) name: Vec<u8>,
}

/// Makes a change, unless the document is another one by now.
pub(crate) fn write(
    client: &Client,
    sessions: &Sessions,
    change: Change<'_>,
    until: Option<Instant>,
) -> Result<Written, Unwritten> {
    let not_done = |failure: Failure| Unwritten::NotDone(failure.error);
    let (session, mark) = sessions.mark(client, change.key, until).map_err(not_done)?;
    match send(client, sessions, change, &session, mark, until) {
        // The role may be another one by now, for a document whose mark has the same lease. A new mark tells.
        Err(Unwritten::NotDone(EtcdError {
            problem: EtcdProblem::Denied { .. },
            ..
        })) => {
            let (session, mark) = sessions
                .new_mark(client, session, change.key, until)
                .map_err(not_done)?;
            send(client, sessions, change, &session, mark, until)
        }
        sent => sent,
    }
}

/// Sends the transaction once, and finds out what became of it.
fn send(
    client: &Client,
    sessions: &Sessions,
    change: Change<'_>,
    session: &Arc<Session>,
    mut mark: Mark,
    until: Option<Instant>,
) -> Result<Written, Unwritten> {
    let Some(name) = mark::attempt() else {
        session.give_back(change.key, mark);
        return Err(Unwritten::NotDone(unavailable(
            "this system has no random numbers",
        )));
    };
    let attempt = Attempt {
        session,
        mark: &mark,
        name,
    };
    let (found, why) = match client.ask_once("kv/txn", &transaction(change, &attempt), until) {
        Ok(reply) => {
            let why = unavailable("the mark of the update was removed");
            let found = match answered(&reply, &attempt) {
                Some(found) => Ok(found),
                None => decided(client, &attempt, change, why.clone(), until),
            };
            (found, why)
        }
        Err(Failure { fate, error }) => match fate {
            Fate::Unknown => {
                let found = fence(client, &attempt, change, error.clone(), until);
                if let Ok(found) = &found {
                    tracing::debug!(?found, "found out what became of a transaction");
                }
                (found, error)
            }
            Fate::Full => match decided(client, &attempt, change, error.clone(), until) {
                // The mark is not used again: something on the way could send the transaction once more.
                Ok(Found::NoMark) => return Err(Unwritten::NotDone(error)),
                found => (found, error),
            },
            // The lease may have ended after something on the way had sent the transaction a first time.
            Fate::NoLease => {
                let found = decided(client, &attempt, change, error.clone(), until);
                (found, error)
            }
            Fate::NotSent | Fate::NotNow => {
                session.give_back(change.key, mark);
                return Ok(Written::NotYet(error));
            }
            Fate::NotDone | Fate::NoToken => {
                session.give_back(change.key, mark);
                return Err(Unwritten::NotDone(error));
            }
        },
    };
    // A mark of which it is not known where it stands is not used again.
    let (written, stands) = match found.map_err(Unwritten::Unknown)? {
        Found::Applied { revision } => (Written::At(revision), Some(revision)),
        Found::Fenced { revision } => (Written::NotYet(why), Some(revision)),
        Found::Conflict => (Written::Conflict, Some(mark.revision)),
        Found::AppliedWithoutMark { revision } => (Written::At(revision), None),
        Found::NoMark => (Written::NotYet(why), None),
    };
    match stands {
        Some(revision) => {
            mark.revision = revision;
            session.give_back(change.key, mark);
        }
        None => sessions.forget(session),
    }
    Ok(written)
}

fn unavailable(message: &str) -> EtcdError {
    let message = message.to_owned();
    EtcdError {
        problem: EtcdProblem::Unavailable { message },
        member: None,
    }
}

/// Both are put or none is; and only when the document is the one that the change was made from, and the mark stands
/// where this attempt expects it.
fn transaction(change: Change<'_>, attempt: &Attempt<'_>) -> Transaction {
    let mark = attempt.mark;
    Transaction {
        compare: vec![
            Compare::is_at(change.key, change.base),
            Compare::is_at(&mark.key, mark.revision),
        ],
        success: vec![
            Operation::Put(Put {
                key: change.key.into(),
                value: change.text.into(),
                lease: None,
            }),
            Operation::Put(Put {
                key: mark.key.as_slice().into(),
                value: attempt.name.as_slice().into(),
                lease: Some(attempt.session.lease()),
            }),
        ],
        failure: vec![Operation::Range(Range::of(&mark.key))],
    }
}

/// The outcome by the answer to the transaction. `None` where the mark is gone or is another program's: this may be the
/// answer to the second of two, and the first may have been applied while its mark was there.
fn answered(reply: &TransactionReply, attempt: &Attempt<'_>) -> Option<Found> {
    if reply.succeeded {
        return Some(Found::Applied {
            revision: reply.header.revision.0,
        });
    }
    match reply.found(0) {
        // Something on the way has sent it twice, and this is the answer to the second.
        Some(mark) if mark.value.0 == attempt.name => Some(Found::Applied {
            revision: mark.mod_revision.0,
        }),
        Some(mark) if mark.mod_revision.0 == attempt.mark.revision => Some(Found::Conflict),
        _ => None,
    }
}
