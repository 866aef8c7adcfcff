//! The changes that may be in the document, going by the events before.

use super::crash;
use super::event::{Event, History};
use super::model::Model;
use super::plan::{Kind, Plan, member};
use super::watch::{DOCUMENT, numbers};
use std::collections::BTreeSet;

/// Whether the document is looked at as it is, or after a power failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Now,
    AfterPowerFailure,
}

/// The changes that may be there at a moment.
#[derive(Debug)]
pub(super) struct Verdict {
    when: When,
    /// For each writer, so many of its changes at least, and at most.
    changes: Vec<(u64, u64)>,
    /// It may be found in any state: a foreign writer is in the middle of writing in place, or nothing has been promised
    /// since the document was last written without a sync.
    pub(super) may_be_torn: bool,
}

impl Verdict {
    /// The changes that may be there after these events.
    pub(super) fn new(plan: &Plan, history: &History, when: When) -> Verdict {
        // The promises that were made before an update looked at the document end with the last write that does not keep
        // them.
        let (mut unlocked, mut unsynced, mut in_place) = (0, 0, 0);
        for (at, (_, event)) in history.iter().enumerate() {
            match event {
                Event::Wrote(manners) => {
                    if !manners.locks {
                        unlocked = at + 1;
                    }
                    if !manners.syncs {
                        unsynced = at + 1;
                    }
                }
                Event::BeginsInPlace => in_place += 1,
                Event::EndsInPlace => in_place -= 1,
                _ => {}
            }
        }
        let ended = match when {
            When::Now => unlocked,
            When::AfterPowerFailure => unlocked.max(unsynced),
        };
        let counts = |durable: bool| when == When::Now || durable;
        let mut is_synced = unsynced == 0;
        let mut changes = vec![(0, 0); plan.writers.len()];
        let mut acknowledged = vec![0; plan.writers.len()];
        for (writer, event) in history {
            match *event {
                Event::Begins => changes[*writer].1 += 1,
                Event::Failed => changes[*writer].1 -= 1,
                Event::Acknowledged if counts(plan.writers[*writer].promises()) => {
                    acknowledged[*writer] += 1;
                }
                Event::Saw {
                    of,
                    changes: seen,
                    looked,
                    is_durable,
                } => {
                    is_synced |= is_durable && looked >= unsynced;
                    if looked >= ended && counts(is_durable) {
                        changes[of].0 = changes[of].0.max(seen);
                    }
                }
                _ => {}
            }
        }
        if ended == 0 {
            for (change, acknowledged) in changes.iter_mut().zip(acknowledged) {
                change.0 = change.0.max(acknowledged);
            }
        }
        let is_torn = when == When::AfterPowerFailure && !is_synced;
        Verdict {
            when,
            changes,
            may_be_torn: is_torn || in_place > 0,
        }
    }

    /// Checks that a document has the acknowledged changes, and none that were reported as failed.
    pub(super) fn check(&self, document: Option<&[u8]>) -> Result<(), String> {
        let when = self.when;
        let shown = || String::from_utf8_lossy(document.unwrap_or_default()).into_owned();
        let Some(members) = document.and_then(numbers) else {
            if self.may_be_torn {
                return Ok(());
            }
            return Err(format!("{when:?} it is not whole: {:?}", shown()));
        };
        for (writer, &(least, most)) in self.changes.iter().enumerate() {
            let is = members.get(&member(writer)).copied().unwrap_or_default();
            let least = if self.may_be_torn { 0 } else { least };
            if !(least..=most).contains(&is) {
                return Err(format!(
                    "{when:?} it has {is} changes of writer {writer}, not {least} to {most}: {:?}",
                    shown()
                ));
            }
        }
        Ok(())
    }
}

impl super::plan::Writer {
    /// Whether it promises that a power failure does not undo its changes.
    fn promises(&self) -> bool {
        match self.kind {
            Kind::Full => true,
            Kind::Unsynced => false,
            Kind::Foreign(foreign) => foreign.manners().syncs,
        }
    }
}

/// Checks one moment, and every text that may be found when the power fails then.
pub(super) fn check_moment(
    plan: &Plan,
    model: &Model,
    history: &History,
    texts: &BTreeSet<Option<Vec<u8>>>,
) -> Result<(), String> {
    let now = model.read(DOCUMENT).map(|(bytes, _)| bytes);
    Verdict::new(plan, history, When::Now).check(now)?;
    let verdict = Verdict::new(plan, history, When::AfterPowerFailure);
    texts
        .iter()
        .try_for_each(|text| verdict.check(text.as_deref()))
}

/// Every text of the document that may be found when the power fails now.
pub(super) fn texts(model: &Model) -> BTreeSet<Option<Vec<u8>>> {
    crash::texts(model, DOCUMENT)
}
