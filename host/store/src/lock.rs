//! The lock: an exclusive `flock(2)` on the document's lock file.

use crate::acl::ACL;
use crate::deadline::Deadline;
use crate::disk::{Directory, Facts, File, Kind, Open, Waited};
use crate::error::Error;
use crate::holder::holder;
use crate::lock_access::Access;
use crate::lock_or_document::is_document;
use crate::path::random_temp_name;
use crate::place::Place;
use rustix::io::Errno;
use std::io;
use std::time::Instant;

/// A lock that is held. Dropping it lets the next one in.
#[derive(Debug)]
#[must_use = "the lock is released when this is dropped"]
pub(crate) struct Lock<F> {
    _file: F,
    /// Somebody else had it first.
    pub(crate) has_waited: bool,
}

impl<F: File> Lock<F> {
    /// Waits for a document's lock until a deadline. It is tried once when the deadline is past.
    pub(crate) fn acquire<D: Directory<File = F>>(
        place: &Place<'_, D>,
        deadline: Deadline,
    ) -> Result<Lock<F>, Error> {
        let started = Instant::now();
        let mut has_waited = false;
        loop {
            let file = open(place)?;
            let opened = file.facts().map_err(place.io("looking at its lock file"))?;
            if let Some(kind) = opened.kind.not_a_file() {
                return Err(not_a_lock_file(place, kind));
            }
            // A document is replaced, so a lock on it protects nothing.
            let is_document =
                opened.size > 0 && is_document(&file).map_err(place.io("reading its lock file"))?;
            if is_document {
                return Err(not_a_lock_file(place, "a JSON document"));
            }
            let waited = file
                .lock(deadline.remaining())
                .map_err(place.io("locking its lock file (nothing was changed without a lock)"))?;
            let Waited::Locked(locked) = waited else {
                return Err(Error::LockTimeout {
                    path: place.path.clone(),
                    lock: Some(place.lock_path()),
                    waited: started.elapsed(),
                    holder: holder(opened.device, opened.inode),
                });
            };
            has_waited |= locked.has_waited;
            // The lock file may have been deleted while we waited, probably by its previous holder, and
            // another made since: then we hold a lock that nobody else looks at.
            let there = place.lock_directory()?.facts(&place.lock_name);
            let there = there.map_err(place.io("looking at its lock file"))?;
            if there.is_some_and(|there| there.is_same_file(&opened)) {
                return Ok(Lock {
                    _file: locked.file,
                    has_waited,
                });
            }
        }
    }
}

/// How often it is tried to open a lock file that others make and remove at the same time.
const ATTEMPTS: u32 = 100;

/// Opens the lock file, and makes it when there is none.
fn open<D: Directory>(place: &Place<'_, D>) -> Result<D::File, Error> {
    let failed = |error: io::Error| match Errno::from_io_error(&error) {
        Some(Errno::LOOP) => not_a_lock_file(place, "a symbolic link, which is never followed"),
        Some(Errno::NXIO) => not_a_lock_file(place, "a socket or a device"),
        Some(Errno::ISDIR) => not_a_lock_file(place, "a directory"),
        Some(Errno::ACCESS | Errno::PERM | Errno::ROFS) => Error::LockDenied {
            path: place.path.clone(),
            lock: Some(place.lock_path()),
            source: error.into(),
        },
        _ => place.io("opening its lock file")(error),
    };
    let directory = place.lock_directory()?;
    for _ in 0..ATTEMPTS {
        match directory.open(&place.lock_name, Open::Lock) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened.map_err(failed),
        }
        if let Some(made) = make(place, directory).map_err(failed)? {
            return Ok(made);
        }
    }
    Err(failed(io::ErrorKind::NotFound.into()))
}

/// Makes the lock file. Its name leads to it only once it has the right owner and mode, where the file system has files
/// without a name: no process finds a lock file whose access is not yet set. `None` when another process was faster.
fn make<D: Directory>(place: &Place<'_, D>, directory: &D) -> io::Result<Option<D::File>> {
    let name = &place.lock_name;
    if let Some(file) = directory.open_unnamed(NEW)? {
        access(place, &file)?.give(&file)?;
        return made(directory.link(&file, name).map(|()| file));
    }
    let file = made(directory.open(name, Open::New { mode: NEW }))?;
    if let Some(file) = &file {
        access(place, file)?.give(file)?;
    }
    Ok(file)
}

/// The mode of a new document, less the umask.
const NEW: u32 = 0o666;

fn made<F>(made: io::Result<F>) -> io::Result<Option<F>> {
    match made {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}

/// The access to the lock file: that of the users who may write to the document. Where there is none, it is the document that
/// would be made now; it would have the mode that the new lock file has at first.
fn access<D: Directory>(place: &Place<'_, D>, new: &D::File) -> io::Result<Access> {
    match document(place)? {
        Some(document) => of_document(place, &document),
        None if place.is_lock_beside() => Ok(Access::of(&new.facts()?, list(new)?.as_deref())),
        None => of_new_document(place),
    }
}

/// A file that is made in the directory for lock files has another group, mode and access control list than one that is made
/// beside the document. So one is made there, and removed again.
fn of_new_document<D: Directory>(place: &Place<'_, D>) -> io::Result<Access> {
    let access = |file: D::File| Ok(Access::of(&file.facts()?, list(&file)?.as_deref()));
    if let Some(file) = place.dir.open_unnamed(NEW)? {
        return access(file);
    }
    let name = random_temp_name(&place.temp_name);
    let file = place.dir.open(&name, Open::New { mode: NEW })?;
    place.dir.remove(&name)?;
    access(file)
}

fn document<D: Directory>(place: &Place<'_, D>) -> io::Result<Option<Facts>> {
    let facts = place.dir.facts(&place.name)?;
    Ok(facts.filter(|facts| facts.kind == Kind::File))
}

fn of_document<D: Directory>(place: &Place<'_, D>, document: &Facts) -> io::Result<Access> {
    let list = match place.dir.open(&place.name, Open::Read) {
        Ok(file) => list(&file)?,
        // It was removed at this moment.
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Access::of(document, list.as_deref()))
}

fn list<F: File>(file: &F) -> io::Result<Option<Vec<u8>>> {
    let mut attributes = file.attributes()?.into_iter();
    let list = attributes.find(|(name, _)| name == ACL);
    Ok(list.map(|(_, list)| list))
}

/// Gives the lock file, which is held, the access that it should have, where the document's has changed since it was made, or
/// it was made by another program. Only its owner can do that, or root, and
/// only while that is the owner of the document. Done by an update that writes: one that changes nothing
/// touches nothing.
pub(crate) fn adapt<D: Directory>(place: &Place<'_, D>, document: &Facts) -> Result<(), Error> {
    let directory = place.lock_directory()?;
    let adapted = || {
        let Some(lock) = directory.facts(&place.lock_name)? else {
            return Ok(());
        };
        let user = place.dir.user();
        // Who may write to the directory can give a file of root the name of the lock file, and chooses the document. So a
        // file keeps its owner, and only the access to a file of the document's own owner follows the document.
        let may_adapt = lock.user == user || user == 0;
        if !may_adapt || lock.user != document.user || Access::of(document, None).is_that_of(&lock)
        {
            return Ok(());
        }
        let file = directory.open(&place.lock_name, Open::Lock)?;
        // A user who may write to the directory can give a file of another user this name. Root must not give that file away.
        let opened = file.facts()?;
        if opened.links != 1 || opened.size != 0 || !opened.is_same_file(&lock) {
            return Ok(());
        }
        of_document(place, document)?.give(&file)
    };
    adapted().map_err(place.io("setting the access to its lock file"))
}

fn not_a_lock_file<D: Directory>(place: &Place<'_, D>, kind: &'static str) -> Error {
    Error::NotALockFile {
        path: place.path.clone(),
        lock: Some(place.lock_path()),
        kind,
    }
}
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use crate::place::Root;
    use crate::unix::open_ambient;
    use cap_std::fs::Dir;
    use fs2::FileExt;
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;
    use std::thread;
    use std::time::Duration;

    fn root(directory: &Path) -> Root<Dir> {
        Root::new(open_ambient(directory).unwrap(), directory.to_owned())
    }

    fn place(root: &Root<Dir>) -> Place<'_, Dir> {
        root.make(Path::new("a.json")).unwrap()
    }

    /// Waits until the waiter is blocked on the lock of this inode, as the kernel tells it.
    fn until_it_waits<T>(waiter: &thread::ScopedJoinHandle<'_, T>, inode: u64) {
        let blocked = format!(":{inode} ");
        while !fs::read_to_string("/proc/locks")
            .unwrap()
            .lines()
            .any(|line| line.contains("->") && line.contains("FLOCK") && line.contains(&blocked))
        {
            assert!(
                !waiter.is_finished(),
                "it went in while another held the lock"
            );
            thread::yield_now();
        }
    }

    /// Python's filelock 3.20.4 to 3.29.4 deleted the lock file when it was released: A holds it, B waits for
    /// it, A deletes it, C makes a new one and enters, and then B, which has the lock of the old one, enters
    /// too.
    #[test]
    fn a_lock_file_that_was_deleted_lets_nobody_in() {
        let scratch = tempfile::tempdir().unwrap();
        let root = root(scratch.path());
        let path = scratch.path().join("a.json.lock");
        let old = fs::File::create(&path).unwrap();
        old.lock_exclusive().unwrap();
        thread::scope(|scope| {
            let waiter =
                scope.spawn(|| Lock::acquire(&place(&root), Deadline::after(None)).unwrap());
            until_it_waits(&waiter, old.metadata().unwrap().ino());
            fs::remove_file(&path).unwrap();
            let new = fs::File::create(&path).unwrap();
            new.lock_exclusive().unwrap();
            drop(old);
            // It has the old file's lock by now, and must come to wait for the new one's.
            until_it_waits(&waiter, new.metadata().unwrap().ino());
            drop(new);
            let lock = waiter.join().unwrap();
            assert_eq!(
                lock._file.metadata().unwrap().ino(),
                fs::metadata(&path).unwrap().ino()
            );
        });
    }

    /// Found by an attack: it had only its maker's until the document was there, so that a second creator was refused, and
    /// for good where the first was killed.
    #[test]
    fn the_lock_file_of_a_document_that_is_still_to_be_made_has_its_access() {
        use std::os::unix::fs::{PermissionsExt, chown};
        const GROUP: u32 = 12_345;
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let (documents, locks) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        chown(documents.path(), None, Some(GROUP)).unwrap();
        let shared = fs::Permissions::from_mode(0o2775);
        fs::set_permissions(documents.path(), shared).unwrap();
        let opened = open_ambient(locks.path()).unwrap();
        let root = root(documents.path()).with_locks(opened, locks.path().to_owned());
        let lock = Lock::acquire(&place(&root), Deadline::after(None)).unwrap();
        let lock = lock._file.metadata().unwrap();
        fs::write(documents.path().join("a.json"), "{}").unwrap();
        let document = fs::metadata(documents.path().join("a.json")).unwrap();
        assert_eq!((lock.gid(), document.gid()), (GROUP, GROUP));
        let is_for_group = document.mode() & 0o020 != 0;
        assert_eq!(
            lock.mode() & 0o777,
            if is_for_group { 0o660 } else { 0o600 }
        );
    }

    #[test]
    fn a_timeout_gives_up_its_place_in_the_queue() {
        let scratch = tempfile::tempdir().unwrap();
        let root = root(scratch.path());
        let held = Lock::acquire(&place(&root), Deadline::after(None)).unwrap();
        let timeout = Duration::from_millis(50);
        let started = Instant::now();
        let refused = Lock::acquire(&place(&root), Deadline::after(Some(timeout)));
        assert!(matches!(refused, Err(Error::LockTimeout { .. })));
        assert!(started.elapsed() >= timeout);
        drop(held);
        // The wait that was given up may get the lock for a moment, and gives it back at once.
        let patient = Deadline::after(Some(Duration::from_secs(60)));
        drop(Lock::acquire(&place(&root), patient).unwrap());
    }
}
