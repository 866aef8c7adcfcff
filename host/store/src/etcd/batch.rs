//! The way of the updates of one document that are done together: read, ask each, send one transaction; and again, when
//! somebody was faster.

use crate::batch::{Ticket, Turn};
use crate::change::{Whole, change, parse};
use crate::error::Error;
use crate::etcd::backoff::{Backoff, is_over};
use crate::etcd::cluster::{Cluster, Current};
use crate::etcd::place::Place;
use crate::etcd::write::{Change, Unwritten, Written, write};
use crate::options::Options;
use crate::settled::{Guarded, Settled, answer, fail};
use crate::uncertainty::Uncertainty;
use crate::version::Version;
use amend_document::Document;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tracing::debug_span;

/// After so many updates, or so long, no more are taken: those that have been asked wait for the rest.
const MOST_JOBS: usize = 1000;
const MOST_TIME: Duration = Duration::from_millis(50);

/// The most that is waited for threads that are just coming back: less than one transaction takes.
const LINGER: Duration = Duration::from_millis(1);

/// An update whose updater was asked, and how many changes there were in its batch with its own.
struct Asked {
    settled: Settled,
    changes: usize,
    is_leader: bool,
}

/// A ticket, and whether it is that of the thread that does this.
struct Taken {
    ticket: Ticket,
    is_leader: bool,
}

/// Does the leader's update and those that wait, until the leader has its answer. `until` is how long it has patience.
pub(crate) fn lead(
    cluster: &Cluster,
    place: &Place,
    options: &Options,
    until: Option<Instant>,
    turn: &mut Turn<'_>,
) {
    turn.linger(LINGER);
    let started = Instant::now();
    let mut backoff = Backoff::of_conflicts();
    let mut conflicts = 0;
    let mut trouble = None;
    let mut line = VecDeque::new();
    loop {
        let batch = match ask_all(cluster, place, options, until, turn, &mut line) {
            Ok(batch) => batch,
            // It is for the first in line. The others may have more patience.
            Err(error) => {
                let first = line.pop_front().or_else(|| take(turn, true));
                let first = first.map(|first| Settled::unasked(first.ticket));
                fail(first.into_iter().collect(), &error);
                return hand_over(turn, line);
            }
        };
        let Batch {
            current,
            asked,
            text,
            changes,
        } = batch;
        let Some(text) = text else {
            return acknowledge(place, asked, &current, None);
        };
        let written = {
            let _span =
                debug_span!("commit", document = %place.path.display(), updates = asked.len())
                    .entered();
            put(cluster, place, &current, &text, until)
        };
        let error = match written {
            Ok(Written::At(revision)) => {
                // The next one may begin: what is in etcd's log is there for good.
                turn.pass();
                let made = Made {
                    revision,
                    text: &text,
                    changes,
                };
                return acknowledge(place, asked, &current, Some(made));
            }
            Ok(Written::Conflict) => {
                conflicts += 1;
                None
            }
            Ok(Written::NotYet(why)) => {
                trouble = Some(why);
                None
            }
            Err(error) => Some(error),
        };
        // Who saw only what is in place, and changed nothing, has his answer, whatever becomes of the others. Who has
        // panicked is not asked again.
        let (done, again): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .partition(|one| one.settled.is_final() || one.settled.has_panicked());
        let is_leader_done = done.iter().any(|one| one.is_leader);
        acknowledge(place, done, &current, None);
        if let Some(error) = error {
            return fail(again.into_iter().map(|one| one.settled).collect(), &error);
        }
        line.extend(again.into_iter().map(Asked::unsettle));
        if !is_leader_done && is_over(until) {
            let path = place.path.clone();
            let error = match trouble {
                // The time went into members that did not answer.
                Some(source) if conflicts == 0 => Error::Etcd { path, source },
                _ => Error::Contended {
                    path,
                    attempts: conflicts,
                    waited: started.elapsed(),
                },
            };
            let own = line.pop_front().map(|own| Settled::unasked(own.ticket));
            fail(own.into_iter().collect(), &error);
            return hand_over(turn, line);
        }
        if is_leader_done {
            return hand_over(turn, line);
        }
        backoff.pause(until);
    }
}

/// What came of asking.
struct Batch {
    current: Current,
    asked: Vec<Asked>,
    /// The new document; `None` when nobody changed anything.
    text: Option<String>,
    changes: usize,
}

/// Reads the document, and asks each updater for its change of what the one before it has made.
fn ask_all(
    cluster: &Cluster,
    place: &Place,
    options: &Options,
    until: Option<Instant>,
    turn: &mut Turn<'_>,
    line: &mut VecDeque<Taken>,
) -> Result<Batch, Error> {
    let current = cluster.current(place, &options.limits, until)?;
    let limits = cluster.limits(place, &options.limits);
    let mut document = parse(&place.path, current.bytes.as_deref(), &limits)?;
    let mut asked = Vec::new();
    let mut changes = 0;
    let started = Instant::now();
    loop {
        let is_first = asked.is_empty();
        let is_room = asked.len() < MOST_JOBS && started.elapsed() < MOST_TIME;
        let next = match line.pop_front() {
            Some(again) => Some(again),
            None if is_first || is_room => take(turn, is_first),
            None => None,
        };
        let Some(Taken {
            mut ticket,
            is_leader,
        }) = next
        else {
            break;
        };
        let whole = match changes {
            0 => Whole::Named(current.version),
            _ => Whole::Unnamed,
        };
        let rests_on_batch = changes > 0;
        let mut panic = None;
        let Some(job) = ticket.job() else { continue };
        let result = {
            let _span = job.span.enter();
            let mut guarded = Guarded::new(job.updater, &mut panic);
            change(
                &place.path,
                &mut document,
                whole,
                &job.aim,
                options.allowance,
                &mut guarded,
            )
        };
        let result = result.map_err(|error| cluster.too_large(place, &limits, error));
        changes += usize::from(matches!(&result, Ok(changed) if changed.is_another));
        asked.push(Asked {
            settled: Settled::new(ticket, result, panic, rests_on_batch),
            changes,
            is_leader,
        });
    }
    let text = (changes > 0).then(|| text(&document));
    drop(document);
    Ok(Batch {
        text,
        changes,
        asked,
        current,
    })
}

/// With the byte order mark and all that is around the value.
fn text(document: &Document<'_>) -> String {
    let mut bytes = Vec::with_capacity(document.len());
    for piece in document.pieces() {
        bytes.extend_from_slice(piece);
    }
    crate::read::text_of(bytes)
}

/// Sends the new document, unless it is more than etcd takes.
fn put(
    cluster: &Cluster,
    place: &Place,
    current: &Current,
    text: &str,
    until: Option<Instant>,
) -> Result<Written, Error> {
    let size = Change::request_size(&place.key, text.len());
    if size > cluster.max_request {
        return Err(Error::RequestTooLarge {
            path: place.path.clone(),
            size,
            limit: cluster.max_request,
        });
    }
    let change = Change {
        key: &place.key,
        base: current.revision,
        text: text.as_bytes(),
    };
    let path = || place.path.clone();
    write(&cluster.client, &cluster.sessions, change, until).map_err(|error| match error {
        Unwritten::NotDone(source) => Error::Etcd {
            path: path(),
            source,
        },
        Unwritten::Unknown(source) => Error::OutcomeUnknown {
            path: path(),
            source: Uncertainty::Etcd(source),
        },
    })
}

/// The document that a batch has made.
#[derive(Clone, Copy)]
struct Made<'m> {
    revision: u64,
    text: &'m str,
    changes: usize,
}

/// Answers each with the version that it made or found. Of several changes in one revision only the last can be read;
/// those before it are named by how many came after them.
fn acknowledge(place: &Place, asked: Vec<Asked>, current: &Current, made: Option<Made<'_>>) {
    let last = made.map(|made| Version::of_revision(made.revision, made.text.as_bytes()));
    let settled = asked.into_iter().map(|mut one| {
        one.settled.set_version(match (made, last) {
            (Some(made), _) if one.changes > 0 && one.changes < made.changes => {
                Version::before_revision(made.revision, made.changes - one.changes)
            }
            (Some(_), Some(last)) if one.changes > 0 => last,
            _ => current.version,
        });
        one.settled
    });
    answer(settled.collect(), &place.path, None);
}

/// The first ticket that a leader takes is its own.
fn take(turn: &mut Turn<'_>, is_leader: bool) -> Option<Taken> {
    turn.take().map(|ticket| Taken { ticket, is_leader })
}

/// Leaves the rest to the one that leads next.
fn hand_over(turn: &mut Turn<'_>, line: VecDeque<Taken>) {
    turn.put_back(line.into_iter().map(|taken| taken.ticket));
}

impl Asked {
    fn unsettle(self) -> Taken {
        Taken {
            ticket: self.settled.ticket,
            is_leader: self.is_leader,
        }
    }
}
