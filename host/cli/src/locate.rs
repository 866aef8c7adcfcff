//! From the name of a document, or of a directory of documents, to a store.

use crate::args::EtcdArgs;
use crate::exit::{Code, Failure};
use amend_store::{EtcdOptions, Options, Store};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The store and the path in it of a document: a file, or an address in etcd.
pub(crate) fn document(
    file: &Path,
    options: Options,
    etcd: &EtcdArgs,
) -> Result<(Store, PathBuf), Failure> {
    match address(file)? {
        Some(address) => Ok(Store::locate_etcd(address, asking(options, etcd)?)?),
        None => Ok(Store::locate(file, options)?),
    }
}

/// The store of a directory, or of a prefix in etcd.
pub(crate) fn store(directory: &Path, options: Options, etcd: &EtcdArgs) -> Result<Store, Failure> {
    match address(directory)? {
        Some(address) => Ok(Store::etcd(address, asking(options, etcd)?)?),
        None => Ok(Store::open_with(directory, options)?),
    }
}

/// The address, if the name looks like one, even a wrong one. A file with such a name can be given as `./etcd:`.
fn address(file: &Path) -> Result<Option<&str>, Failure> {
    let shown = file.to_string_lossy();
    let is_path = shown.starts_with(['/', '.']);
    if is_path || !(shown.starts_with("etcd:") || shown.contains("://")) {
        return Ok(None);
    }
    let address = file.to_str();
    let wrong = || Failure::new(Code::Usage, format!("{shown}: an address is UTF-8"));
    address.map(Some).ok_or_else(wrong)
}

/// Whether the name is an address, and not a path.
pub(crate) fn is_address(file: &Path) -> bool {
    !matches!(address(file), Ok(None))
}

/// How to connect to etcd: from the options, or else from the environment.
fn asking(options: Options, args: &EtcdArgs) -> Result<EtcdOptions, Failure> {
    let file =
        |given: &Option<PathBuf>, name| given.clone().or_else(|| variable(name).map(PathBuf::from));
    let mut asking = EtcdOptions::default().with_store(options);
    if let Some(size) = args.etcd_max_request {
        asking = asking.with_max_request(usize::try_from(size.as_u64()).unwrap_or(usize::MAX));
    }
    let ca = file(&args.etcd_ca, "AMEND_ETCD_CA");
    let certificate = file(&args.etcd_cert, "AMEND_ETCD_CERT");
    let key = file(&args.etcd_key, "AMEND_ETCD_KEY");
    let is_secure = ca.is_some();
    if let Some(ca) = ca {
        asking = asking.with_ca(ca);
    }
    match (certificate, key) {
        (None, None) => {}
        (Some(certificate), Some(key)) if is_secure => {
            asking = asking.with_certificate(certificate, key);
        }
        (Some(_), Some(_)) => {
            return Err(usage(
                "a certificate needs TLS: --etcd-ca has the certificates to trust",
            ));
        }
        _ => {
            return Err(usage(
                "a certificate and its key go together: --etcd-cert and --etcd-key",
            ));
        }
    }
    let user = match &args.etcd_user {
        Some(user) => Some(user.clone()),
        None => variable("AMEND_ETCD_USER")
            .map(|user| text("AMEND_ETCD_USER", user))
            .transpose()?,
    };
    if let Some(user) = user {
        asking = asking.with_user(user, password(args)?);
    }
    Ok(asking)
}

/// The password. It is never on the command line, which every user who lists processes can see.
fn password(args: &EtcdArgs) -> Result<String, Failure> {
    let Some(file) = &args.etcd_password_file else {
        let missing =
            || usage("a user has a password: AMEND_ETCD_PASSWORD, or --etcd-password-file");
        let password = variable("AMEND_ETCD_PASSWORD").ok_or_else(missing)?;
        return text("AMEND_ETCD_PASSWORD", password);
    };
    let read = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            Code::Unexpected,
            format!("{}: reading the password: {error}", file.display()),
        )
    })?;
    Ok(read.lines().next().unwrap_or_default().to_owned())
}

/// A variable of the environment; an empty one counts as none.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn text(name: &str, value: OsString) -> Result<String, Failure> {
    value
        .into_string()
        .map_err(|_| usage(&format!("{name} is not UTF-8")))
}

fn usage(message: &str) -> Failure {
    Failure::new(Code::Usage, message)
}
