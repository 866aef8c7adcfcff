//! What etcd, or the way to it, answers instead of doing what it was asked.
//!
//! These types are here whether or not the feature `etcd` is, so that whoever matches on [`Error`](crate::Error) need
//! not know.

/// What etcd, or the way to it, answered instead of doing what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}{}", at(member.as_deref()))]
pub struct EtcdError {
    /// What went wrong.
    pub problem: EtcdProblem,
    /// The member that was asked last; `None` when that is not to be told.
    pub member: Option<String>,
}

/// What went wrong with a request to etcd.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EtcdProblem {
    /// No connection could be made, so nothing was asked.
    #[error("cannot be reached: {reason}; check the address, and that etcd runs there")]
    Unreachable {
        /// Why.
        reason: String,
    },
    /// The connection broke, or the time was up, after the request had been sent.
    #[error("did not answer: {reason}")]
    NoAnswer {
        /// Why.
        reason: String,
    },
    /// The cluster cannot serve requests at the moment: it has no leader, or has just changed it.
    #[error("not available: {message}")]
    Unavailable {
        /// What etcd says.
        message: String,
    },
    /// The user may not do this, or is not who he says.
    #[error(
        "not allowed: {message}; check the user, the password, the certificate, and the user's role"
    )]
    Denied {
        /// What etcd says.
        message: String,
    },
    /// The database has no room left.
    #[error("{message}; compact and defragment it, or raise etcd's --quota-backend-bytes")]
    Full {
        /// What etcd says.
        message: String,
    },
    /// The request is more than etcd takes at once, although it is less than
    /// `EtcdOptions::max_request`.
    #[error("{message}; raise etcd's --max-request-bytes")]
    TooLarge {
        /// What etcd says.
        message: String,
    },
    /// Any other answer that means that nothing was done.
    #[error("{message} (code {code})")]
    Refused {
        /// The gRPC status code.
        code: i64,
        /// What etcd says.
        message: String,
    },
    /// What answers there does not speak the JSON of etcd's gateway, version 3.4 or later.
    #[error("this is not etcd's gateway (3.4 or later): {reason}; check the address")]
    NotEtcd {
        /// What it answered.
        reason: String,
    },
}

impl EtcdError {
    /// The same, for those who must not learn where the cluster is.
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
    #[error("`{member}` is not HOST:PORT; etcd's port is 2379 unless it was told otherwise")]
    Member {
        /// What stands in the address.
        member: String,
    },
    /// It has a user in it, and perhaps a password, which everybody would see who can list processes.
    #[error("a user and a password do not stand in an address: they are given apart from it")]
    Credentials,
    /// It names no document.
    #[error("it names no document: the key stands after the port, /prefix/app.json for example")]
    NoDocument,
    /// The prefix cannot be one.
    #[error("the prefix is none: {problem}")]
    Prefix {
        /// What is wrong with it.
        problem: crate::PathProblem,
    },
}
