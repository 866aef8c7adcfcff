//! The arguments of `amend check`.

#![allow(
    clippy::doc_markdown,
    reason = "these comments are the help, which is not Markdown"
)]

use super::store::lock_directory;
use clap::Args;
use std::path::PathBuf;

pub(super) const HELP: &str = "\
It prints where the lock files are, and each promise of amend that fails there or is weaker. It tests the directory, and not
the access to one document: in a new directory below, `.amend-check.*`, which it removes again unless it is killed or runs
out of descriptors. The exit code is 0 when documents can be made there, limits or not. Otherwise it is that of
`amend update`: 8 where permissions or the file system forbid it.";

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// A directory of documents, or a document: then the report contains its lock file
    pub(crate) path: PathBuf,

    /// The directory for lock files, as for the commands that change documents [env: AMEND_LOCK_DIR]
    #[arg(long, value_name = "DIRECTORY")]
    lock_dir: Option<PathBuf>,

    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl CheckArgs {
    pub(crate) fn lock_directory(&self) -> Option<PathBuf> {
        lock_directory(self.lock_dir.as_ref())
    }
}
