//! Finding out what became of a transaction that was not answered.
//!
//! It may have been applied, or lost, or it may still be on its way, in a member that does not run or in the cluster's
//! log. To look is not enough, then: what is not there yet may come. So a *fence* is put: a transaction that changes the
//! mark, if it stands where the attempt expects it, and else reads it. The cluster does one before the other:
//!
//! - The attempt first: the fence finds its mark, and the mark's revision is that of the document.
//! - The fence first: the mark is no longer where the attempt expects it, so that the attempt is never applied.
//!
//! A fence may be sent as often as one likes, to any member: it changes the mark once, and after that finds itself.
//!
//! When the lease has expired meanwhile, or the mark was deleted or overwritten by another program that may write the
//! document, the attempt can no longer be applied, as no revision returns. Whether it was applied before is then in the
//! [history](history) that etcd keeps of the document and of the mark.

use crate::etcd::answer::{Failure, Fate};
use crate::etcd::client::Client;
use crate::etcd::messages::{
    Compare, KeyValue, Number, Operation, Put, Range, RangeReply, Transaction, TransactionReply,
};
use crate::etcd::write::{Attempt, Change};
use crate::etcd_error::EtcdError;
use std::time::Instant;

/// How many changes of the document are looked back over.
const LOOKS_BACK: u32 = 100;

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// It was applied, at this revision, where the mark now stands.
    Applied { revision: u64 },
    /// It was not, and cannot be any more: the mark now stands at this revision.
    Fenced { revision: u64 },
    /// It was not, because the document is another one. The mark stands where it stood.
    Conflict,
    /// It was applied, at this revision. The mark is gone, or is another program's.
    AppliedWithoutMark { revision: u64 },
    /// It was not, and cannot be any more: the mark is gone, or is another program's.
    NoMark,
}

/// Finds out what became of an attempt, of which is only known that `unanswered` was its answer. Asks until the time is
/// up, and for a while in any case.
pub(crate) fn fence(
    client: &Client,
    attempt: &Attempt<'_>,
    change: Change<'_>,
    unanswered: EtcdError,
    until: Option<Instant>,
) -> Result<Found, EtcdError> {
    let until = with_grace(client, until);
    tracing::debug!(%unanswered, "a transaction was not answered: asking what became of it");
    let name = [b"fence of ", attempt.name.as_slice()].concat();
    let reply = client.ask::<TransactionReply>("kv/txn", &transaction(attempt, &name), until);
    let mark = match &reply {
        Ok(reply) if reply.succeeded => {
            return Ok(Found::Fenced {
                revision: reply.header.revision.0,
            });
        }
        Ok(reply) => reply.found(0).cloned(),
        Err(Failure {
            fate: Fate::NoLease,
            ..
        }) => None,
        // It may have been put all the same. Where it was not, an attempt that is not there yet may still come.
        Err(Failure {
            fate: Fate::Full, ..
        }) => match read(client, &attempt.mark.key, None, until)? {
            Some(mark) if mark.mod_revision.0 == attempt.mark.revision => return Err(unanswered),
            mark => mark,
        },
        Err(failure) => return Err(failure.error.clone()),
    };
    match mark {
        Some(mark) if mark.value.0 == attempt.name => Ok(Found::Applied {
            revision: mark.mod_revision.0,
        }),
        Some(mark) if mark.value.0 == name => Ok(Found::Fenced {
            revision: mark.mod_revision.0,
        }),
        _ => history(client, attempt, change, unanswered, until),
    }
}

/// The outcome of an attempt that was decided before etcd replied, and whose reply does not state it. An error is
/// `answer` where it cannot be told, or the reason why the cluster could not be asked.
pub(crate) fn decided(
    client: &Client,
    attempt: &Attempt<'_>,
    change: Change<'_>,
    answer: EtcdError,
    until: Option<Instant>,
) -> Result<Found, EtcdError> {
    let until = with_grace(client, until);
    match read(client, &attempt.mark.key, None, until)? {
        Some(mark) if mark.value.0 == attempt.name => Ok(Found::Applied {
            revision: mark.mod_revision.0,
        }),
        Some(mark) if mark.mod_revision.0 == attempt.mark.revision => Ok(Found::NoMark),
        _ => history(client, attempt, change, answer, until),
    }
}

/// What became of an attempt that cannot be applied any more, and whose mark is gone or is another program's.
///
/// An attempt is applied to the document that it was made from, or not at all. So it was applied by the first change after
/// that one, or never; and a change was the attempt's if the mark has the attempt's name in the same revision. Etcd shows
/// both as they were, until it is compacted.
///
/// Where the document did not exist before the attempt, or does not now, changes between can be hidden by a deletion.
/// An outcome that is not proved is unknown.
fn history(
    client: &Client,
    attempt: &Attempt<'_>,
    change: Change<'_>,
    unanswered: EtcdError,
    until: Option<Instant>,
) -> Result<Found, EtcdError> {
    let Some(mut current) = revision_of(client, change.key, None, until)? else {
        return Err(unanswered);
    };
    for _ in 0..LOOKS_BACK {
        if current == change.base {
            return Ok(Found::NoMark);
        }
        // Older than the document that the attempt was made from: that one was deleted, or is of before a restore.
        if current < change.base {
            return Err(unanswered);
        }
        let Ok(mark) = read(client, &attempt.mark.key, Some(current), until) else {
            return Err(unanswered);
        };
        let is_own =
            |mark: &KeyValue| mark.value.0 == attempt.name && mark.mod_revision.0 == current;
        if mark.is_some_and(|mark| is_own(&mark)) {
            return Ok(Found::AppliedWithoutMark { revision: current });
        }
        match revision_of(client, change.key, Some(current - 1), until) {
            Ok(Some(before)) => current = before,
            Ok(None) | Err(_) => return Err(unanswered),
        }
    }
    Err(unanswered)
}

/// Time to ask also where the deadline has passed while the answer was waited for.
fn with_grace(client: &Client, until: Option<Instant>) -> Option<Instant> {
    let grace = Instant::now() + client.timeout() * 2;
    until.map(|until| until.max(grace))
}

fn transaction(attempt: &Attempt<'_>, name: &[u8]) -> Transaction {
    let mark = attempt.mark;
    Transaction {
        compare: vec![Compare::is_at(&mark.key, mark.revision)],
        success: vec![Operation::Put(Put {
            key: mark.key.as_slice().into(),
            value: name.into(),
            lease: Some(attempt.session.lease()),
        })],
        failure: vec![Operation::Range(Range::of(&mark.key))],
    }
}

/// The revision of a document: now, or as it was at another revision.
fn revision_of(
    client: &Client,
    key: &[u8],
    revision: Option<u64>,
    until: Option<Instant>,
) -> Result<Option<u64>, EtcdError> {
    let request = Range {
        revision: revision.map(Number),
        keys_only: true,
        ..Range::of(key)
    };
    let found = ask(client, &request, until)?;
    Ok(found.map(|document| document.mod_revision.0))
}

/// A mark: now, or as it was at a revision.
fn read(
    client: &Client,
    key: &[u8],
    revision: Option<u64>,
    until: Option<Instant>,
) -> Result<Option<KeyValue>, EtcdError> {
    let request = Range {
        revision: revision.map(Number),
        ..Range::of(key)
    };
    ask(client, &request, until)
}

/// A linearizable read of one key.
fn ask(
    client: &Client,
    request: &Range,
    until: Option<Instant>,
) -> Result<Option<KeyValue>, EtcdError> {
    let reply: Result<RangeReply, _> = client.ask("kv/range", request, until);
    let reply = reply.map_err(|failure| failure.error)?;
    Ok(reply.kvs.into_iter().next())
}
