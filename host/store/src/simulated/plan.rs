//! The plan of a run: the document's owner and directory, the writers that change it, and how coarse the clock is.

use super::disk::Disk;
use super::event::{GOOD, Manners};
use super::fault::Fault;
use super::foreign_writer::Foreign;
use super::model::{Model, ROOT};
use super::random::Random;
use super::territory::{ALL, OWN, ROOTS, Territory};
use super::users::WRITE;
use super::watch::DOCUMENT;
use std::collections::BTreeSet;
use std::fmt;

#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) territory: Territory,
    pub(super) writers: Vec<Writer>,
    /// The times of files move on once in so many changes.
    pub(super) tick: i64,
    /// The name of the calls in which something goes wrong; any where it is not said.
    pub(super) aim: Option<&'static str>,
    /// The faults from the beginning.
    pub(super) faults: Vec<Fault>,
    /// Whether a file may get its name after it was synced.
    pub(super) has_late_links: bool,
    /// How many updates each writer makes.
    pub(super) updates: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Writer {
    pub(super) user: u32,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It promises that a power failure does not undo its updates.
    Full,
    /// It does not sync.
    Unsynced,
    Foreign(Foreign),
}

/// Coarser than any run is long: a change in place shows in the bytes only.
pub(super) const FROZEN: i64 = i64::MAX;

impl Writer {
    pub(super) fn writes_in_place(&self) -> bool {
        matches!(self.kind, Kind::Foreign(foreign) if foreign.writes_in_place())
    }

    pub(super) fn manners(&self) -> Manners {
        match self.kind {
            Kind::Full => GOOD,
            Kind::Unsynced => Manners {
                syncs: false,
                ..GOOD
            },
            Kind::Foreign(foreign) => foreign.manners(),
        }
    }
}

impl Plan {
    /// Writers that promise durability, one for each of these users.
    pub(super) fn of(territory: Territory, users: &[u32]) -> Plan {
        let writer = |user: &u32| Writer {
            user: *user,
            kind: Kind::Full,
        };
        Plan {
            territory,
            writers: users.iter().map(writer).collect(),
            tick: 1,
            has_late_links: false,
            aim: None,
            faults: vec![],
            updates: 3,
        }
    }

    /// The same with the first writer of another kind.
    pub(super) fn with_first(mut self, kind: Kind) -> Plan {
        self.writers[0].kind = kind;
        self
    }

    pub(super) fn with_tick(mut self, tick: i64) -> Plan {
        self.tick = tick;
        self
    }

    /// The plan that a seed chooses.
    pub(super) fn random(random: &mut Random) -> Plan {
        let territory = if random.below(2) == 0 {
            ROOTS
        } else {
            random.one_of(&ALL)
        };
        let users = match territory.directory.0 {
            _ if territory.document == ROOTS.document => [0; 4],
            _ if territory.document == OWN.document => [1; 4],
            _ => [1, 1, 2, 1 + random.below(2) as u32],
        };
        let plan = Plan::of(territory, &users).with_tick(random.one_of(&[1, 1, 30, FROZEN]));
        let plan = Plan {
            has_late_links: random.below(2) == 0,
            ..plan
        };
        let mut plan = match random.below(4) {
            0 => plan.with_first(Kind::Foreign(random.one_of(&Foreign::ALL))),
            1 => plan.with_first(Kind::Unsynced),
            _ => plan,
        };
        let hasty = match random.below(6) {
            0 => 1..4,
            1 | 2 => 1..2,
            _ => 0..0,
        };
        plan.faults.extend(hasty.map(|writer| random.hasty(writer)));
        plan
    }

    /// A disk with a document that has a number for each writer.
    pub(super) fn model(&self) -> Model {
        let mut model = Model::new();
        model.tick = self.tick;
        model.has_late_links = self.has_late_links;
        let root = model.inode(ROOT);
        (root.user, root.mode) = self.territory.directory;
        let members: Vec<_> = (0..self.writers.len())
            .map(|number| format!("{:?}:0", member(number)))
            .collect();
        let text = format!("{{{}}}", members.join(","));
        let (user, mode) = self.territory.document;
        model.add_durable(DOCUMENT, text.as_bytes(), user, mode);
        model
    }

    pub(super) fn disk(&self) -> Disk {
        let disk = Disk::new(self.model()).scheduled();
        self.writers
            .iter()
            .enumerate()
            .fold(disk, |disk, (number, writer)| {
                disk.with_user(number, writer.user)
                    .with_manners(number, writer.manners())
            })
    }

    pub(super) fn users(&self) -> BTreeSet<u32> {
        self.writers.iter().map(|writer| writer.user).collect()
    }

    /// Whether a user may replace the document.
    pub(super) fn may_change(&self, user: u32) -> bool {
        let model = self.model();
        let document = model.resolve(DOCUMENT).unwrap();
        model.check_unlink(user, ROOT, document).is_ok()
            && model.check(user, document, WRITE).is_ok()
    }

    pub(super) fn writes_in_place(&self) -> bool {
        self.writers.iter().any(Writer::writes_in_place)
    }
}

/// The member of the document that counts the changes of a writer.
pub(super) fn member(number: usize) -> String {
    format!("w{number}")
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Territory {
            directory: (owner, directory),
            document: (user, document),
        } = self.territory;
        write!(
            f,
            "a document of {user} ({document:o}) in a directory of {owner} ({directory:o})"
        )?;
        write!(f, ", times of {} changes", self.tick)?;
        write!(f, ", {:?}", self.faults)?;
        for (number, writer) in self.writers.iter().enumerate() {
            write!(
                f,
                ", writer {number} of {} ({:?})",
                writer.user, writer.kind
            )?;
        }
        Ok(())
    }
}
