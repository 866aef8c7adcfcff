//! One transaction that changes a document, sent once.

use crate::etcd::answer::{Failure, Fate};
use crate::etcd::client::Client;
use crate::etcd::fence::{Found, decided, fence};
use crate::etcd::messages::{Compare, Operation, Put, Range, Transaction, TransactionReply};
use crate::etcd::session::{Mark, Session, Sessions, attempt};
use crate::etcd_error::{EtcdError, EtcdProblem};
use std::time::Instant;

/// What a request has besides the document and its key, at most: marks, compares, and what frames them.
const REST_OF_REQUEST: usize = 512;

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
        text.saturating_add(key.len() * 2)
            .saturating_add(REST_OF_REQUEST)
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is in place, and this is its revision.
    At(u64),
    /// It was not applied, and never will be: the document is another one by now.
    Conflict,
    /// It was not applied, and never will be, for a reason that has passed: it may be tried again.
    NotYet,
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
    let session = sessions
        .current(client, until)
        .map_err(|failure| Unwritten::NotDone(failure.error))?;
    let Some(name) = attempt() else {
        let message = "this system has no random numbers".to_owned();
        return Err(Unwritten::NotDone(EtcdError {
            problem: EtcdProblem::Unavailable { message },
            member: None,
        }));
    };
    let mut mark = session.mark();
    let attempt = Attempt {
        session: &session,
        mark: &mark,
        name,
    };
    let found = match client.ask_once("kv/txn", &transaction(change, &attempt), until) {
        Ok(reply) => Ok(answered(&reply, &attempt)),
        Err(Failure {
            fate: Fate::Unknown,
            error,
        }) => fence(client, &attempt, change, error, until)
            .inspect(|found| tracing::debug!(?found, "found out what became of a transaction")),
        Err(Failure {
            fate: Fate::Full,
            error,
        }) => match decided(client, &attempt, change, error.clone(), until) {
            Ok(Some(revision)) => Ok(Found::Applied { revision }),
            // The mark is not used again: something on the way could send the transaction once more.
            Ok(None) => return Err(Unwritten::NotDone(error)),
            Err(unread) => Err(unread),
        },
        Err(Failure {
            fate: Fate::NoLease,
            ..
        }) => Ok(Found::NoLease),
        Err(Failure { error, .. }) => {
            session.give_back(mark);
            return Err(Unwritten::NotDone(error));
        }
    };
    // A mark of which it is not known where it stands is not used again.
    let (written, revision) = match found.map_err(Unwritten::Unknown)? {
        Found::Applied { revision } => (Written::At(revision), revision),
        Found::Fenced { revision } => (Written::NotYet, revision),
        Found::Conflict => (Written::Conflict, mark.revision),
        Found::NoLease => {
            sessions.forget(&session);
            return Ok(Written::NotYet);
        }
    };
    mark.revision = revision;
    session.give_back(mark);
    Ok(written)
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

/// What the answer to the transaction says.
fn answered(reply: &TransactionReply, attempt: &Attempt<'_>) -> Found {
    if reply.succeeded {
        return Found::Applied {
            revision: reply.header.revision.0,
        };
    }
    match reply.found(0) {
        // Something on the way has sent it twice, and this is the answer to the second.
        Some(mark) if mark.value.0 == attempt.name => Found::Applied {
            revision: mark.mod_revision.0,
        },
        Some(mark) if mark.mod_revision.0 == attempt.mark.revision => Found::Conflict,
        None if attempt.mark.revision == 0 => Found::Conflict,
        // The mark is not where it was: it went with the lease.
        _ => Found::NoLease,
    }
}
