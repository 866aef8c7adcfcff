//! The arguments of `amend copy`.

use super::etcd::EtcdArgs;
use super::store::StoreArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// A document, or all documents of a directory: a path, or an address in etcd. A name with a slash at the end is a
    /// directory
    pub(crate) from: PathBuf,

    /// The path or the address of the copy. It is a directory if it ends with a slash, or if one exists there
    pub(crate) to: PathBuf,

    /// Replace copies that exist and have other values. Without it, they are left as they are and reported
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Report only the documents that were not copied
    #[arg(long, short)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) store: StoreArgs,

    #[command(flatten)]
    pub(crate) etcd: EtcdArgs,
}
