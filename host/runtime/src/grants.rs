//! What one guest may touch.

use crate::plugin::Plugin;
use amend_store::Grant;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What one program may touch: documents, by the names of grants, and updaters, by names. Without a grant it can
/// touch nothing. Cheap to clone.
///
/// ```no_run
/// use amend_runtime::{Engine, Grants, Limits};
/// use amend_store::{Grant, Pointer, Store};
///
/// let engine = Engine::new()?;
/// let state = Grant::new(Store::open("/var/lib/app")?);
/// let plugins = Grant::new(Store::open("/etc/app")?)
///     .read_only()
///     .under(Pointer::parse("/plugins/greeter")?);
/// let grants = Grants::new()
///     .with_documents("state", state)?
///     .with_documents("config", plugins)?
///     .with_updater("counter", engine.load("counter.wasm", Limits::default())?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A program names a document `NAME/relative/path`: the name of a grant, and the path in its store.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    documents: Arc<BTreeMap<String, Grant>>,
    updaters: Arc<BTreeMap<String, Plugin>>,
}

/// A name that a grant or an updater cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// It is empty, `.` or `..`, or has a slash or a control character in it: no guest could say it in a path.
    #[error(
        "`{0}` cannot be a name: a name stands before a slash, and is neither empty nor `.` nor `..`"
    )]
    Invalid(String),
    /// There is one already.
    #[error("`{0}` is there twice")]
    Taken(String),
}

impl Grants {
    /// Nothing.
    pub fn new() -> Grants {
        Grants::default()
    }

    /// Adds documents, under a name.
    ///
    /// # Errors
    ///
    /// [`NameError`] when the name is none, or there is one already.
    pub fn with_documents(mut self, name: &str, grant: Grant) -> Result<Grants, NameError> {
        add(Arc::make_mut(&mut self.documents), name, grant)?;
        Ok(self)
    }

    /// Adds an updater that a program can apply to the documents it may update, under a name.
    ///
    /// # Errors
    ///
    /// [`NameError`] when the name is none, or there is one already.
    pub fn with_updater(mut self, name: &str, updater: Plugin) -> Result<Grants, NameError> {
        add(Arc::make_mut(&mut self.updaters), name, updater)?;
        Ok(self)
    }

    /// The grant that a guest's path is about, and the path in it.
    pub(crate) fn find<'p>(&self, path: &'p str) -> Option<(&Grant, &'p Path)> {
        let (name, rest) = path.split_once('/').unwrap_or((path, ""));
        Some((self.documents.get(name)?, Path::new(rest)))
    }

    pub(crate) fn updater(&self, name: &str) -> Option<&Plugin> {
        self.updaters.get(name)
    }
}

fn add<T>(to: &mut BTreeMap<String, T>, name: &str, value: T) -> Result<(), NameError> {
    if name.is_empty()
        || matches!(name, "." | "..")
        || name.contains(|c: char| c == '/' || c.is_control())
    {
        return Err(NameError::Invalid(name.to_owned()));
    }
    if to.contains_key(name) {
        return Err(NameError::Taken(name.to_owned()));
    }
    to.insert(name.to_owned(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use amend_store::Store;

    #[test]
    fn a_path_begins_with_the_name_of_a_grant() -> Result<(), Box<dyn std::error::Error>> {
        let grant = Grant::new(Store::open(".")?);
        let grants = Grants::new().with_documents("a", grant.clone())?;
        let path = |path| grants.find(path).map(|(_, rest)| rest.to_owned());
        assert_eq!(path("a/b/c.json").as_deref(), Some(Path::new("b/c.json")));
        // The store says what is wrong with these.
        assert_eq!(path("a//b").as_deref(), Some(Path::new("/b")));
        assert_eq!(path("a").as_deref(), Some(Path::new("")));
        for none in ["", "/", "/a/b", "b/c", "./a/b", "A/b", "a\0/b"] {
            assert_eq!(path(none), None, "{none}");
        }
        assert_eq!(
            grants.clone().with_documents("a", grant.clone()).err(),
            Some(NameError::Taken("a".to_owned()))
        );
        for bad in ["", ".", "..", "a/b", "a\0"] {
            assert!(grants.clone().with_documents(bad, grant.clone()).is_err());
        }
        Ok(())
    }
}
