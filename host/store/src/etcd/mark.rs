//! Marks: keys by which a transaction is recognised afterwards.
//!
//! A transaction that changes a document also puts a mark, whose value names this one attempt. When no answer comes, the
//! mark tells whether the transaction was applied ([`fence`](crate::etcd::fence)).
//!
//! A mark's key is that of the document, a zero byte, and a rest that is the session's own. No key of a document has a zero
//! byte, so a range that begins or ends between the two is no range of documents. A role that may write a range with the
//! document in it may write the mark, and a role that may not write the document may not. So etcd itself keeps the tenants
//! of a cluster away from each other's marks. A role for one key needs the range from the key to the key with a byte 1
//! behind it.
//!
//! A mark is put before the first transaction that expects it, so that no transaction expects that there is none. No
//! revision of it returns, neither when it is deleted nor when it is put again. A transaction can therefore not be applied
//! after its mark was touched.

use crate::etcd::answer::Failure;
use crate::etcd::client::Client;
use crate::etcd::messages::{
    Compare, Number, Operation, Put, Range, Transaction, TransactionReply,
};
use rustls::crypto::SecureRandom;
use rustls::crypto::ring::default_provider;
use std::sync::LazyLock;
use std::time::Instant;

/// Between a document's key and what only a mark's has. No path of a document has a zero byte.
const BETWEEN: &str = "\0amend/";

/// The largest difference in length between a mark's key and the document's: two numbers and their separators.
pub(crate) const LONGER: usize = BETWEEN.len() + 16 + 1 + 20;

/// A mark that one transaction at a time may put.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) key: Vec<u8>,
    /// The revision at which it was last put: a transaction is only applied while the mark has it. Never 0.
    pub(crate) revision: u64,
}

impl Mark {
    /// Puts a new mark of a document, bound to this lease. May be sent twice, as it does not replace itself.
    pub(crate) fn put(
        client: &Client,
        document: &[u8],
        lease: Number,
        number: u64,
        until: Option<Instant>,
    ) -> Result<Mark, Failure> {
        let rest = format!("{BETWEEN}{:x}/{number}", lease.0);
        let key = [document, rest.as_bytes()].concat();
        let transaction = Transaction {
            compare: vec![Compare::is_at(&key, 0)],
            success: vec![Operation::Put(Put {
                key: key.as_slice().into(),
                value: b"new"[..].into(),
                lease: Some(lease),
            })],
            failure: vec![Operation::Range(Range::of(&key))],
        };
        let reply: TransactionReply = client.ask("kv/txn", &transaction, until)?;
        let revision = match reply.found(0) {
            Some(found) => found.mod_revision.0,
            // It was just put.
            None => reply.header.revision.0,
        };
        Ok(Mark { key, revision })
    }
}

/// A name that no other attempt has, and that cannot be known before it is in a mark. Each user that may write the
/// document may write its marks, and could otherwise make a transaction that was lost look as if it had been applied.
/// `None` when the system has no random numbers.
pub(crate) fn attempt() -> Option<Vec<u8>> {
    static RANDOM: LazyLock<&'static dyn SecureRandom> =
        LazyLock::new(|| default_provider().secure_random);
    let mut random = [0; 16];
    RANDOM.fill(&mut random).ok()?;
    Some(format!("attempt {:032x}", u128::from_be_bytes(random)).into_bytes())
}
