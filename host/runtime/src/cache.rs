//! Compiled guests on disk, so that a guest is compiled once and not in every process.
//!
//! wasmtime's own cache compresses what it keeps. Here a file is mapped as it stands: a command that runs a guest once
//! would spend most of its time on taking the code out, and processes that run the same guest share its pages.

use crate::builder::CompiledCache;
use crate::error::EngineError;
use etcetera::BaseStrategy;
use std::fs::{self, DirBuilder, File, FileTimes};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tracing::{debug, warn};
use wasmtime::Engine;
use wasmtime::component::Component;

/// What is kept at the most; those that were used longest ago go first.
const MOST_BYTES: u64 = 1 << 30;

/// A file is marked as used when it was not for so long.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

const SUFFIX: &str = "cwasm";

/// A directory of compiled guests, which is nobody else's to write to: what is in it is run as native code.
#[derive(Debug)]
pub(crate) struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// Opens the cache that was asked for.
    pub(crate) fn open(asked: &CompiledCache) -> Result<Option<Cache>, EngineError> {
        match asked {
            CompiledCache::Off => Ok(None),
            CompiledCache::Directory(directory) => match Cache::at(directory.clone()) {
                Ok(cache) => Ok(Some(cache)),
                Err(error) => Err(EngineError {
                    message: format!("{}: the cache: {error}", directory.display()),
                }),
            },
            CompiledCache::User => {
                let opened = users_directory().and_then(Cache::at);
                Ok(opened
                    .inspect_err(|error| warn!("compiled guests are not kept: {error}"))
                    .ok())
            }
        }
    }

    fn at(directory: PathBuf) -> io::Result<Cache> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&directory)?;
        is_ours_alone(&fs::metadata(&directory)?)?;
        Ok(Cache { directory })
    }

    /// The component in a file, if it was compiled before. The file is read piece by piece: a large component is not
    /// wanted in memory when it is there compiled.
    pub(crate) fn find(&self, engine: &Engine, component: &Path) -> io::Result<Option<Component>> {
        let key = key(engine, &mut File::open(component)?)?;
        Ok(load(engine, &self.file(&key)))
    }

    /// The component of these bytes: compiled before, or compiled now and kept.
    pub(crate) fn compile(&self, engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Component> {
        // Not the key that a file was looked for by: it may be another file by now.
        let file = self.file(&key(engine, &mut &*bytes)?);
        if let Some(component) = load(engine, &file) {
            return Ok(component);
        }
        let component = Component::from_binary(engine, bytes)?;
        if let Err(error) = self.keep(&component, &file) {
            warn!(
                "{}: a compiled guest was not kept: {error:#}",
                file.display()
            );
        }
        Ok(component)
    }

    fn file(&self, key: &str) -> PathBuf {
        self.directory.join(key).with_extension(SUFFIX)
    }

    fn keep(&self, component: &Component, file: &Path) -> wasmtime::Result<()> {
        let mut temporary = tempfile::NamedTempFile::new_in(&self.directory)?;
        temporary.write_all(&component.serialize()?)?;
        // Native code is not looked at before it is run: a power failure must not leave half of it.
        temporary.as_file().sync_all()?;
        // Never into a file that is there: it may be mapped.
        temporary.persist(file)?;
        self.make_room()?;
        Ok(())
    }

    /// Removes what was used longest ago. Those who have it mapped keep it.
    fn make_room(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == SUFFIX)
                // Another process may have removed it.
                && let Ok(facts) = fs::metadata(&path)
            {
                files.push((facts.modified()?, facts.len(), path));
            }
        }
        files.sort_unstable_by(|one, other| other.cmp(one));
        let mut room = MOST_BYTES;
        for (_, size, path) in files {
            match room.checked_sub(size) {
                Some(rest) => room = rest,
                None => {
                    room = 0;
                    debug!("{}: makes room", path.display());
                    let _ = fs::remove_file(path);
                }
            }
        }
        Ok(())
    }
}

/// Maps a compiled guest, if there is one that is to be trusted.
fn load(engine: &Engine, file: &Path) -> Option<Component> {
    let facts = fs::symlink_metadata(file).ok()?;
    if !facts.is_file() || is_ours_alone(&facts).is_err() {
        return None;
    }
    // SAFETY: native code that this user's own processes have put here, whole, in files that nobody else may write to
    // and that are never written to again. wasmtime looks at whether it is of this version and these settings.
    let loaded = unsafe { Component::deserialize_file(engine, file) };
    let component = loaded
        .inspect_err(|error| debug!("{}: {error:#}", file.display()))
        .ok()?;
    let now = SystemTime::now();
    if facts.modified().is_ok_and(|used| used + STALE < now)
        && let Ok(file) = File::open(file)
    {
        // Only a hint for whoever makes room.
        let _ = file.set_times(FileTimes::new().set_modified(now));
    }
    Some(component)
}

/// Where the user's caches are (the XDG base directories).
fn users_directory() -> io::Result<PathBuf> {
    let base = etcetera::choose_base_strategy().map_err(io::Error::other)?;
    Ok(base.cache_dir().join("amend"))
}

/// Whether a file or a directory belongs to this process's user, and nobody else may write to it.
fn is_ours_alone(facts: &fs::Metadata) -> io::Result<()> {
    let problem = if facts.uid() != rustix::process::geteuid().as_raw() {
        "it belongs to another user"
    } else if facts.mode() & 0o022 != 0 {
        "others may write to it"
    } else {
        return Ok(());
    };
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{problem}, and what is in it would be run as native code"),
    ))
}

/// Names what a component is compiled to: by its bytes, and by everything of the engine that the result depends on.
fn key(engine: &Engine, component: &mut dyn Read) -> io::Result<String> {
    let mut hasher = Blake(blake3::Hasher::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.update_reader(component)?;
    Ok(hasher.0.finalize().to_hex().to_string())
}

/// 64 bits are enough for a hash table, and too few to run code by.
struct Blake(blake3::Hasher);

impl Hasher for Blake {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let hash = self.0.finalize();
        hash.as_bytes()
            .iter()
            .take(8)
            .fold(0, |all, byte| all << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const COMPONENT: &str = "(component)";

    fn compile(cache: &Cache) -> usize {
        let engine = Engine::default();
        let before = fs::read_dir(&cache.directory).unwrap().count();
        cache
            .compile(&engine, &wat::parse_str(COMPONENT).unwrap())
            .unwrap();
        fs::read_dir(&cache.directory).unwrap().count() - before
    }

    #[test]
    fn what_was_compiled_is_kept_and_found_again() {
        let scratch = tempfile::tempdir().unwrap();
        let cache = Cache::at(scratch.path().join("deep/cache")).unwrap();
        assert_eq!(compile(&cache), 1);
        assert_eq!(compile(&cache), 0);
    }

    #[test]
    fn garbage_where_code_should_be_is_compiled_over() {
        let scratch = tempfile::tempdir().unwrap();
        let cache = Cache::at(scratch.path().join("cache")).unwrap();
        compile(&cache);
        let file = fs::read_dir(&cache.directory)
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        let whole = fs::read(file.path()).unwrap();
        for garbage in [&b""[..], b"\0\0\0\0", &whole[..whole.len() / 2]] {
            fs::write(file.path(), garbage).unwrap();
            assert_eq!(compile(&cache), 0);
            assert_eq!(fs::read(file.path()).unwrap().len(), whole.len());
        }
    }

    #[test]
    fn a_cache_that_others_can_write_to_is_not_trusted() {
        let scratch = tempfile::tempdir().unwrap();
        let directory = scratch.path().join("cache");
        let cache = Cache::at(directory.clone()).unwrap();
        compile(&cache);
        let file = fs::read_dir(&directory).unwrap().next().unwrap().unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o666)).unwrap();
        assert!(load(&Engine::default(), &file.path()).is_none());
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).unwrap();
        assert!(load(&Engine::default(), &file.path()).is_some());

        fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).unwrap();
        let error = Cache::at(directory.clone()).unwrap_err();
        assert!(error.to_string().contains("others may write"), "{error}");
        let asked = CompiledCache::Directory(directory);
        assert!(Cache::open(&asked).is_err());
    }
}
