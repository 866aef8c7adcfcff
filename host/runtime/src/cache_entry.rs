//! One file of the cache: a guest's code, and behind it the hash of the code.
//!
//! A bit that flips on disk would be undefined behaviour outside of the sandbox, so a file is hashed before it is
//! mapped. The hash covers the file's key as well: code that is moved to another guest's name is not run.

use crate::cache_directory::{MOST_BYTES, make_room};
use crate::trusted_path::is_ours_alone;
use blake3::Hash;
use rustix::fs::OFlags;
use std::fs::{File, FileTimes, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tracing::debug;
use wasmtime::Engine;
use wasmtime::component::Component;

/// What the files of code end with.
pub(crate) const SUFFIX: &str = "cwasm";

/// What the names of files begin with that are being written.
pub(crate) const TEMPORARY: &str = ".compiled-";

/// A file's modification time is set when the file is used and the time is older than this.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// The place of one guest's code.
#[derive(Debug)]
pub(crate) struct Entry {
    file: PathBuf,
    key: Hash,
}

impl Entry {
    pub(crate) fn new(directory: &Path, key: Hash) -> Entry {
        let file = directory.join(&*key.to_hex()).with_extension(SUFFIX);
        Entry { file, key }
    }

    /// The file that the code is in, or would be.
    pub(crate) fn path(&self) -> &Path {
        &self.file
    }

    /// Maps the code, if it is there and whole.
    pub(crate) fn load(&self, engine: &Engine) -> Option<Component> {
        let file = (self.verify())
            .inspect_err(|error| {
                if error.kind() != io::ErrorKind::NotFound {
                    debug!("{}: {error}", self.file.display());
                }
            })
            .ok()?;
        self.map(engine, &file)
    }

    /// Maps the code of a file that was verified.
    fn map(&self, engine: &Engine, file: &File) -> Option<Component> {
        // By its descriptor: the name may lead to another file by now, which was not verified.
        let verified = format!("/proc/self/fd/{}", file.as_raw_fd());
        // SAFETY: native code that this user's own processes have put here, in a file that no other user may write to
        // and that is replaced, never written to. Its bytes are those that were compiled. wasmtime checks that they are
        // of this version and these settings.
        let loaded = unsafe { Component::deserialize_file(engine, verified) };
        loaded
            .inspect_err(|error| debug!("{}: {error:#}", self.file.display()))
            .ok()
    }

    /// Checks the file's owner, its mode and its hash, and returns the file that has them.
    fn verify(&self) -> io::Result<File> {
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(flags())
            .open(&self.file)?;
        let facts = file.metadata()?;
        if !facts.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        is_ours_alone(&self.file, &facts)?;
        // Reading it is not covered by the limits on compiling.
        if facts.len() > MOST_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let length = u64::try_from(blake3::OUT_LEN).unwrap_or(u64::MAX);
        let code = (facts.len().checked_sub(length)).ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut hasher = self.hasher();
        hasher.update_reader((&file).take(code))?;
        let mut found = [0; blake3::OUT_LEN];
        (&file).read_exact(&mut found)?;
        if hasher.finalize() != found {
            return Err(io::Error::other("it is damaged: its hash is another one"));
        }
        let now = SystemTime::now();
        if facts.modified().is_ok_and(|used| used + STALE < now) {
            // Only a hint for what is removed first.
            let _ = file.set_times(FileTimes::new().set_modified(now));
        }
        Ok(file)
    }

    /// Writes the code and its hash, in one step, and makes room for it.
    pub(crate) fn keep(&self, code: &[u8]) -> io::Result<()> {
        let directory = self.file.parent().ok_or(io::ErrorKind::NotFound)?;
        let mut temporary = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempfile_in(directory)?;
        temporary.write_all(code)?;
        temporary.write_all(self.hasher().update(code).finalize().as_bytes())?;
        // A power failure must not leave a part of it under the name.
        temporary.as_file().sync_all()?;
        // Never into a file that exists: it may be mapped.
        temporary.persist(&self.file)?;
        make_room(directory)
    }

    /// A hasher of the code that belongs under this key.
    fn hasher(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(self.key.as_bytes())
    }
}

/// A symbolic link is not followed, and opening a FIFO does not block (`open(2)`).
fn flags() -> i32 {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    i32::try_from(flags.bits()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::mpsc;
    use std::thread;

    /// A cache with one entry, and that entry's code.
    fn kept() -> (tempfile::TempDir, Engine, Entry, Vec<u8>) {
        let scratch = tempfile::tempdir().unwrap();
        let cache = Cache::at(scratch.path().join("cache")).unwrap();
        let engine = Engine::default();
        let component = wat::parse_str("(component)").unwrap();
        let entry = cache.entry(&engine, &component);
        assert!(entry.load(&engine).is_none());
        let code = engine.precompile_component(&component).unwrap();
        entry.keep(&code).unwrap();
        (scratch, engine, entry, code)
    }

    #[test]
    fn code_that_was_kept_is_found() {
        let (_scratch, engine, entry, _) = kept();
        assert!(entry.load(&engine).is_some());
    }

    /// Found in use: a file was mapped without a look at its bytes, and a flipped bit in the machine code was run.
    #[test]
    fn a_flipped_bit_anywhere_is_noticed_before_the_file_is_mapped() {
        let (_scratch, engine, entry, _) = kept();
        let whole = fs::read(&entry.file).unwrap();
        for at in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&entry.file, damaged).unwrap();
            assert!(entry.verify().is_err(), "byte {at}");
            assert!(entry.load(&engine).is_none(), "byte {at}");
        }
        for length in [0, 4, 31, 32, whole.len() / 2, whole.len() - 1] {
            fs::write(&entry.file, &whole[..length]).unwrap();
            assert!(entry.load(&engine).is_none(), "{length} bytes");
        }
        fs::write(&entry.file, whole).unwrap();
        assert!(entry.load(&engine).is_some());
    }

    /// Found by an attack: the hash was of one file, and the code of another that got its name in the meantime.
    #[test]
    fn the_file_that_is_mapped_is_the_one_that_was_verified() {
        let (_scratch, engine, entry, _) = kept();
        let verified = entry.verify().unwrap();
        fs::remove_file(&entry.file).unwrap();
        fs::write(&entry.file, "the file of another user").unwrap();
        assert!(entry.map(&engine, &verified).is_some());
        assert!(entry.load(&engine).is_none());
    }

    #[test]
    fn a_fifo_is_not_waited_for() {
        let (_scratch, engine, entry, _) = kept();
        fs::remove_file(&entry.file).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &entry.file,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        is_refused_at_once(entry, engine);
    }

    /// Found by an attack: a file with a damaged size was hashed for minutes.
    #[test]
    fn a_file_larger_than_the_cache_is_not_read() {
        let (_scratch, engine, entry, _) = kept();
        let file = File::options().write(true).open(&entry.file).unwrap();
        file.set_len(1 << 40).unwrap();
        is_refused_at_once(entry, engine);
    }

    /// In a thread, so that the test fails and does not hang.
    fn is_refused_at_once(entry: Entry, engine: Engine) {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(entry.load(&engine).is_none()));
        let is_refused = receiver.recv_timeout(Duration::from_secs(30));
        assert_eq!(is_refused, Ok(true));
    }

    #[test]
    fn code_under_the_name_of_another_guest_is_not_run() {
        let (scratch, engine, entry, _) = kept();
        let other = Entry::new(
            &scratch.path().join("cache"),
            blake3::hash(b"another guest"),
        );
        fs::copy(&entry.file, &other.file).unwrap();
        assert!(other.load(&engine).is_none());
    }

    #[test]
    fn a_file_that_others_can_write_to_is_not_trusted() {
        let (_scratch, engine, entry, _) = kept();
        fs::set_permissions(&entry.file, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(entry.load(&engine).is_none());
        fs::set_permissions(&entry.file, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(entry.load(&engine).is_some());
    }
}
