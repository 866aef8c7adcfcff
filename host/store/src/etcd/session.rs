//! The lease of a store, and the marks that are bound to it.
//!
//! Marks are gone when the lease has expired, some minutes after the process has ended, or when it is revoked, as it is
//! when the store is dropped. A transaction that comes later than that is not applied, as it expects its mark.
//!
use crate::etcd::answer::{Failure, Fate};
use crate::etcd::backoff::is_over;
use crate::etcd::client::Client;
use crate::etcd::mark::Mark;
use crate::etcd::messages::{Done, LeaseGrant, LeaseId, LeaseReply, Number, Streamed};
use crate::etcd_error::EtcdProblem;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long the lease outlives this process, in seconds; and the longest outage after which an unanswered transaction
/// can still be told from its mark.
const TTL: u64 = 120;

/// How many marks a lease has. A store that changes many documents begins another session then, and the marks of the one
/// before go at once.
const MOST_MARKS: u64 = 500;

/// How many leases are tried at least, of which each may be spoiled by another user.
const LEASES: u32 = 3;

/// A lease, and the marks that are bound to it.
#[derive(Debug)]
pub(crate) struct Session {
    lease: Number,
    renewed: Mutex<Instant>,
    /// By document.
    idle: Mutex<HashMap<Vec<u8>, Vec<Mark>>>,
    marks: AtomicU64,
}

impl Session {
    pub(crate) fn lease(&self) -> Number {
        self.lease
    }

    fn idle_mark(&self, document: &[u8]) -> Option<Mark> {
        locked(&self.idle).get_mut(document)?.pop()
    }

    fn new_mark(
        &self,
        client: &Client,
        document: &[u8],
        until: Option<Instant>,
    ) -> Result<Mark, Failure> {
        let number = self.marks.fetch_add(1, Ordering::Relaxed);
        Mark::put(client, document, self.lease, number, until)
    }

    /// Gives a mark back of which is known where it stands. One of which that is not known is left to the lease.
    pub(crate) fn give_back(&self, document: &[u8], mark: Mark) {
        let mut idle = locked(&self.idle);
        match idle.get_mut(document) {
            Some(marks) => marks.push(mark),
            None => drop(idle.insert(document.to_owned(), vec![mark])),
        }
    }

    /// Whether it is time to tell etcd that this process is alive.
    fn is_old(&self) -> bool {
        locked(&self.renewed).elapsed() > Duration::from_secs(TTL) / 3
    }

    fn is_full(&self) -> bool {
        self.marks.load(Ordering::Relaxed) >= MOST_MARKS
    }
}

/// The session of a store: begun with its first change, and begun anew when the lease was lost, or has many marks.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    current: Mutex<Option<Arc<Session>>>,
    /// Those that are left, and that transactions may still use.
    left: Mutex<Vec<Arc<Session>>>,
}

impl Sessions {
    /// A mark of this document that nobody uses, and the session that it belongs to.
    pub(crate) fn mark(
        &self,
        client: &Client,
        document: &[u8],
        until: Option<Instant>,
    ) -> Result<(Arc<Session>, Mark), Failure> {
        let session = self.current(client, until)?;
        match session.idle_mark(document) {
            Some(mark) => Ok((session, mark)),
            None => self.new_mark(client, session, document, until),
        }
    }

    /// A new mark of this document, in this session or in one that takes its place.
    ///
    /// A mark is also refused when its lease has a key that this user may not write: one that another user has bound to
    /// it, or a mark of a document that this user may no longer change. Another user may also end a lease that has no
    /// mark yet. With a new lease the mark is then not refused.
    pub(crate) fn new_mark(
        &self,
        client: &Client,
        mut session: Arc<Session>,
        document: &[u8],
        until: Option<Instant>,
    ) -> Result<(Arc<Session>, Mark), Failure> {
        let first = Arc::clone(&session);
        let mut tries = 0;
        loop {
            tries += 1;
            let failure = match session.new_mark(client, document, until) {
                Ok(mark) => {
                    if !Arc::ptr_eq(&first, &session) {
                        self.replace(client, &first, &session);
                    }
                    return Ok((session, mark));
                }
                Err(failure) => failure,
            };
            if !Arc::ptr_eq(&first, &session) {
                revoke(client, &session);
            }
            let is_worth_another = match failure.fate {
                Fate::NoLease => tries < LEASES || !is_over(until),
                _ => tries < LEASES && is_denied(&failure),
            };
            if !is_worth_another {
                return Err(failure);
            }
            session = begin(client, until)?;
        }
    }

    /// The session, with a lease that lives.
    fn current(&self, client: &Client, until: Option<Instant>) -> Result<Arc<Session>, Failure> {
        let mut current = locked(&self.current);
        if let Some(session) = &*current
            && !session.is_full()
            && (!session.is_old() || keep_alive(client, session, until)?)
        {
            return Ok(Arc::clone(session));
        }
        let session = begin(client, until)?;
        let before = current.replace(Arc::clone(&session));
        drop(current);
        self.leave(client, before);
        Ok(session)
    }

    /// Goes on with another session, unless that is done already.
    fn replace(&self, client: &Client, old: &Arc<Session>, new: &Arc<Session>) {
        let mut current = locked(&self.current);
        let is_current = current
            .as_ref()
            .is_none_or(|session| Arc::ptr_eq(session, old));
        let left = match is_current {
            true => current.replace(Arc::clone(new)),
            false => Some(Arc::clone(new)),
        };
        drop(current);
        self.leave(client, left);
    }

    /// Goes on with another session, because a mark of this one is gone.
    pub(crate) fn forget(&self, lost: &Arc<Session>) {
        let mut current = locked(&self.current);
        if let Some(lost) = current.take_if(|session| Arc::ptr_eq(session, lost)) {
            locked(&self.left).push(lost);
        }
    }

    /// Leaves a session. Its lease is revoked when no transaction uses it any more, which may be later.
    fn leave(&self, client: &Client, session: Option<Arc<Session>>) {
        let unused: Vec<_> = {
            let mut left = locked(&self.left);
            left.extend(session);
            left.extract_if(.., |session| Arc::strong_count(session) == 1)
                .collect()
        };
        for session in unused {
            revoke(client, &session);
        }
    }

    /// Revokes all leases, so that no mark is left. When that fails they are gone a little later.
    pub(crate) fn end(&self, client: &Client) {
        let left = std::mem::take(&mut *locked(&self.left));
        let current = locked(&self.current).take();
        for session in left.iter().chain(&current) {
            revoke(client, session);
        }
    }
}

fn begin(client: &Client, until: Option<Instant>) -> Result<Arc<Session>, Failure> {
    let granted = Instant::now();
    let request = LeaseGrant { ttl: Number(TTL) };
    let lease: LeaseReply = client.ask("lease/grant", &request, until)?;
    Ok(Arc::new(Session {
        lease: lease.id,
        renewed: Mutex::new(granted),
        idle: Mutex::default(),
        marks: AtomicU64::new(0),
    }))
}

/// Revokes a lease, with one question to one member, and no waiting for a cluster that is down: it ends by itself.
fn revoke(client: &Client, session: &Session) {
    let request = LeaseId { id: session.lease };
    let revoked: Result<Done, _> = client.ask_once("lease/revoke", &request, Some(Instant::now()));
    if let Err(failure) = revoked {
        tracing::debug!(error = %failure.error, "a lease was not revoked, and ends by itself");
    }
}

/// Tells etcd that the process is alive; `false` when the lease is no more.
fn keep_alive(client: &Client, session: &Session, until: Option<Instant>) -> Result<bool, Failure> {
    let asked = Instant::now();
    let request = LeaseId { id: session.lease };
    match client.ask::<Streamed<LeaseReply>>("lease/keepalive", &request, until) {
        Ok(reply) if reply.result.ttl.0 > 0 => {
            *locked(&session.renewed) = asked;
            Ok(true)
        }
        Ok(_) => Ok(false),
        // Another user may have bound a key to it, or this user may no longer change one of the documents.
        Err(failure) if failure.fate == Fate::NoLease || is_denied(&failure) => Ok(false),
        Err(failure) => Err(failure),
    }
}

fn is_denied(failure: &Failure) -> bool {
    matches!(failure.error.problem, EtcdProblem::Denied { .. })
}

/// Nothing here panics while it holds a lock, so one that is poisoned is as good as another.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
