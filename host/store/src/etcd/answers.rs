//! The error replies of etcd, and the conclusion that each allows about the request.
//!
//! The table is from etcd's own source, in 3.4.45, 3.5.33 and 3.6.14: the texts of `rpctypes/error.go`, and those that
//! `v3rpc/util.go` passes on unchanged. A request that changes something goes through these steps, and the step in which an
//! answer arises decides what it proves:
//!
//! 1. The interceptors of `v3rpc`, its checks of the request, and its check of the quota.
//! 2. `processInternalRaftRequestOnce`, up to its proposal to the cluster.
//! 3. The wait for the cluster, which ends with what came of the request, or without.
//! 4. The appliers, one around another (corruption, quota, users), which check everything before they change anything.
//!
//! An answer of step 1, 2 or 4 proves that the request was not done, but for that of the quota, which also arises in step
//! 4 *after* the request was done. An answer of step 3 proves nothing.
//!
//! The code is no part of the table, since two answers have another one in 3.6. `tests/tests/etcd/answers.rs` reads this
//! file, and compares it with what members really answer.

/// The outcome of a request that got an error reply, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It never left this machine. Another member may be asked, and so may this one later.
    NotSent,
    /// It was not done, because of this member or of this moment. Another member may be asked, and so may this one later.
    NotNow,
    /// It was not done, and would not be done by another member either.
    NotDone,
    /// It was not done, because the lease that it needs is no more.
    NoLease,
    /// It was not done, because the token has expired or is older than the last change of users and roles.
    NoToken,
    /// It was done or it was not, and neither can change any more.
    Full,
    /// It may have been done, or may yet be. Another member may be asked what is the case.
    Unknown,
}

/// The subject of a reply, for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Permission,
    Size,
    Space,
    Availability,
    Request,
}

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What its text contains.
    pub(crate) text: &'static str,
    pub(crate) fate: Fate,
    pub(crate) about: About,
}

const fn answer(text: &'static str, fate: Fate, about: About) -> Answer {
    Answer { text, fate, about }
}

/// The answers that requests to documents, marks, leases and tokens can get.
#[rustfmt::skip]
pub(crate) const ANSWERS: &[Answer] = &[
    // Step 1: the interceptors. The first is of a member that has just started. Both have code 14, and 9 in 3.6.
    answer("etcdserver: not capable", Fate::NotNow, About::Availability),
    answer("etcdserver: rpc not supported for learner", Fate::NotNow, About::Availability),
    // Of lease/keepalive, and of requests that demand a leader.
    answer("etcdserver: no leader", Fate::NotNow, About::Availability),
    // Step 1: the checks of the request.
    answer("etcdserver: key is not provided", Fate::NotDone, About::Request),
    answer("etcdserver: value is provided", Fate::NotDone, About::Request),
    answer("etcdserver: lease is provided", Fate::NotDone, About::Request),
    answer("etcdserver: too many operations in txn request", Fate::NotDone, About::Request),
    answer("etcdserver: duplicate key given in txn request", Fate::NotDone, About::Request),
    answer("etcdserver: invalid sort option", Fate::NotDone, About::Request),
    answer("etcdserver: invalid client api version", Fate::NotDone, About::Request),
    // Of gRPC, in the server and in the gateway's client. The gateway takes answers of every size.
    answer("received message larger than max", Fate::NotDone, About::Size),
    answer("trying to send message larger than max", Fate::NotDone, About::Size),
    // Step 2.
    answer("etcdserver: too many requests", Fate::NotNow, About::Availability),
    answer("etcdserver: invalid auth token", Fate::NoToken, About::Permission),
    answer("etcdserver: request is too large", Fate::NotDone, About::Size),
    // Of raft, when there is no leader, or when the leader hands over or has too much that is not committed.
    answer("raft proposal dropped", Fate::NotNow, About::Availability),
    // Step 3.
    answer("etcdserver: request timed out", Fate::Unknown, About::Availability),
    answer("etcdserver: server stopped", Fate::Unknown, About::Availability),
    answer("raft: stopped", Fate::Unknown, About::Availability),
    answer("context canceled", Fate::Unknown, About::Availability),
    answer("context deadline exceeded", Fate::Unknown, About::Availability),
    answer("etcdserver: request canceled", Fate::Unknown, About::Availability),
    // Of reads, and of changes of members: they decide nothing about a transaction.
    answer("etcdserver: leader changed", Fate::Unknown, About::Availability),
    answer("etcdserver: unhealthy cluster", Fate::Unknown, About::Availability),
    answer("etcdserver: not leader", Fate::Unknown, About::Availability),
    answer("not a primary lessor", Fate::Unknown, About::Availability),
    // Steps 1 and 4. In step 4 it is also the answer to a request that was done (`quotaApplierV3`): others have crossed the
    // quota between the check of this request and its turn.
    answer("etcdserver: mvcc: database space exceeded", Fate::Full, About::Space),
    // Step 4. An alarm is in the cluster's log, so that all members refuse the same requests.
    answer("etcdserver: corrupt cluster", Fate::NotDone, About::Availability),
    answer("etcdserver: revision of auth store is old", Fate::NoToken, About::Availability),
    answer("etcdserver: permission denied", Fate::NotDone, About::Permission),
    answer("etcdserver: user name is empty", Fate::NotDone, About::Permission),
    answer("etcdserver: user name not found", Fate::NotDone, About::Permission),
    answer("etcdserver: authentication failed, invalid user ID or password", Fate::NotDone, About::Permission),
    answer("etcdserver: authentication is not enabled", Fate::NotDone, About::Permission),
    answer("etcdserver: invalid auth management", Fate::NotDone, About::Permission),
    answer("etcdserver: requested lease not found", Fate::NoLease, About::Request),
    answer("etcdserver: lease already exists", Fate::NotDone, About::Request),
    answer("etcdserver: too large lease TTL", Fate::NotDone, About::Request),
    answer("etcdserver: key not found", Fate::NotDone, About::Request),
    answer("etcdserver: mvcc: required revision has been compacted", Fate::NotDone, About::Request),
    answer("etcdserver: mvcc: required revision is a future revision", Fate::NotDone, About::Request),
];

/// The status codes of gRPC (<https://grpc.github.io/grpc/core/md_doc_statuscodes.html>) that say of themselves that a
/// request was refused: invalid argument, not found, already exists, failed precondition, out of range, unimplemented.
/// What etcd's gateway says of a request that it cannot read has no text of its own.
const REFUSED: &[i64] = &[3, 5, 6, 9, 11, 12];

/// Permission denied, and unauthenticated.
const DENIED: &[i64] = &[7, 16];

/// The outcome that a reply proves, and its subject. For a reply that is not in the table its code decides.
pub(crate) fn classify(code: i64, text: &str) -> (Fate, About) {
    let known = ANSWERS.iter().find(|answer| text.contains(answer.text));
    match known {
        Some(answer) => (answer.fate, answer.about),
        None if DENIED.contains(&code) => (Fate::NotDone, About::Permission),
        None if REFUSED.contains(&code) => (Fate::NotDone, About::Request),
        None => (Fate::Unknown, About::Availability),
    }
}
