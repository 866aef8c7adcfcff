//! What may be in the document, going by what happened before.

use super::event::{Event, History, Manners, times};
use super::model::Model;
use super::plan::{Kind, Plan, member};
use super::watch::DOCUMENT;
use super::{count, crash};
use std::collections::BTreeSet;

/// Whether the document is looked at as it is, or after a power failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Now,
    AfterPowerFailure,
}

/// What happened before a moment, as far as it decides what may be there.
struct Before<'h> {
    history: &'h History,
    when: When,
    /// So many events ago others' promises ended.
    ended: usize,
    /// Nothing has been promised since the document was last written without a sync.
    may_be_torn: bool,
}

impl Before<'_> {
    fn new(history: &History, when: When) -> Before<'_> {
        let last = |ends: fn(Manners) -> bool| {
            let is_it = |one: &(usize, Event)| matches!(one.1, Event::Wrote(how) if ends(how));
            history.iter().rposition(is_it).map_or(0, |at| at + 1)
        };
        let (unlocked, unsynced) = (last(|how| !how.locks), last(|how| !how.syncs));
        let ended = match when {
            When::Now => unlocked,
            When::AfterPowerFailure => unlocked.max(unsynced),
        };
        let is_since = |one: &(usize, Event)| matches!(one.1, Event::Saw { looked, is_durable, .. } if is_durable && looked >= unsynced);
        let may_be_torn =
            when == When::AfterPowerFailure && unsynced > 0 && !history.iter().any(is_since);
        Before {
            history,
            when,
            ended,
            may_be_torn,
        }
    }

    /// So many changes of a writer must be there.
    fn least(&self, plan: &Plan, writer: usize) -> u64 {
        let counts = |durable: bool| self.when == When::Now || durable;
        let seen = self.history.iter().filter_map(|(_, event)| match *event {
            Event::Saw {
                of,
                changes,
                looked,
                is_durable,
            } if of == writer && looked >= self.ended && counts(is_durable) => Some(changes),
            _ => None,
        });
        let promises = match plan.writers[writer].kind {
            Kind::Full => true,
            Kind::Unsynced => false,
            Kind::Foreign(foreign) => foreign.manners().syncs,
        };
        let own = if self.ended == 0 && counts(promises) {
            times(self.history, writer, Event::Acknowledged)
        } else {
            0
        };
        seen.fold(own, u64::max)
    }

    /// So many changes of a writer may be there.
    fn most(&self, writer: usize) -> u64 {
        let times = |event| times(self.history, writer, event);
        times(Event::Begins) - times(Event::Failed)
    }
}

/// Whether a foreign writer is in the middle of writing in place.
fn is_being_written(plan: &Plan, history: &History) -> bool {
    (0..plan.writers.len()).any(|writer| {
        let times = |event| times(history, writer, event);
        times(Event::BeginsInPlace) > times(Event::EndsInPlace)
    })
}

/// Whether the document may be found in any state.
pub(super) fn may_be_torn(plan: &Plan, history: &History, when: When) -> bool {
    is_being_written(plan, history) || Before::new(history, when).may_be_torn
}

/// Checks that a document has what was acknowledged, and not what was said to have failed.
pub(super) fn check_text(
    plan: &Plan,
    history: &History,
    when: When,
    document: Option<&[u8]>,
) -> Result<(), String> {
    if is_being_written(plan, history) {
        return Ok(());
    }
    let before = Before::new(history, when);
    for writer in 0..plan.writers.len() {
        let Some(is) = document.and_then(|bytes| count(Some(bytes), &member(writer))) else {
            if before.may_be_torn {
                return Ok(());
            }
            return Err(format!("{when:?} it is not whole: {}", shown(document)));
        };
        let (least, most) = (before.least(plan, writer), before.most(writer));
        if !(least..=most).contains(&is) {
            return Err(format!(
                "{when:?} it has {is} changes of writer {writer}, not {least} to {most}: {}",
                shown(document)
            ));
        }
    }
    Ok(())
}

fn shown(document: Option<&[u8]>) -> String {
    document.map_or("no document".to_owned(), |bytes| {
        format!("{:?}", String::from_utf8_lossy(bytes))
    })
}

/// Checks one moment, and every text that may be found when the power fails then.
pub(super) fn check_moment(
    plan: &Plan,
    model: &Model,
    history: &History,
    texts: &BTreeSet<Option<Vec<u8>>>,
) -> Result<(), String> {
    let now = model.read(DOCUMENT).map(|(bytes, _)| bytes);
    check_text(plan, history, When::Now, now)?;
    texts
        .iter()
        .try_for_each(|text| check_text(plan, history, When::AfterPowerFailure, text.as_deref()))
}

/// Every text of the document that may be found when the power fails now.
pub(super) fn texts(model: &Model) -> BTreeSet<Option<Vec<u8>>> {
    crash::texts(model, DOCUMENT)
}
