//! TLS, with rustls and ring.

use crate::error::Error;
use crate::etcd::options::Tls;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::path::Path;
use std::sync::Arc;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

/// Reads the files that TLS takes.
pub(crate) fn configure(tls: &Tls) -> Result<TlsConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = certificates(&tls.ca)?;
    let store = root_store(&roots);
    if store.is_empty() {
        return Err(invalid(
            &tls.ca,
            "there is no certificate in it that can be read",
        ));
    }
    let client = match &tls.client {
        Some((certificate, key)) => Some(client(&provider, store, certificate, key)?),
        None => None,
    };
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .client_cert(client)
        .unversioned_rustls_crypto_provider(provider)
        .build())
}

/// Whose certificates are trusted; what cannot be read is left out.
fn root_store(roots: &[Certificate<'static>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.iter().map(|root| CertificateDer::from(root.der())));
    store
}

/// A certificate and its key, of which rustls has found that they belong together: ureq takes that for granted, and
/// panics when the first connection is made otherwise.
fn client(
    provider: &Arc<CryptoProvider>,
    store: RootCertStore,
    certificate: &Path,
    key: &Path,
) -> Result<ClientCert, Error> {
    let chain = certificates(certificate)?;
    let private = private_key(key)?;
    let shown = chain
        .iter()
        .map(|one| CertificateDer::from(one.der()).into_owned());
    let wrong = |error: &dyn std::fmt::Display| {
        invalid(
            key,
            &format!("it is not the key of {}: {error}", certificate.display()),
        )
    };
    let secret = PrivateKeyDer::try_from(private.der()).map_err(|error| wrong(&error))?;
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            let builder = builder.with_root_certificates(store);
            builder.with_client_auth_cert(shown.collect(), secret.clone_key())
        })
        .map_err(|error| wrong(&error))?;
    Ok(ClientCert::new_with_certs(&chain, private))
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, Error> {
    let mut certificates = Vec::new();
    for item in items(path)? {
        if let PemItem::Certificate(certificate) = item {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(invalid(path, "there is no certificate in it"));
    }
    Ok(certificates)
}

fn private_key(path: &Path) -> Result<PrivateKey<'static>, Error> {
    let keys = items(path)?.into_iter();
    let mut keys = keys.filter_map(|item| match item {
        PemItem::PrivateKey(key) => Some(key),
        _ => None,
    });
    keys.next()
        .ok_or_else(|| invalid(path, "there is no private key in it"))
}

fn items(path: &Path) -> Result<Vec<PemItem<'static>>, Error> {
    let failed = |source: io::Error| Error::Io {
        path: path.to_owned(),
        action: "reading it for TLS",
        source: Arc::new(source),
    };
    let text = std::fs::read(path).map_err(failed)?;
    let items = parse_pem(&text).collect::<Result<_, _>>();
    items.map_err(|error| {
        failed(io::Error::new(
            io::ErrorKind::InvalidData,
            error.to_string(),
        ))
    })
}

fn invalid(path: &Path, what: &str) -> Error {
    Error::Io {
        path: path.to_owned(),
        action: "reading it for TLS",
        source: Arc::new(io::Error::new(io::ErrorKind::InvalidData, what)),
    }
}
