//! What `amend copy` can be told.

use super::etcd::EtcdArgs;
use super::store::StoreArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// A document, or all documents of a directory: a path, or an address in etcd. What ends in a slash is a directory
    pub(crate) from: PathBuf,

    /// Where they will be, in the same way. What ends in a slash, or is one already, is a directory
    pub(crate) to: PathBuf,

    /// Replace documents that are there and have other values; without this they are left as they are, and told
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Say nothing of what was done, only what was not
    #[arg(long, short)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) store: StoreArgs,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,
}
