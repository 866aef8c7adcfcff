//! A look at a directory: everything that an update that fails must leave as it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its inode: a file that was replaced has another.
    pub inode: u64,
    /// Type and permissions.
    pub mode: u32,
    /// When it was written last, in seconds and nanoseconds.
    pub modified: (i64, i64),
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Everything in a directory, by name.
pub fn look(directory: &Path) -> BTreeMap<String, Entry> {
    let entries = fs::read_dir(directory).expect("the directory can be read");
    entries
        .map(|entry| {
            let entry = entry.expect("the directory can be read");
            let metadata = entry.metadata().expect("it can be looked at");
            let bytes = if metadata.is_file() {
                fs::read(entry.path()).expect("it can be read")
            } else {
                vec![]
            };
            let modified = (metadata.mtime(), metadata.mtime_nsec());
            let entry_ = Entry {
                inode: metadata.ino(),
                mode: metadata.mode(),
                modified,
                bytes,
            };
            (entry.file_name().to_string_lossy().into_owned(), entry_)
        })
        .collect()
}
