//! What one guest may touch.

use crate::error::Error;
use crate::receipt::{Aim, Expected, Preview, Receipt};
use crate::store::Store;
use crate::updater::Updater;
use crate::version::{Snapshot, Version};
use amend_document::Pointer;
use std::path::Path;
use std::time::Duration;

/// What one guest may touch: a store, the right to read or to read and update, and a scope.
///
/// The scope is a JSON Pointer (RFC 6901) that re-roots the grant. In every document of the store the guest
/// sees the value that stands there as the whole document, and nothing else: pointers begin there, a version
/// names the exact bytes of that value, and errors do not tell what is around it. Where nothing stands there is
/// no document yet, and the first update that writes anything makes it, with the objects that are missing on the
/// way; elements of an array are not made. A change elsewhere in the document is no conflict.
///
/// Errors do name the document by its path on this machine; [`Error::with_path`] is for guests.
///
/// ```
/// use amend_store::{Grant, Patch, Pointer, Store};
///
/// # let dir = tempfile::tempdir()?;
/// # let root = dir.path();
/// let store = Store::open(root)?;
/// store.update("app.json", Patch::merge(r#"{"plugins": {"clock": {"zone": "UTC"}}, "key": "secret"}"#)?)?;
///
/// let grant = Grant::new(store).under(Pointer::parse("/plugins/clock")?);
/// grant.update("app.json", Patch::merge(r#"{"hours": 24}"#)?)?;
/// let snapshot = grant.read("app.json", &Pointer::root())?.expect("it was just written");
/// assert_eq!(snapshot.text, "{\n      \"zone\": \"UTC\",\n      \"hours\": 24\n    }");
/// assert!(grant.read("app.json", &Pointer::parse("/key")?)?.is_none());
/// assert!(grant.read_only().update("app.json", Patch::merge("{}")?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Grant {
    store: Store,
    may_update: bool,
    scope: Pointer,
    /// The longest that a lock is waited for, besides what the store's options say.
    at_most: Option<Duration>,
}

impl Grant {
    /// The right to read and to update the whole documents of a store.
    pub fn new(store: Store) -> Grant {
        Grant {
            store,
            may_update: true,
            scope: Pointer::root(),
            at_most: None,
        }
    }

    /// The same grant, without the right to update.
    #[must_use]
    pub fn read_only(mut self) -> Grant {
        self.may_update = false;
        self
    }

    /// The same grant for what stands at a pointer in each of its documents. A scope within a scope is one
    /// pointer followed by the other.
    #[must_use]
    pub fn under(mut self, scope: Pointer) -> Grant {
        self.scope = if self.scope.is_root() {
            scope
        } else {
            self.scope.join(&scope)
        };
        self
    }

    /// The same grant, which waits for a document's lock for this long at most, or for as long as
    /// [`Options::lock_timeout`](crate::Options::lock_timeout) says when that is shorter. Costs next to nothing:
    /// it may be asked for before every call. In etcd the time is looked at between requests, of which the last may still
    /// be waited for, and so may the answer to what became of one.
    #[must_use]
    pub fn with_patience(&self, at_most: Duration) -> Grant {
        let at_most = self.at_most.map_or(at_most, |already| already.min(at_most));
        Grant {
            at_most: Some(at_most),
            ..self.clone()
        }
    }

    /// Whether it is more than the right to read.
    pub fn may_update(&self) -> bool {
        self.may_update
    }

    /// The pointer to what counts as the whole document.
    pub fn scope(&self) -> &Pointer {
        &self.scope
    }

    /// Where the documents are.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What stands at a pointer now, which begins at the scope; `None` when there is no document, or nothing
    /// there. Takes no lock. The version is that of all that stands at the scope.
    ///
    /// # Errors
    ///
    /// As [`Store::read_at`], and [`ApplyError::OutOfReach`](crate::ApplyError::OutOfReach) in [`Error::Apply`]
    /// when the scope leads through a duplicated key.
    pub fn read(
        &self,
        document: impl AsRef<Path>,
        at: &Pointer,
    ) -> Result<Option<Snapshot>, Error> {
        self.store.read_under(&self.scope, document.as_ref(), at)
    }

    /// Changes what stands at the scope, as [`Store::update`] changes a document, and together with what others
    /// change in the same document.
    ///
    /// # Errors
    ///
    /// [`Error::NotGranted`] without the right to update; [`Error::Apply`] when nothing can be put at the scope;
    /// else as [`Store::update`].
    pub fn update(
        &self,
        document: impl AsRef<Path>,
        mut updater: impl Updater,
    ) -> Result<Receipt, Error> {
        self.update_expecting(document.as_ref(), Expected::Anything, &mut updater)
    }

    /// The same, when what stands at the scope still has the expected version; `None` expects that nothing
    /// stands there.
    ///
    /// # Errors
    ///
    /// [`Error::VersionMismatch`] when it has another; else as [`Grant::update`].
    pub fn update_if(
        &self,
        document: impl AsRef<Path>,
        expected: Option<Version>,
        mut updater: impl Updater,
    ) -> Result<Receipt, Error> {
        self.update_expecting(document.as_ref(), Expected::Version(expected), &mut updater)
    }

    /// Says what an update would do to what stands at the scope, and does nothing. `expected` is as for
    /// [`Grant::update_if`]; the outer `None` expects nothing.
    ///
    /// # Errors
    ///
    /// As [`Grant::update`], as far as they can be known without writing.
    pub fn preview(
        &self,
        document: impl AsRef<Path>,
        expected: Option<Option<Version>>,
        mut updater: impl Updater,
    ) -> Result<Preview, Error> {
        let document = document.as_ref();
        let expected = expected.map_or(Expected::Anything, Expected::Version);
        self.check(document)?;
        self.store
            .preview_aimed(document, &self.aim(expected), &mut updater)
    }

    fn update_expecting(
        &self,
        document: &Path,
        expected: Expected,
        updater: &mut dyn Updater,
    ) -> Result<Receipt, Error> {
        self.check(document)?;
        let patience = [self.store.options().lock_timeout, self.at_most];
        let patience = patience.into_iter().flatten().min();
        self.store
            .update_aimed(document, self.aim(expected), patience, updater)
    }

    /// Before anything is touched: who may only read must not leave so much as a lock file.
    fn check(&self, document: &Path) -> Result<(), Error> {
        if self.may_update {
            return Ok(());
        }
        Err(Error::NotGranted {
            path: self.store.show(document),
        })
    }

    fn aim(&self, expected: Expected) -> Aim {
        Aim {
            scope: self.scope.clone(),
            expected,
        }
    }
}
