//! Compiled guests on disk, so that a guest is compiled once and not in every process.
//!
//! wasmtime's own cache compresses what it keeps. Here a file is mapped as it is: a command that runs a guest once
//! would spend most of its time on decompression, and processes that run the same guest share its pages.

use crate::builder::CompiledCache;
use crate::cache_directory::{make, make_users};
use crate::cache_entry::Entry;
use crate::error::EngineError;
use etcetera::BaseStrategy;
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tracing::warn;
use wasmtime::Engine;
use wasmtime::component::Component;

/// The form of the files. Files of another form are not found, and are removed in their turn.
const FORM: &[u8] = b"amend compiled guest 2";

/// A directory of compiled guests. No other user may write to it: its files are run as native code.
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
                let opened = users_directory().and_then(|directory| {
                    make_users(&directory).map_err(|error| named(&directory, &error))?;
                    Ok(Cache { directory })
                });
                Ok(opened
                    .inspect_err(|error| warn!("compiled guests are not kept: {error}"))
                    .ok())
            }
        }
    }

    pub(crate) fn at(directory: PathBuf) -> io::Result<Cache> {
        make(&directory)?;
        Ok(Cache { directory })
    }

    /// The component in a file, if it was compiled before. The file is read piece by piece: a large component need not
    /// be in memory when its code is on disk.
    ///
    /// One that is larger than the limit is not in the cache, and is not read.
    pub(crate) fn find(
        &self,
        engine: &Engine,
        component: &Path,
        limit: usize,
    ) -> io::Result<Option<Component>> {
        let mut file = File::open(component)?;
        let metadata = file.metadata()?;
        let is_small = usize::try_from(metadata.len()).is_ok_and(|size| size <= limit);
        if !metadata.is_file() || !is_small {
            return Ok(None);
        }
        let key = key(engine, &mut file)?;
        Ok(Entry::new(&self.directory, key).load(engine))
    }

    /// The entry of a component with these bytes, which may not exist yet.
    pub(crate) fn entry(&self, engine: &Engine, bytes: &[u8]) -> Entry {
        Entry::new(
            &self.directory,
            hashed(engine, |hasher| {
                hasher.update(bytes);
            }),
        )
    }
}

/// The error with the path of the cache: those of system calls name none.
fn named(directory: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", directory.display()))
}

/// Where the user's caches are (the XDG base directories).
fn users_directory() -> io::Result<PathBuf> {
    let base = etcetera::choose_base_strategy().map_err(io::Error::other)?;
    Ok(base.cache_dir().join("amend"))
}

/// Names the code of a component: by its bytes, and by all settings of the engine that the code depends on.
fn key(engine: &Engine, component: &mut dyn Read) -> io::Result<blake3::Hash> {
    let mut read = Ok(());
    let key = hashed(engine, |hasher| {
        read = hasher.update_reader(component).map(drop);
    });
    read.map(|()| key)
}

fn hashed(engine: &Engine, component: impl FnOnce(&mut blake3::Hasher)) -> blake3::Hash {
    let mut hasher = Blake(blake3::Hasher::new());
    hasher.0.update(FORM);
    engine.precompile_compatibility_hash().hash(&mut hasher);
    component(&mut hasher.0);
    hasher.0.finalize()
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
