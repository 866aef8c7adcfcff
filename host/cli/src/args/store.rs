//! How changes are committed: the options of every command that changes documents.

#![allow(
    clippy::doc_markdown,
    reason = "these comments are the help, which is not Markdown"
)]

use super::document::DocumentArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(next_help_heading = "How a change is committed; the last three are for files")]
pub(crate) struct StoreArgs {
    /// How long to wait for a document's lock, or in etcd to retry after changes of others
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = humantime::parse_duration)]
    pub(crate) lock_timeout: Duration,

    /// Keep lock files in this directory, and not beside the documents. All programs that change a document must
    /// use the same one [env: AMEND_LOCK_DIR]
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) lock_dir: Option<PathBuf>,

    /// A file with several names (hard links): refuse to change it, or separate this name from the others,
    /// which keep the old text
    #[arg(long, value_name = "WHAT", default_value = "refuse", value_enum)]
    pub(crate) hard_links: HardLinks,

    /// full: the change survives a power failure. none: it survives a crash of this process only
    #[arg(long, value_name = "HOW", default_value = "full", value_enum)]
    pub(crate) durability: Durability,

    #[command(flatten)]
    pub(crate) document: DocumentArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum Durability {
    Full,
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum HardLinks {
    Refuse,
    Separate,
}

impl StoreArgs {
    pub(crate) fn options(&self) -> amend_store::Options {
        amend_store::Options::default()
            .with_lock_timeout(Some(self.lock_timeout))
            .with_durability(match self.durability {
                Durability::Full => amend_store::Durability::Full,
                Durability::None => amend_store::Durability::None,
            })
            .with_hard_links(match self.hard_links {
                HardLinks::Refuse => amend_store::HardLinks::Refuse,
                HardLinks::Separate => amend_store::HardLinks::Separate,
            })
            .with_lock_directory(lock_directory(self.lock_dir.as_ref()))
            .with_limits(self.document.limits())
    }
}

/// The directory of the option, or else the one that all commands of an environment have agreed on.
pub(super) fn lock_directory(option: Option<&PathBuf>) -> Option<PathBuf> {
    let of_environment = || {
        let directory = std::env::var_os("AMEND_LOCK_DIR")?;
        (!directory.is_empty()).then(|| directory.into())
    };
    option.cloned().or_else(of_environment)
}
