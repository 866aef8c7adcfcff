//! Error replies of etcd, and replies of other servers.

use crate::etcd::answers::{About, classify};
use crate::etcd::messages::ErrorReply;
use crate::etcd_error::{EtcdError, EtcdProblem};

pub(crate) use crate::etcd::answers::Fate;

/// Why there is no good answer to a request.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) error: EtcdError,
    pub(crate) fate: Fate,
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

/// The gRPC codes "not found", "permission denied", "unimplemented" and "unauthenticated". Etcd returns them with a text of
/// its own, and every other server behind the same gateway gives them as well.
const OF_ANY_SERVER: [i64; 4] = [5, 7, 12, 16];

/// The answer of etcd itself, or of another server with the same gateway.
fn said(member: &str, ErrorReply { code, message }: ErrorReply) -> Failure {
    if OF_ANY_SERVER.contains(&code) && !message.contains("etcdserver") {
        return Failure::not_etcd(member, format!("code {code}: {message}"));
    }
    let (fate, about) = classify(code, &message);
    let problem = match about {
        About::Permission => EtcdProblem::Denied { message },
        About::Size => EtcdProblem::TooLarge { message },
        About::Space => EtcdProblem::Full { message },
        About::Availability => EtcdProblem::Unavailable { message },
        About::Request => EtcdProblem::Refused { code, message },
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
        !self.is_of_another_server()
            && matches!(self.fate, Fate::NotSent | Fate::NotNow | Fate::Unknown)
    }

    /// Whether a server answered that is not etcd.
    pub(crate) fn is_of_another_server(&self) -> bool {
        matches!(self.error.problem, EtcdProblem::NotEtcd { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts and codes as 3.4 to 3.6 have them.
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
            (429, 8, "etcdserver: too many requests", Fate::NotNow),
            (500, 2, "raft proposal dropped", Fate::NotNow),
            (503, 14, "etcdserver: not capable", Fate::NotNow),
            (412, 9, "etcdserver: not capable", Fate::NotNow),
            (
                412,
                9,
                "etcdserver: rpc not supported for learner",
                Fate::NotNow,
            ),
            (500, 15, "etcdserver: corrupt cluster", Fate::NotDone),
            (400, 3, "invalid character 'x'", Fate::NotDone),
            (412, 9, "a precondition of the future", Fate::NotDone),
            (503, 14, "etcdserver: request timed out", Fate::Unknown),
            (503, 14, "etcdserver: leader changed", Fate::Unknown),
            (503, 14, "etcdserver: no leader", Fate::NotNow),
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
        for (status, code, message) in [
            (404, 5, "Not Found"),
            (501, 12, "Not Implemented"),
            (403, 7, "denied"),
            (401, 16, "who are you"),
        ] {
            let body = format!(r#"{{"code":{code},"message":"{message}","details":[]}}"#);
            let other = failure("a:1", status, body.as_bytes());
            assert!(other.is_of_another_server(), "{message}");
        }
        let proxy = failure("a:1", 502, b"bad gateway");
        assert!(proxy.may_pass());
        assert_eq!((page.fate, proxy.fate), (Fate::Unknown, Fate::Unknown));
    }
}
