//! The system calls that a durable replacement is made of, and nothing else: 1.0 in the tables. It counts and sets
//! nothing, takes no lock, and looks at no byte.

use super::files;
use crate::peer::{Change, Handle, Opened, Peer};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) struct Raw;

struct Directory {
    path: PathBuf,
    handle: File,
}

impl Peer for Raw {
    fn create(&self, directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
        files::create(directory, names, text)
    }

    fn changes(&self) -> bool {
        false
    }

    fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Opened>> {
        Ok(Box::new(Directory {
            path: directory.to_owned(),
            handle: File::open(directory)?,
        }))
    }
}

impl Opened for Directory {
    fn handle(&self) -> anyhow::Result<Box<dyn Handle + Send + '_>> {
        Ok(Box::new(self))
    }
}

impl Handle for &Directory {
    fn add_one(&mut self, document: &str) -> anyhow::Result<()> {
        self.set(document, &[])
    }

    /// Reads the document, writes it to another file, syncs that, renames it, and syncs the directory.
    fn set(&mut self, document: &str, _changes: &[Change]) -> anyhow::Result<()> {
        let (document, temp) = (self.path.join(document), self.path.join("raw.tmp"));
        let bytes = fs::read(&document)?;
        let mut file = File::create_new(&temp)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&temp, &document)?;
        self.handle.sync_all()?;
        Ok(())
    }

    fn text(&mut self, document: &str) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.path.join(document))?)
    }
}
