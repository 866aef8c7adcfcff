//! How etcd is asked.

use crate::options::Options;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How long one member may take to answer unless told otherwise: three seconds. An election takes about one.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);

/// How many bytes a request may have unless told otherwise: 1.5 MiB, as etcd has it
/// ([`--max-request-bytes`](https://etcd.io/docs/v3.4/dev-guide/limit/)).
pub const MAX_REQUEST: usize = 3 << 19;

/// How etcd is asked, and how updates are done there.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EtcdOptions {
    /// What holds for every kind of store: how long an update may take ([`Options::lock_timeout`], although there is no
    /// lock), and the limits on documents. How files are locked and replaced has no meaning here, and etcd is as
    /// durable as it is.
    pub store: Options,
    /// How long one member may take to answer before another is asked. [`REQUEST_TIMEOUT`] by default.
    pub request_timeout: Duration,
    /// How many bytes a request may have: what etcd was started with as `--max-request-bytes`. [`MAX_REQUEST`] by
    /// default.
    pub max_request: usize,
    pub(crate) tls: Option<Tls>,
    pub(crate) user: Option<User>,
}

/// The files that TLS takes.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) ca: PathBuf,
    /// A certificate, with what leads to its issuer, and its key.
    pub(crate) client: Option<(PathBuf, PathBuf)>,
}

/// Who asks.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Default for EtcdOptions {
    fn default() -> Self {
        EtcdOptions {
            store: Options::default(),
            request_timeout: REQUEST_TIMEOUT,
            max_request: MAX_REQUEST,
            tls: None,
            user: None,
        }
    }
}

impl EtcdOptions {
    /// Sets what holds for every kind of store.
    #[must_use]
    pub fn with_store(mut self, options: Options) -> Self {
        self.store = options;
        self
    }

    /// Sets how long one member may take to answer.
    #[must_use]
    pub fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Sets how many bytes a request may have.
    #[must_use]
    pub fn with_max_request(mut self, bytes: usize) -> Self {
        self.max_request = bytes;
        self
    }

    /// Asks over TLS, of members whose certificates one of those in this file (PEM) has issued. No others are trusted,
    /// the system's neither: a cluster has an authority of its own.
    #[must_use]
    pub fn with_ca(mut self, certificates: impl Into<PathBuf>) -> Self {
        let client = self.tls.and_then(|tls| tls.client);
        self.tls = Some(Tls {
            ca: certificates.into(),
            client,
        });
        self
    }

    /// Shows this certificate, with those that lead to its issuer, and proves it with this key (both PEM). Only after
    /// [`EtcdOptions::with_ca`]; without TLS there is nobody to show it to.
    #[must_use]
    pub fn with_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        if let Some(tls) = &mut self.tls {
            tls.client = Some((certificate.into(), key.into()));
        }
        self
    }

    /// Asks as this user. Without TLS the password can be read on the way.
    #[must_use]
    pub fn with_user(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.user = Some(User {
            name: name.into(),
            password: password.into(),
        });
        self
    }
}
