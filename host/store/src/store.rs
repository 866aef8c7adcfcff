//! A store: a directory of documents, or those under a prefix in etcd.

use crate::change::Whole;
use crate::check::{FileSystemReport, check};
use crate::deadline::Deadline;
use crate::error::Error;
#[cfg(feature = "etcd")]
use crate::etcd::{Cluster, EtcdOptions};
use crate::followed::follow;
use crate::list::list;
use crate::options::Options;
use crate::place::Root;
use crate::preview::preview;
use crate::queues::Queues;
use crate::read::{Current, read};
use crate::receipt::{Aim, Expected, Preview, Receipt};
use crate::snapshot::snapshot;
use crate::unfinished::until_finished;
use crate::unix::{open_ambient, open_followed};
use crate::update::update;
use crate::updater::Updater;
use crate::version::{Snapshot, Version};
use amend_document::Pointer;
use cap_std::fs::Dir;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A directory of documents, or the documents under a prefix in etcd (`Store::etcd`, with the feature `etcd`). Cheap
/// to clone; clones share the directory's handle or the connections, and commit together what their threads change at
/// once.
///
/// A document's path is relative to the directory or the prefix, and confined to it: `..`, absolute paths and symbolic
/// links that lead out are refused. Names that end in `.lock` and those of temporary files are no documents.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    queues: Arc<Queues>,
    options: Arc<Options>,
}

/// What keeps the documents.
#[derive(Debug, Clone)]
enum Engine {
    Directory(Arc<Root<Dir>>),
    #[cfg(feature = "etcd")]
    Etcd(Arc<Cluster>),
}

impl Store {
    /// Opens a directory as a store, with [`Options::default`].
    ///
    /// The directory is opened once: when it is renamed afterwards, the store goes with it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when there is no such directory, it may not be opened, or the path is a symbolic link that another user
    /// may have planted (in a sticky directory that all may write to).
    pub fn open(root: impl AsRef<Path>) -> Result<Store, Error> {
        Store::open_with(root, Options::default())
    }

    /// Opens a directory as a store.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_with(root: impl AsRef<Path>, options: Options) -> Result<Store, Error> {
        let root = root.as_ref();
        let dir = open_followed(&follow(root)?);
        let dir = dir.map_err(failed(root, OPENING))?;
        Store::of(dir, root, options)
    }

    /// Opens a directory on the way to a document. Links to it are the kernel's to follow.
    pub(crate) fn open_on_the_way(root: &Path, options: Options) -> Result<Store, Error> {
        let dir = open_ambient(root).map_err(failed(root, OPENING))?;
        Store::of(dir, root, options)
    }

    fn of(dir: Dir, root: &Path, options: Options) -> Result<Store, Error> {
        let mut root = Root::new(dir, root.to_owned());
        if let Some(locks) = &options.lock_directory {
            let followed = follow(locks)?;
            let opened = std::fs::create_dir_all(&followed).and_then(|()| open_followed(&followed));
            let opened = opened.map_err(failed(locks, "opening the directory for lock files"))?;
            root = root.with_locks(opened, locks.clone());
        }
        Ok(Store {
            engine: Engine::Directory(Arc::new(root)),
            queues: Arc::default(),
            options: Arc::new(options),
        })
    }

    /// Finds the store and the path in it for a file that the *user* named: an absolute path, one with `..`,
    /// or a symbolic link, which is followed wherever it leads. Directories that are missing are made by the
    /// first update.
    ///
    /// Not for paths that come from a guest or from a network: those belong into a store whose directory you
    /// chose.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when a directory on the way may not be opened, or links go in a circle.
    pub fn locate(file: impl AsRef<Path>, options: Options) -> Result<(Store, PathBuf), Error> {
        crate::locate::locate(file.as_ref(), options)
    }

    /// The documents under a prefix in etcd, at an address such as `etcd://host:2379/prefix`, or
    /// `etcd://one:2379,two:2379,three:2379/prefix` with several members of the cluster. A document `app.json` is the
    /// value of the key `/prefix/app.json`; it is plain JSON text.
    ///
    /// Nothing is sent yet. What is guaranteed is written in the crate's documentation, under *Documents in etcd*.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAddress`], and [`Error::Io`] when a file of [`EtcdOptions`] cannot be read or is no certificate
    /// or key.
    #[cfg(feature = "etcd")]
    pub fn etcd(address: &str, options: EtcdOptions) -> Result<Store, Error> {
        Ok(Store {
            engine: Engine::Etcd(Arc::new(Cluster::new(address, &options)?)),
            queues: Arc::default(),
            options: Arc::new(options.store),
        })
    }

    /// Finds the store and the path in it for a document in etcd that the *user* named by its address, such as
    /// `etcd://host:2379/prefix/app.json`.
    ///
    /// # Errors
    ///
    /// As [`Store::etcd`].
    #[cfg(feature = "etcd")]
    pub fn locate_etcd(address: &str, options: EtcdOptions) -> Result<(Store, PathBuf), Error> {
        let (cluster, document) = crate::etcd::above(address)?;
        Ok((Store::etcd(&cluster, options)?, document))
    }

    /// Tests the file system of the store's directory, before a document is changed there: in a new directory below it,
    /// which is removed again. A process that is killed meanwhile leaves that, under a name that begins with
    /// `.amend-check`.
    ///
    /// Documents in etcd have no file system, and no limits.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when nothing can be made in the directory, or a call fails as on no known file system.
    ///
    /// ```
    /// # let directory = tempfile::tempdir()?;
    /// let report = amend_store::Store::open(directory.path())?.check()?;
    /// for limit in &report.limits {
    ///     println!("{limit}");
    /// }
    /// assert!(report.is_usable());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self) -> Result<FileSystemReport, Error> {
        match &self.engine {
            Engine::Directory(root) => check(root),
            #[cfg(feature = "etcd")]
            Engine::Etcd(_) => Ok(FileSystemReport::of_etcd()),
        }
    }

    /// The lock file of a document, for a program that takes its lock: an exclusive `flock(2)`. It may not exist yet.
    /// `None` for a document in etcd, which has none.
    ///
    /// Ask for it at each start: in a directory for lock files its name depends on the inode of the document's directory.
    ///
    /// # Errors
    ///
    /// When the path is refused, the document's directory does not exist or cannot be read, or the settings of the directory
    /// cannot be followed.
    pub fn lock_file(&self, document: impl AsRef<Path>) -> Result<Option<PathBuf>, Error> {
        let document = document.as_ref();
        match &self.engine {
            Engine::Directory(root) => {
                let Some(place) = root.find(document)? else {
                    let missing = std::io::Error::from(rustix::io::Errno::NOENT);
                    return Err(failed(&self.show(document), "opening its directory")(
                        missing,
                    ));
                };
                Ok(Some(place.lock_path()))
            }
            #[cfg(feature = "etcd")]
            Engine::Etcd(_) => Ok(None),
        }
    }

    /// How this store does its updates.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The document as it is now; `None` when there is none, or it has no bytes. Takes no lock.
    ///
    /// # Errors
    ///
    /// When the path is refused, the document is not JSON, or it cannot be read.
    pub fn read(&self, document: impl AsRef<Path>) -> Result<Option<Snapshot>, Error> {
        self.read_at(document, &Pointer::root())
    }

    /// What stands at a pointer in the document now; `None` when there is no document, or nothing at the
    /// pointer. Takes no lock.
    ///
    /// # Errors
    ///
    /// As [`Store::read`], and [`Error::Apply`] when the pointer leads through a duplicated key.
    pub fn read_at(
        &self,
        document: impl AsRef<Path>,
        at: &Pointer,
    ) -> Result<Option<Snapshot>, Error> {
        self.read_under(&Pointer::root(), document.as_ref(), at)
    }

    /// What stands at a pointer that begins at the scope.
    pub(crate) fn read_under(
        &self,
        scope: &Pointer,
        document: &Path,
        at: &Pointer,
    ) -> Result<Option<Snapshot>, Error> {
        let limits = &self.options.limits;
        match &self.engine {
            Engine::Directory(root) => {
                let Some(place) = root.find(document)? else {
                    return Ok(None);
                };
                let deadline = Deadline::after(self.options.lock_timeout);
                until_finished(&place, limits, deadline, || {
                    match read(&place, limits)?.map(Current::into_bytes) {
                        Some(bytes) if bytes.is_empty() => Ok((true, None)),
                        Some(bytes) => {
                            let snapshot =
                                snapshot(&place.path, bytes, Whole::Text, limits, scope, at)?;
                            Ok((false, snapshot))
                        }
                        None => Ok((false, None)),
                    }
                })
            }
            #[cfg(feature = "etcd")]
            Engine::Etcd(cluster) => cluster.read(document, limits, scope, at),
        }
    }

    /// The paths of all documents, also below directories, in order: of whatever has the name of one, whether or not
    /// it is JSON. What is made or removed meanwhile may be among them or not.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when a directory cannot be read; [`Error::Etcd`] when the cluster cannot be asked.
    pub fn documents(&self) -> Result<Vec<PathBuf>, Error> {
        match &self.engine {
            Engine::Directory(root) => list(root.directory(), &self.show(Path::new(""))),
            #[cfg(feature = "etcd")]
            Engine::Etcd(cluster) => cluster.list(),
        }
    }

    /// Changes a document: waits for its lock, reads it, asks the updater, applies its patch, and replaces
    /// the file. Directories on the way are made. When it returns `Ok` the change is durable, as far as
    /// [`Options::durability`] says.
    ///
    /// When several threads update one document through clones of a store, one of them takes the lock and
    /// does the updates of all, in the order in which they came and each on the result of the one before it,
    /// and commits them once. The updater may therefore run on another of those threads. What it answers, and
    /// a panic, is its caller's alone.
    ///
    /// The updater runs while the lock is held, so it must not update the same document itself, and what
    /// takes long belongs before the call. Where there is no lock file yet, it is asked without a lock, and nothing is
    /// made if it refuses or its patch does not fit. It is asked again if another document is found under the lock.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The document is as it was after every one of them but [`Error::DurabilityUnknown`].
    pub fn update(
        &self,
        document: impl AsRef<Path>,
        updater: impl Updater,
    ) -> Result<Receipt, Error> {
        self.update_expecting(document.as_ref(), Expected::Anything, updater)
    }

    /// The same, when the document still has the expected version; `None` expects that there is no document.
    ///
    /// # Errors
    ///
    /// [`Error::VersionMismatch`] when it has another; else as [`Store::update`].
    pub fn update_if(
        &self,
        document: impl AsRef<Path>,
        expected: Option<Version>,
        updater: impl Updater,
    ) -> Result<Receipt, Error> {
        self.update_expecting(document.as_ref(), Expected::Version(expected), updater)
    }

    /// Says what an update would do, and does nothing: no lock, no lock file, no directory. `expected` is as
    /// for [`Store::update_if`]; the outer `None` expects nothing.
    ///
    /// # Errors
    ///
    /// As for [`Store::update`], as far as they can be known without writing.
    pub fn preview(
        &self,
        document: impl AsRef<Path>,
        expected: Option<Option<Version>>,
        mut updater: impl Updater,
    ) -> Result<Preview, Error> {
        let aim = Aim {
            scope: Pointer::root(),
            expected: expected.map_or(Expected::Anything, Expected::Version),
        };
        self.preview_aimed(document.as_ref(), &aim, &mut updater)
    }

    pub(crate) fn preview_aimed(
        &self,
        document: &Path,
        aim: &Aim,
        updater: &mut dyn Updater,
    ) -> Result<Preview, Error> {
        let preview = match &self.engine {
            Engine::Directory(root) => {
                let place = root.find(document)?;
                let path = match &place {
                    Some(place) => place.path.clone(),
                    None => self.show(document),
                };
                let deadline = Deadline::after(self.options.lock_timeout);
                preview(place.as_ref(), &path, aim, deadline, updater, &self.options)
            }
            #[cfg(feature = "etcd")]
            Engine::Etcd(cluster) => cluster.preview(document, aim, updater, &self.options),
        };
        preview.map_err(|error| error.within(&aim.scope))
    }

    fn update_expecting(
        &self,
        document: &Path,
        expected: Expected,
        mut updater: impl Updater,
    ) -> Result<Receipt, Error> {
        let aim = Aim {
            scope: Pointer::root(),
            expected,
        };
        let patience = self.options.lock_timeout;
        self.update_aimed(document, aim, patience, &mut updater)
    }

    pub(crate) fn update_aimed(
        &self,
        document: &Path,
        aim: Aim,
        patience: Option<Duration>,
        updater: &mut dyn Updater,
    ) -> Result<Receipt, Error> {
        let (queues, options) = (&self.queues, &self.options);
        let scope = aim.scope.clone();
        let receipt = match &self.engine {
            Engine::Directory(root) => {
                update(root, document, queues, options, patience, aim, updater)
            }
            #[cfg(feature = "etcd")]
            Engine::Etcd(cluster) => {
                cluster.update(document, queues, options, patience, aim, updater)
            }
        };
        receipt.map_err(|error| error.within(&scope))
    }

    /// A document's path as people know it.
    pub(crate) fn show(&self, document: &Path) -> PathBuf {
        match &self.engine {
            Engine::Directory(root) => root.show(document),
            #[cfg(feature = "etcd")]
            Engine::Etcd(cluster) => cluster.show(document),
        }
    }
}

const OPENING: &str = "opening the store's directory";

fn failed<'p>(path: &'p Path, action: &'static str) -> impl Fn(std::io::Error) -> Error + 'p {
    // The empty path is that of the working directory.
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    move |source| Error::Io {
        path: path.to_owned(),
        action,
        source: source.into(),
    }
}
