//! What a Rust user would write without amend: see [`crate::plain`].

use super::{files, values};
use crate::peer::{Change, Handle, Opened, Peer};
use crate::plain;
use std::path::{Path, PathBuf};

pub(crate) struct Plain;

struct Directory(PathBuf);

impl Peer for Plain {
    fn create(&self, directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
        files::create(directory, names, text)
    }

    fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Opened>> {
        Ok(Box::new(Directory(directory.to_owned())))
    }
}

impl Opened for Directory {
    fn handle(&self) -> anyhow::Result<Box<dyn Handle + Send + '_>> {
        Ok(Box::new(self))
    }
}

impl Handle for &Directory {
    fn add_one(&mut self, document: &str) -> anyhow::Result<()> {
        plain::update(&self.0.join(document), values::add_one)
    }

    fn set(&mut self, document: &str, changes: &[Change]) -> anyhow::Result<()> {
        plain::update(&self.0.join(document), |value| values::set(value, changes))
    }

    fn text(&mut self, document: &str) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(self.0.join(document))?)
    }
}
