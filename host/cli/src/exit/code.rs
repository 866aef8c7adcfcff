//! The exit codes: the one table of them. The help is made from it, and a test compares the README with the help.

use std::fmt::Write;
use std::process::ExitCode;
use std::sync::OnceLock;

/// Declares the codes: the number, the name, whether the document is certainly unchanged, and the meaning.
macro_rules! codes {
    ($($number:literal $name:ident $is_unchanged:literal $meaning:literal)*) => {
        /// An exit code. Scripts rely on the numbers: they never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Code {
            $(#[doc = $meaning] $name = $number,)*
        }

        impl Code {
            const ALL: &'static [Code] = &[$(Code::$name),*];

            fn meaning(self) -> &'static str {
                match self {
                    $(Code::$name => $meaning,)*
                }
            }

            /// Whether the document is certainly unchanged after an update that ends with this code.
            pub(crate) const fn is_unchanged(self) -> bool {
                match self {
                    $(Code::$name => $is_unchanged,)*
                }
            }
        }
    };
}

codes! {
    0  Done              false "done, whether or not anything changed"
    1  Unexpected        true  "input or output failed, a limit was exceeded, or something unexpected happened"
    2  Usage             true  "the arguments are wrong"
    3  NotJson           true  "the document is not JSON"
    4  Conflict          true  "conflict: a `test` failed, the version differs, or another program changed the document"
    5  Refused           true  "the updater refused"
    6  GuestFailed       true  "the guest failed: it trapped, or ran out of time or memory"
    7  Timeout           true  "timeout: the lock was not free, the file was being written, or others were faster"
    8  Denied            true  "denied: no document can have this path, or permissions or options forbid it"
    9  NotAPatch         true  "the patch is not valid"
    10 OutcomeUnknown    false "outcome unknown: the change was applied once or not at all; read the document first"
    11 NotFound          true  "not found: there is no such document, or a pointer leads nowhere in it"
    12 Unreachable       true  "etcd cannot be reached, and nothing was changed"
    13 ReceiptLost       false "committed, but the receipt could not be printed"
    14 DurabilityUnknown false "committed, but whether the change survives a power failure is unknown"
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> ExitCode {
        ExitCode::from(code as u8)
    }
}

/// The section of the help on exit codes.
pub(crate) fn help() -> &'static str {
    static HELP: OnceLock<String> = OnceLock::new();
    HELP.get_or_init(describe)
}

fn describe() -> String {
    let mut help = "Exit codes:\n".to_owned();
    for code in Code::ALL {
        // Writing to a string does not fail.
        let _ = writeln!(help, "  {:<3}{}", *code as u8, code.meaning());
    }
    let numbers = |codes: &[&Code]| {
        let numbers: Vec<_> = codes
            .iter()
            .map(|code| (**code as u8).to_string())
            .collect();
        numbers.join(", ")
    };
    let others: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !code.is_unchanged())
        .collect();
    if let [others @ .., last] = others.as_slice() {
        let _ = write!(
            help,
            "\nAfter `amend update`, every code except {} and {} means that the document is unchanged.\n\
             `amend copy` and `amend run` may have changed documents before they failed.",
            numbers(others),
            numbers(&[last])
        );
    }
    help
}
