//! Addresses: `etcd://HOST:PORT[,HOST:PORT...]/PREFIX`.
//!
//! What stands after the members is the key, letter by letter and with its slash: nothing is decoded in it, so that
//! `etcdctl get` takes it as it is.

use crate::error::Error;
use crate::etcd_error::AddressProblem;
use crate::path_problem::PathProblem;
use std::net::Ipv6Addr;
use std::path::{Component, Path, PathBuf};

const SCHEME: &str = "etcd://";

/// Where etcd listens unless it was told otherwise.
const PORT: &str = "2379";

/// Where documents are: the members of a cluster, and the prefix of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Each a host and a port.
    pub(crate) members: Vec<String>,
    /// Empty, or with a slash at its beginning and none at its end.
    pub(crate) prefix: String,
}

impl Address {
    pub(crate) fn parse(address: &str) -> Result<Address, Error> {
        let invalid = |problem| invalid(address, problem);
        let (members, path) = halves(address).map_err(invalid)?;
        if members.is_empty() {
            return Err(invalid(AddressProblem::NoHost));
        }
        let members = members.split(',').map(member);
        Ok(Address {
            members: members.collect::<Result<_, _>>().map_err(invalid)?,
            prefix: prefix(path).map_err(|problem| invalid(AddressProblem::Prefix { problem }))?,
        })
    }

    /// The address as people know it.
    pub(crate) fn show(&self) -> PathBuf {
        format!("{SCHEME}{}{}", self.members.join(","), self.prefix).into()
    }
}

/// The address of the cluster that a document's address names, and the document's path in it.
pub(crate) fn above(address: &str) -> Result<(String, PathBuf), Error> {
    let invalid = |problem| invalid(address, problem);
    let (members, path) = halves(address).map_err(invalid)?;
    let document = path.trim_start_matches('/');
    if document.is_empty() {
        return Err(invalid(AddressProblem::NoDocument));
    }
    Ok((format!("{SCHEME}{members}"), document.into()))
}

/// The members, and the key or prefix with its slash.
fn halves(address: &str) -> Result<(&str, &str), AddressProblem> {
    let rest = address.strip_prefix(SCHEME).ok_or(AddressProblem::Scheme)?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (members, path) = rest.split_at(end);
    if members.contains('@') {
        return Err(AddressProblem::Credentials);
    }
    Ok((members, path))
}

/// One member: `host`, `host:port`, `[::1]` or `[::1]:port`.
fn member(text: &str) -> Result<String, AddressProblem> {
    let wrong = || AddressProblem::Member {
        member: text.to_owned(),
    };
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or_else(wrong)?;
            address.parse::<Ipv6Addr>().map_err(|_| wrong())?;
            let port = match port {
                "" => PORT,
                port => port.strip_prefix(':').ok_or_else(wrong)?,
            };
            (format!("[{address}]"), port)
        }
        None => {
            let (host, port) = text.split_once(':').unwrap_or((text, PORT));
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            if host.is_empty() || !host.chars().all(is_name) {
                return Err(wrong());
            }
            (host.to_owned(), port)
        }
    };
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if is_number && number > 0 => Ok(format!("{host}:{number}")),
        _ => Err(wrong()),
    }
}

/// The prefix in its one form: two addresses of one prefix must not be two stores with different keys.
fn prefix(path: &str) -> Result<String, PathProblem> {
    if path.contains('\0') {
        return Err(PathProblem::Nul);
    }
    let mut prefix = String::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => {
                prefix.push('/');
                prefix.push_str(&name.to_string_lossy());
            }
            Component::ParentDir => return Err(PathProblem::Parent),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Ok(prefix)
}

/// An error about an address, which shows no password that stands in it.
fn invalid(address: &str, problem: AddressProblem) -> Error {
    let shown = match (&problem, address.rsplit_once('@')) {
        (AddressProblem::Credentials, Some((_, rest))) => format!("{SCHEME}...@{rest}"),
        _ => address.to_owned(),
    };
    Error::InvalidAddress {
        path: shown.into(),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(address: &str) -> (Vec<String>, String) {
        let Address { members, prefix } = Address::parse(address).expect(address);
        (members, prefix)
    }

    fn problem(address: &str) -> AddressProblem {
        match Address::parse(address) {
            Err(Error::InvalidAddress { problem, .. }) => problem,
            other => panic!("{address:?}: {other:?}"),
        }
    }

    #[test]
    fn an_address_is_members_and_a_prefix() {
        let one = |member: &str| vec![member.to_owned()];
        assert_eq!(parsed("etcd://a"), (one("a:2379"), String::new()));
        assert_eq!(parsed("etcd://a:1/"), (one("a:1"), String::new()));
        assert_eq!(parsed("etcd://a:1/p"), (one("a:1"), "/p".to_owned()));
        assert_eq!(
            parsed("etcd://[::1]/p"),
            (one("[::1]:2379"), "/p".to_owned())
        );
        assert_eq!(parsed("etcd://[::1]:7"), (one("[::1]:7"), String::new()));
        assert_eq!(
            parsed("etcd://a:1,b.c:2,10.0.0.1/p/q"),
            (
                vec![
                    "a:1".to_owned(),
                    "b.c:2".to_owned(),
                    "10.0.0.1:2379".to_owned()
                ],
                "/p/q".to_owned()
            )
        );
    }

    #[test]
    fn a_prefix_has_one_form_and_is_not_decoded() {
        for same in ["/p/q", "/p/q/", "//p///q//", "/./p/./q"] {
            assert_eq!(parsed(&format!("etcd://a{same}")).1, "/p/q", "{same}");
        }
        assert_eq!(parsed("etcd://a/p%20q?x#y").1, "/p%20q?x#y");
    }

    #[test]
    fn what_is_no_address_is_said() {
        assert_eq!(problem("http://a"), AddressProblem::Scheme);
        assert_eq!(problem("etcd:/a"), AddressProblem::Scheme);
        assert_eq!(problem("etcd://"), AddressProblem::NoHost);
        assert_eq!(problem("etcd:///p"), AddressProblem::NoHost);
        let wrong = |member: &str| AddressProblem::Member {
            member: member.to_owned(),
        };
        for member in [
            "a:", "a:0", "a:65536", "a:b", "a:+1", ":1", "a b:1", "a:1:2", "[::1", "[a]:1",
            "[::1]1", "ü:1",
        ] {
            assert_eq!(problem(&format!("etcd://{member}/p")), wrong(member));
        }
        assert_eq!(problem("etcd://a,,b/p"), wrong(""));
        let problem_of_prefix = |problem| AddressProblem::Prefix { problem };
        assert_eq!(
            problem("etcd://a/../b"),
            problem_of_prefix(PathProblem::Parent)
        );
        assert_eq!(problem("etcd://a/\0"), problem_of_prefix(PathProblem::Nul));
    }

    #[test]
    fn no_password_is_repeated() {
        let error = Address::parse("etcd://ada:sesame@a:1/p").expect_err("it has a password");
        assert!(!error.to_string().contains("sesame"), "{error}");
        assert!(error.to_string().contains("etcd://...@a:1/p"), "{error}");
    }

    #[test]
    fn a_documents_address_is_its_cluster_and_its_key() {
        let (cluster, document) = above("etcd://a:1,b:2/p/app.json").expect("it is one");
        assert_eq!(
            (cluster.as_str(), document),
            ("etcd://a:1,b:2", "p/app.json".into())
        );
        for nothing in ["etcd://a:1", "etcd://a:1/"] {
            let error = above(nothing).expect_err("it names no document");
            assert!(error.to_string().contains("names no document"), "{error}");
        }
    }
}
