//! How etcd is asked: what every command that takes an address can be told.

#![allow(
    clippy::doc_markdown,
    reason = "these comments are the help, which is no Markdown"
)]

use bytesize::ByteSize;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    next_help_heading = "For documents in etcd: etcd://HOST:PORT[,HOST:PORT...]/PREFIX/DOCUMENT"
)]
pub(crate) struct EtcdArgs {
    /// Ask over TLS, and trust members whose certificates one of those in this file (PEM) has issued
    /// [env: AMEND_ETCD_CA]
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_ca: Option<PathBuf>,

    /// Show this certificate (PEM) [env: AMEND_ETCD_CERT]
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_cert: Option<PathBuf>,

    /// The key of that certificate (PEM) [env: AMEND_ETCD_KEY]
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_key: Option<PathBuf>,

    /// Ask as this user [env: AMEND_ETCD_USER]
    #[arg(long, value_name = "NAME")]
    pub(crate) etcd_user: Option<String>,

    /// The file whose first line is the user's password; without it, the password is what AMEND_ETCD_PASSWORD says
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_password_file: Option<PathBuf>,

    /// How much etcd takes in one request: what it was started with as --max-request-bytes [default: 1.5MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) etcd_max_request: Option<ByteSize>,
}
