//! The option of the command line that helps against an error: the library's messages name none.

use amend_store::Error;

/// The option that the error's message is about.
pub(super) fn option(error: &Error) -> Option<&'static str> {
    match error {
        Error::HardLinked { .. } => Some("--hard-links separate"),
        Error::LockTimeout { .. } | Error::Contended { .. } => Some("--lock-timeout"),
        Error::RequestTooLarge { .. } => Some("--etcd-max-request"),
        _ => None,
    }
}
