//! The report of the guest to the host: one line of JSON for each event, over the machine's second serial port.

use serde::{Deserialize, Serialize};

/// An event in the machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Event {
    /// The machine has started, with this kernel.
    Started(String),
    /// Something to show to whoever runs the command.
    Said(String),
    /// A check on a mount has ended.
    Checked {
        mount: String,
        check: Check,
        outcome: Outcome,
    },
    /// A test of the suite has ended on a mount.
    Tested {
        mount: String,
        test: String,
        outcome: Outcome,
    },
    /// A property of a mounted file system.
    Fact {
        mount: String,
        name: String,
        value: String,
    },
    /// All that was planned is done.
    Over,
}

/// The checks of each mount.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
pub(super) enum Check {
    /// Properties of the file system that decide what amend can promise.
    Facts,
    /// Single commands: an existing and a new document, each durability, a lock directory.
    Update,
    /// Twelve processes at once, some of which are killed.
    Storm,
    /// The same with six processes each on two clients of the server.
    Clients,
    /// The test binaries, with `TMPDIR` on the mount.
    Suite,
}

/// How a check or a test has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Outcome {
    /// Well; with figures.
    Passed(String),
    /// Badly: all that is known.
    Failed(String),
    /// It makes no sense on this mount, for this reason.
    NotHere(String),
}
