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
//! When the lease has expired meanwhile, marks are gone, and no attempt that needs it can be applied any more. Whether
//! it was applied before can then only be told when the document is still the one it was made from.

use crate::etcd::answer::{Failure, Fate};
use crate::etcd::client::Client;
use crate::etcd::messages::{
    Compare, KeyValue, Operation, Put, Range, RangeReply, Transaction, TransactionReply,
};
use crate::etcd::write::{Attempt, Change};
use crate::etcd_error::EtcdError;
use std::time::Instant;

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// It was applied, at this revision, where the mark now stands.
    Applied { revision: u64 },
    /// It was not, and cannot be any more: the mark now stands at this revision.
    Fenced { revision: u64 },
    /// It was not, because the document is another one. The mark stands where it stood.
    Conflict,
    /// It was not, and cannot be any more: the lease is gone.
    NoLease,
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
    // Whoever was only told now that the answer does not come has no time left to ask, and every reason to.
    let grace = Instant::now() + client.timeout() * 2;
    let until = until.map(|until| until.max(grace));
    tracing::debug!(%unanswered, "a transaction was not answered: asking what became of it");
    let name = [b"fence of ", attempt.name.as_slice()].concat();
    let reply = client.ask::<TransactionReply>("kv/txn", &transaction(attempt, &name), until);
    match reply {
        Ok(reply) if reply.succeeded => Ok(Found::Fenced {
            revision: reply.header.revision.0,
        }),
        Ok(reply) => match reply.found(0) {
            Some(mark) if mark.value.0 == attempt.name => Ok(Found::Applied {
                revision: mark.mod_revision.0,
            }),
            Some(mark) if mark.value.0 == name => Ok(Found::Fenced {
                revision: mark.mod_revision.0,
            }),
            _ => without_marks(client, change, unanswered, until),
        },
        Err(Failure {
            fate: Fate::NoLease,
            ..
        }) => without_marks(client, change, unanswered, until),
        // No fence can be put, so an attempt that is not there yet may still come.
        Err(Failure {
            fate: Fate::Full, ..
        }) => match read(client, &attempt.mark.key, until)? {
            Some(mark) if mark.value.0 == attempt.name => Ok(Found::Applied {
                revision: mark.mod_revision.0,
            }),
            Some(mark) if mark.value.0 == name => Ok(Found::Fenced {
                revision: mark.mod_revision.0,
            }),
            _ => Err(unanswered),
        },
        Err(failure) => Err(failure.error),
    }
}

/// Whether an attempt was applied that etcd has answered because it is full: the revision if it was, `None` if it was not.
/// An error is `answer` where neither can be told, or the reason why the cluster could not be asked.
///
/// The attempt is decided by now, so two linearizable reads tell. A mark that is not there proves nothing: it may have gone
/// with its lease, or by another tenant. Then the document counts: an attempt that was applied has changed it.
pub(crate) fn decided(
    client: &Client,
    attempt: &Attempt<'_>,
    change: Change<'_>,
    answer: EtcdError,
    until: Option<Instant>,
) -> Result<Option<u64>, EtcdError> {
    // Whoever was only told now has every reason to ask.
    let grace = Instant::now() + client.timeout() * 2;
    let until = until.map(|until| until.max(grace));
    let expected = attempt.mark.revision;
    match read(client, &attempt.mark.key, until)? {
        Some(mark) if mark.value.0 == attempt.name => return Ok(Some(mark.mod_revision.0)),
        Some(mark) if mark.mod_revision.0 == expected => return Ok(None),
        _ => {}
    }
    // One that was made and removed again at this moment is not there either; to make it once more does no harm.
    let document = read(client, change.key, until)?;
    let is_as_before = document.map_or(0, |document| document.mod_revision.0) == change.base;
    if is_as_before { Ok(None) } else { Err(answer) }
}

fn transaction(attempt: &Attempt<'_>, name: &[u8]) -> Transaction {
    let mark = attempt.mark;
    Transaction {
        compare: vec![Compare::is_at(&mark.key, mark.revision)],
        success: vec![Operation::Put(Put {
            key: mark.key.as_slice().into(),
            value: name.into(),
            // The attempt's: if it is no more, the mark may have gone with it, and the fence would prove nothing.
            lease: Some(attempt.session.lease()),
        })],
        failure: vec![Operation::Range(Range::of(&mark.key))],
    }
}

/// Marks are gone with their lease: the attempt can no longer be applied, and was not if the document is still the one
/// that it was made from. A document that is not there may have been made and removed meanwhile.
fn without_marks(
    client: &Client,
    change: Change<'_>,
    unanswered: EtcdError,
    until: Option<Instant>,
) -> Result<Found, EtcdError> {
    match read(client, change.key, until)? {
        Some(document) if document.mod_revision.0 == change.base => Ok(Found::NoLease),
        _ => Err(unanswered),
    }
}

/// A key, by a linearizable read.
fn read(
    client: &Client,
    key: &[u8],
    until: Option<Instant>,
) -> Result<Option<KeyValue>, EtcdError> {
    let reply: Result<RangeReply, _> = client.ask("kv/range", &Range::of(key), until);
    let reply = reply.map_err(|failure| failure.error)?;
    Ok(reply.kvs.into_iter().next())
}
