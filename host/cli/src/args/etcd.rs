//! How to connect to etcd: the options of every command that takes an address.

#![allow(
    clippy::doc_markdown,
    reason = "these comments are the help, which is not Markdown"
)]

use bytesize::ByteSize;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    next_help_heading = "For documents in etcd: etcd://HOST:PORT[,HOST:PORT...]/PREFIX/DOCUMENT"
)]
pub(crate) struct EtcdArgs {
    /// Use TLS, and trust members with a certificate issued by one in this file (PEM) [env: AMEND_ETCD_CA]
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_ca: Option<PathBuf>,

    /// Authenticate with this certificate (PEM) [env: AMEND_ETCD_CERT]
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_cert: Option<PathBuf>,

    /// The key of that certificate (PEM) [env: AMEND_ETCD_KEY]
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_key: Option<PathBuf>,

    /// Authenticate as this user [env: AMEND_ETCD_USER]
    #[arg(long, value_name = "NAME")]
    pub(crate) etcd_user: Option<String>,

    /// The file whose first line is the user's password. Without it, the password is in AMEND_ETCD_PASSWORD
    #[arg(long, value_name = "FILE")]
    pub(crate) etcd_password_file: Option<PathBuf>,

    /// The limit on one request, at most the --max-request-bytes with which etcd was started [default: 1.5MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) etcd_max_request: Option<ByteSize>,
}
