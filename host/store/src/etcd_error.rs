//! Errors of etcd, and of the connection to it.
//!
//! These types exist with and without the feature `etcd`, so that a match on [`Error`](crate::Error) is the same.

/// An error of etcd, or of the connection to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}{}", at(member.as_deref()))]
pub struct EtcdError {
    /// The problem.
    pub problem: EtcdProblem,
    /// The member that was asked last; `None` where [`Error::with_path`](crate::Error::with_path) removed it.
    pub member: Option<String>,
}

/// The problem with a request to etcd.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EtcdProblem {
    /// No connection could be made, so no request was sent.
    #[error("cannot be reached: {reason}; check the address, and that etcd runs there")]
    Unreachable {
        /// The reason.
        reason: String,
    },
    /// The connection broke, or the deadline passed, after the request had been sent.
    #[error("did not answer: {reason}")]
    NoAnswer {
        /// The reason.
        reason: String,
    },
    /// The cluster cannot serve requests at the moment: it has no leader, or has just changed it.
    #[error("not available: {message}")]
    Unavailable {
        /// etcd's message.
        message: String,
    },
    /// The user's role does not allow this, or authentication failed.
    #[error(
        "not allowed: {message}; check the user, the password, the certificate, and the user's role"
    )]
    Denied {
        /// etcd's message.
        message: String,
    },
    /// The database has no space left.
    #[error("{message}; compact and defragment it, or raise etcd's --quota-backend-bytes")]
    Full {
        /// etcd's message.
        message: String,
    },
    /// The request exceeds etcd's own limit, although not `EtcdOptions::max_request`.
    #[error("{message}; raise etcd's --max-request-bytes")]
    TooLarge {
        /// etcd's message.
        message: String,
    },
    /// Any other reply that means that nothing was done.
    #[error("{message} (code {code})")]
    Refused {
        /// The gRPC status code.
        code: i64,
        /// etcd's message.
        message: String,
    },
    /// The reply is not the JSON of etcd's gateway, version 3.4 or later.
    #[error("this is not etcd's gateway (3.4 or later): {reason}; check the address")]
    NotEtcd {
        /// What is wrong with the reply.
        reason: String,
    },
}

impl EtcdError {
    /// The same, for a guest that must not learn where the cluster is.
    pub(crate) fn without_member(self) -> EtcdError {
        let problem = match self.problem {
            EtcdProblem::Unreachable { .. } => EtcdProblem::Unreachable {
                reason: "no connection".to_owned(),
            },
            EtcdProblem::NoAnswer { .. } => EtcdProblem::NoAnswer {
                reason: "the connection broke, or the time was up".to_owned(),
            },
            EtcdProblem::NotEtcd { .. } => EtcdProblem::NotEtcd {
                reason: "another answer".to_owned(),
            },
            other => other,
        };
        EtcdError {
            problem,
            member: None,
        }
    }
}

fn at(member: Option<&str>) -> String {
    member.map_or_else(String::new, |member| format!(" (at {member})"))
}

/// What is wrong with the address of documents in etcd.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressProblem {
    /// It does not begin as such an address does.
    #[error("it does not begin with `etcd://`")]
    Scheme,
    /// It names no member of a cluster.
    #[error("it names no host")]
    NoHost,
    /// One of the members is not a host and a port.
    #[error("`{member}` is not HOST:PORT; etcd's default port is 2379")]
    Member {
        /// The member, as the address has it.
        member: String,
    },
    /// It has a user in it, and perhaps a password: every user who can list processes would see them.
    #[error("an address cannot have a user or a password in it: they are separate options")]
    Credentials,
    /// It names no document.
    #[error("it names no document: the key follows the port, /prefix/app.json for example")]
    NoDocument,
    /// The prefix is not valid.
    #[error("the prefix is not valid: {problem}")]
    Prefix {
        /// The problem with it.
        problem: crate::PathProblem,
    },
}
