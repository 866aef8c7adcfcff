//! The processes of a round.

use amend_tests::ground::{Ground, Kind};
use amend_tests::updating::Settings;
use amend_tests::user::{ROOT, USERS, User};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The counter of the foreign program that writes in place.
pub(crate) const COUNTER: &str = "c";

/// A part in the round. A process that is killed is followed by another one with the same part.
#[derive(Debug)]
pub(crate) struct Part {
    /// How its tokens begin.
    name: String,
    pub(crate) user: User,
    acts: Acts,
}

#[derive(Debug)]
enum Acts {
    Amend(Settings),
    /// A kind of `foreign_writer`. It is stopped, and not killed: half an update of it is no fault of amend's.
    Foreign {
        kind: &'static str,
        pause: u64,
    },
}

impl Part {
    pub(crate) fn is_foreign(&self) -> bool {
        matches!(self.acts, Acts::Foreign { .. })
    }

    pub(crate) fn has_threads(&self) -> bool {
        matches!(&self.acts, Acts::Amend(settings) if settings.threads > 1)
    }

    /// The command of its next process.
    pub(crate) fn command(&self, document: &Path, generation: usize) -> Command {
        match &self.acts {
            Acts::Amend(settings) => {
                let settings = Settings {
                    name: format!("{}{generation}", self.name),
                    user: Some(self.user),
                    ..settings.clone()
                };
                let mut command = Command::new(env!("CARGO_BIN_EXE_storm_writer"));
                command.arg(settings.to_argument());
                command
            }
            Acts::Foreign { kind, pause } => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_foreign_writer"));
                command.arg(kind).arg(document).arg(&self.name);
                command.arg(self.user.id.to_string());
                command.arg(pause.to_string());
                command
            }
        }
    }
}

/// Chooses the parts of a round: some users' processes, and at least one foreign program. Few processes share more of their
/// commits, many disturb each other more. A user that may not rename in the directory still writes in place.
pub(crate) fn cast(ground: &Ground, kind: Kind, has_rewriter: bool) -> Vec<Part> {
    let patient = Settings {
        is_mixed: true,
        ..Settings::new(&ground.document, "")
    };
    let hasty = Settings {
        hasty: 60,
        ..patient.clone()
    };
    let threads = Settings {
        threads: 3,
        hasty: 30,
        ..patient.clone()
    };
    let lax = Settings {
        is_durable: false,
        ..hasty.clone()
    };
    let brief = Settings {
        timeout: Duration::from_millis(200),
        ..patient.clone()
    };
    let [one, two, three] = USERS;
    let always = [
        ("p", one, &patient),
        ("t", one, &threads),
        ("q", two, &patient),
    ];
    let sometimes = [
        ("h", one, &hasty),
        ("l", one, &lax),
        ("i", two, &hasty),
        ("r", three, &threads),
        ("b", three, &brief),
        ("z", ROOT, &hasty),
    ];
    let sometimes = sometimes.into_iter().filter(|_| fastrand::bool());
    let other = if kind == Kind::Shared { two } else { one };
    let foreign = [
        ("f", other, "replace"),
        ("u", one, "unsynced"),
        (COUNTER, three, "in-place"),
    ];
    let chosen = fastrand::usize(..foreign.len());
    let foreign = foreign.into_iter().enumerate();
    let foreign = foreign.filter(|(number, _)| *number == chosen || fastrand::u8(..3) == 0);
    let rewriter = has_rewriter.then_some(("w", two, "rewrite"));
    let pause = [2, 10, 50][fastrand::usize(..3)];
    let part = |name: &str, user, acts| Part {
        name: name.to_owned(),
        user,
        acts,
    };
    let amend = always.into_iter().chain(sometimes);
    let amend = amend.map(|(name, user, settings)| part(name, user, Acts::Amend(settings.clone())));
    let foreign = foreign.map(|(_, foreign)| foreign).chain(rewriter);
    let foreign = foreign.map(|(name, user, kind)| part(name, user, Acts::Foreign { kind, pause }));
    amend.chain(foreign).collect()
}
