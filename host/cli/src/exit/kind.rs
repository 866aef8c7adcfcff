//! The exit code of each class of errors of the store.

use super::code::Code;
use amend_store::ErrorKind;

/// The exit code of a kind; `None` of one that the library has and this table lacks, which does not compile: see below.
const fn listed(kind: ErrorKind) -> Option<Code> {
    Some(match kind {
        ErrorKind::InvalidAddress => Code::Usage,
        ErrorKind::InvalidPath | ErrorKind::Denied => Code::Denied,
        ErrorKind::NotJson => Code::NotJson,
        ErrorKind::Conflict => Code::Conflict,
        ErrorKind::NotFound => Code::NotFound,
        ErrorKind::Refused => Code::Refused,
        ErrorKind::UpdaterFailed => Code::GuestFailed,
        ErrorKind::InvalidPatch => Code::NotAPatch,
        ErrorKind::Timeout => Code::Timeout,
        ErrorKind::Unreachable => Code::Unreachable,
        ErrorKind::OutcomeUnknown => Code::OutcomeUnknown,
        ErrorKind::DurabilityUnknown => Code::DurabilityUnknown,
        ErrorKind::TooLarge | ErrorKind::Io => Code::Unexpected,
        _ => return None,
    })
}

// A new kind of the library has to get a code here, and both have to agree on whether the document is unchanged.
const _: () = {
    let mut at = 0;
    while at < ErrorKind::ALL.len() {
        let kind = ErrorKind::ALL[at];
        match listed(kind) {
            Some(code) => assert!(
                code.is_unchanged() == kind.is_unchanged(),
                "the library and the exit codes disagree on whether the document is unchanged"
            ),
            None => panic!("a kind of error has no exit code"),
        }
        at += 1;
    }
};

/// The exit code of errors of this kind.
pub(super) fn code(kind: ErrorKind) -> Code {
    listed(kind).unwrap_or(Code::Unexpected)
}
