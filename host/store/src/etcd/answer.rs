//! What may come back from a request, and what it says about whether the request was done.

use crate::etcd::messages::ErrorReply;
use crate::etcd_error::{EtcdError, EtcdProblem};

/// Why there is no good answer to a request.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) error: EtcdError,
    pub(crate) fate: Fate,
}

/// What is known of a request that has no good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It never left this machine. Another member may be asked.
    NotSent,
    /// It was not done, and would not be done by another member either.
    NotDone,
    /// It was not done, because the lease that it needs is no more.
    NoLease,
    /// It was not done, because the token has expired or is older than the last change of users and roles.
    NoToken,
    /// Etcd is full. It was done or it was not, and neither can change any more: etcd gives this answer before it proposes a
    /// change, instead of applying it, and also after it has applied one while others' changes crossed the quota
    /// (`quotaApplierV3` in etcd's `server/etcdserver`).
    Full,
    /// It may have been done, or may yet be. Another member may be asked what is the case.
    Unknown,
}

/// The status codes of gRPC (<https://grpc.github.io/grpc/core/md_doc_statuscodes.html>).
mod code {
    pub(crate) const INVALID_ARGUMENT: i64 = 3;
    pub(crate) const NOT_FOUND: i64 = 5;
    pub(crate) const ALREADY_EXISTS: i64 = 6;
    pub(crate) const PERMISSION_DENIED: i64 = 7;
    pub(crate) const RESOURCE_EXHAUSTED: i64 = 8;
    pub(crate) const FAILED_PRECONDITION: i64 = 9;
    pub(crate) const OUT_OF_RANGE: i64 = 11;
    pub(crate) const UNIMPLEMENTED: i64 = 12;
    pub(crate) const UNAUTHENTICATED: i64 = 16;
}

/// Reads the answer of a member that did not do what it was asked: the HTTP status and the body.
pub(crate) fn failure(member: &str, status: u16, body: &[u8]) -> Failure {
    error_in(member, body).unwrap_or_else(|| {
        let status_is = format!("HTTP status {status}");
        match status {
            // Something between us and etcd that has lost it.
            502..=504 => {
                let problem = EtcdProblem::Unavailable { message: status_is };
                Failure::new(member, Fate::Unknown, problem)
            }
            _ => Failure::not_etcd(member, status_is),
        }
    })
}

/// The error that a body says, if it says one.
pub(crate) fn error_in(member: &str, body: &[u8]) -> Option<Failure> {
    let reply = serde_json::from_slice::<ErrorReply>(body).ok()?;
    Some(said(member, reply))
}

/// What etcd itself says. Which errors it gives before and which after it has proposed a change to the cluster is in
/// its `etcdserver/api/v3rpc/rpctypes/error.go`; those that are not known to be given before count as unknown.
fn said(member: &str, ErrorReply { code, message }: ErrorReply) -> Failure {
    let (fate, problem) = match code {
        code::UNAUTHENTICATED => (Fate::NoToken, EtcdProblem::Denied { message }),
        // Clients are sent the first one. The second one is its name inside of etcd.
        code::INVALID_ARGUMENT
            if ["revision of auth store is old", "revision in header is old"]
                .iter()
                .any(|old| message.contains(old)) =>
        {
            (Fate::NoToken, EtcdProblem::Denied { message })
        }
        code::PERMISSION_DENIED => (Fate::NotDone, EtcdProblem::Denied { message }),
        // "user name is empty", and a password that is wrong.
        code::INVALID_ARGUMENT if message.contains("user name") || message.contains("auth") => {
            (Fate::NotDone, EtcdProblem::Denied { message })
        }
        code::INVALID_ARGUMENT if message.contains("request is too large") => {
            (Fate::NotDone, EtcdProblem::TooLarge { message })
        }
        code::RESOURCE_EXHAUSTED if message.contains("space exceeded") => {
            (Fate::Full, EtcdProblem::Full { message })
        }
        // Of gRPC itself: the message is larger than the server takes.
        code::RESOURCE_EXHAUSTED if message.contains("larger than max") => {
            (Fate::NotDone, EtcdProblem::TooLarge { message })
        }
        // "too many requests": it will have fewer at another time.
        code::RESOURCE_EXHAUSTED => (Fate::Unknown, EtcdProblem::Unavailable { message }),
        code::NOT_FOUND if message.contains("lease not found") => {
            (Fate::NoLease, EtcdProblem::Refused { code, message })
        }
        code::NOT_FOUND
        | code::INVALID_ARGUMENT
        | code::ALREADY_EXISTS
        | code::FAILED_PRECONDITION
        | code::OUT_OF_RANGE
        | code::UNIMPLEMENTED => (Fate::NotDone, EtcdProblem::Refused { code, message }),
        _ => (Fate::Unknown, EtcdProblem::Unavailable { message }),
    };
    Failure::new(member, fate, problem)
}

impl Failure {
    pub(crate) fn new(member: &str, fate: Fate, problem: EtcdProblem) -> Failure {
        Failure {
            error: EtcdError {
                problem,
                member: Some(member.to_owned()),
            },
            fate,
        }
    }

    /// What answered is not etcd, and what it has done with the request nobody can say.
    pub(crate) fn not_etcd(member: &str, reason: String) -> Failure {
        Failure::new(member, Fate::Unknown, EtcdProblem::NotEtcd { reason })
    }

    /// Whether a request that may be done twice is worth another try.
    pub(crate) fn may_pass(&self) -> bool {
        !self.is_of_another_server() && matches!(self.fate, Fate::NotSent | Fate::Unknown)
    }

    /// Whether a server answered that is not etcd.
    pub(crate) fn is_of_another_server(&self) -> bool {
        matches!(self.error.problem, EtcdProblem::NotEtcd { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What etcd 3.4.23 answered when it was asked, and what 3.4's rpctypes/error.go has besides.
    #[test]
    fn what_was_surely_not_done_is_told_from_what_is_unknown() {
        for (status, code, message, fate) in [
            (
                404,
                5,
                "etcdserver: requested lease not found",
                Fate::NoLease,
            ),
            (401, 16, "etcdserver: invalid auth token", Fate::NoToken),
            (
                400,
                3,
                "etcdserver: revision in header is old",
                Fate::NoToken,
            ),
            (
                400,
                3,
                "etcdserver: revision of auth store is old",
                Fate::NoToken,
            ),
            (400, 3, "etcdserver: user name is empty", Fate::NotDone),
            (400, 3, "etcdserver: request is too large", Fate::NotDone),
            (403, 7, "etcdserver: permission denied", Fate::NotDone),
            (
                429,
                8,
                "etcdserver: mvcc: database space exceeded",
                Fate::Full,
            ),
            (
                412,
                9,
                "etcdserver: authentication is not enabled",
                Fate::NotDone,
            ),
            (
                400,
                11,
                "etcdserver: mvcc: required revision has been compacted",
                Fate::NotDone,
            ),
            (429, 8, "etcdserver: too many requests", Fate::Unknown),
            (503, 14, "etcdserver: request timed out", Fate::Unknown),
            (503, 14, "etcdserver: leader changed", Fate::Unknown),
            (503, 14, "etcdserver: no leader", Fate::Unknown),
            (503, 14, "etcdserver: server stopped", Fate::Unknown),
            (504, 4, "context deadline exceeded", Fate::Unknown),
            (500, 13, "internal", Fate::Unknown),
            (500, 2, "something new", Fate::Unknown),
            (200, 99, "a code of the future", Fate::Unknown),
        ] {
            let body = format!(r#"{{"error":"{message}","code":{code}}}"#);
            let failure = failure("a:1", status, body.as_bytes());
            assert_eq!(failure.fate, fate, "{message}");
            assert!(
                failure.error.to_string().contains(message),
                "{}",
                failure.error
            );
        }
    }

    #[test]
    fn another_server_is_not_taken_for_etcd() {
        let page = failure("a:1", 404, b"<html>not found</html>");
        assert!(matches!(page.error.problem, EtcdProblem::NotEtcd { .. }));
        assert!(!page.may_pass());
        let proxy = failure("a:1", 502, b"bad gateway");
        assert!(proxy.may_pass());
        assert_eq!((page.fate, proxy.fate), (Fate::Unknown, Fate::Unknown));
    }
}
