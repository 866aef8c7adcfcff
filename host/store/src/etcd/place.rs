//! Where a document is: its key.

use crate::error::Error;
use crate::identity::Identity;
use crate::path::split;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a document is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) key: Arc<[u8]>,
    /// For messages.
    pub(crate) path: PathBuf,
    members: Arc<str>,
}

impl Place {
    /// The place of a document under a prefix, which is empty or begins with a slash. The same paths are refused as for
    /// files, so that a grant means the same; and a path that is written in several ways has one key.
    pub(crate) fn of(
        members: &Arc<str>,
        prefix: &str,
        document: &Path,
        shown: PathBuf,
    ) -> Result<Place, Error> {
        let (directory, name) = split(document)?;
        let mut key = prefix.as_bytes().to_owned();
        for part in directory.iter().chain([name]) {
            key.push(b'/');
            key.extend_from_slice(part.as_bytes());
        }
        Ok(Place {
            key: key.into(),
            path: shown,
            members: Arc::clone(members),
        })
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity::Etcd {
            members: Arc::clone(&self.members),
            key: Arc::clone(&self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path_problem::PathProblem;

    fn key(prefix: &str, document: &str) -> Result<String, Error> {
        let place = Place::of(&"a:1".into(), prefix, Path::new(document), document.into())?;
        Ok(String::from_utf8_lossy(&place.key).into_owned())
    }

    #[test]
    fn a_key_is_the_prefix_and_the_path() {
        for (prefix, document, expected) in [
            ("", "a.json", "/a.json"),
            ("/p", "a.json", "/p/a.json"),
            ("/p/q", "r/a.json", "/p/q/r/a.json"),
            ("/p", "./r//.//a.json", "/p/r/a.json"),
            ("/p", "a b \u{e4}%.json", "/p/a b \u{e4}%.json"),
        ] {
            assert_eq!(key(prefix, document).expect(document), expected);
        }
    }

    #[test]
    fn what_is_no_path_of_a_file_is_no_key() {
        for (document, expected) in [
            ("", PathProblem::Empty),
            ("..", PathProblem::Parent),
            ("../q/a.json", PathProblem::Parent),
            ("a/../../q", PathProblem::Parent),
            ("/a.json", PathProblem::Absolute),
            ("a/", PathProblem::Directory),
            ("a\0.json", PathProblem::Nul),
            (".amend-0123.tmp", PathProblem::TemporaryFile),
        ] {
            match key("/p", document) {
                Err(Error::InvalidPath { problem, .. }) => assert_eq!(problem, expected),
                other => panic!("{document:?}: {other:?}"),
            }
        }
    }
}
