//! The lease of a store, and the marks that its transactions leave.
//!
//! A transaction that changes a document also puts a *mark*: a key of its own, whose value names this one attempt. When
//! no answer comes, the mark tells whether the transaction was applied ([`fence`](crate::etcd::fence)). Marks stand at
//! `amend/marks/<lease>/<number>`. No document's key begins like that, because those of documents begin with a slash;
//! and so whoever reads or watches a prefix of documents does not see them.
//!
//! Marks are bound to the lease, and gone when it has expired, some minutes after the process has ended, or when it is
//! revoked, as it is when the store is dropped. Etcd refuses a transaction that puts a key with a lease that is no more
//! as a whole, so one that comes late cannot be applied without its mark.

use crate::etcd::answer::{Failure, Fate};
use crate::etcd::client::Client;
use crate::etcd::messages::{Done, LeaseGrant, LeaseId, LeaseReply, Number, Streamed};
use rustls::crypto::SecureRandom;
use rustls::crypto::ring::default_provider;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the keys of marks begin with. A role that may change documents needs to read and write here, too.
pub(crate) const MARKS: &str = "amend/marks/";

/// How long the lease outlives this process, in seconds; and the longest outage after which an unanswered transaction
/// can still be told from its mark.
const TTL: u64 = 120;

/// A lease, and the marks that are bound to it.
#[derive(Debug)]
pub(crate) struct Session {
    lease: Number,
    renewed: Mutex<Instant>,
    idle: Mutex<Vec<Mark>>,
    next_mark: AtomicU64,
}

/// A mark that one transaction at a time may put.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) key: Vec<u8>,
    /// Where it was last put, as far as everybody agrees: a transaction is only applied when it stands there. 0 when it
    /// has never been.
    pub(crate) revision: u64,
}

impl Session {
    pub(crate) fn lease(&self) -> Number {
        self.lease
    }

    /// A mark that nobody uses.
    pub(crate) fn mark(&self) -> Mark {
        let idle = locked(&self.idle).pop();
        idle.unwrap_or_else(|| {
            let number = self.next_mark.fetch_add(1, Ordering::Relaxed);
            Mark {
                key: format!("{MARKS}{:x}/{number}", self.lease.0).into_bytes(),
                revision: 0,
            }
        })
    }

    /// Gives a mark back of which is known where it stands. One of which that is not known is left to the lease.
    pub(crate) fn give_back(&self, mark: Mark) {
        locked(&self.idle).push(mark);
    }

    /// Whether it is time to tell etcd that this process is alive.
    fn is_old(&self) -> bool {
        locked(&self.renewed).elapsed() > Duration::from_secs(TTL) / 3
    }
}

/// A name that no other attempt has, and that cannot be known before it is in a mark. Each user of amend may write all
/// marks, and could otherwise make a transaction that was lost look as if it had been applied. `None` when the system has
/// no random numbers.
pub(crate) fn attempt() -> Option<Vec<u8>> {
    static RANDOM: LazyLock<&'static dyn SecureRandom> =
        LazyLock::new(|| default_provider().secure_random);
    let mut random = [0; 16];
    RANDOM.fill(&mut random).ok()?;
    Some(format!("attempt {:032x}", u128::from_be_bytes(random)).into_bytes())
}

/// The session of a store: begun with its first change, and begun anew when the lease was lost.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    current: Mutex<Option<Arc<Session>>>,
}

impl Sessions {
    /// The session, with a lease that lives.
    pub(crate) fn current(
        &self,
        client: &Client,
        until: Option<Instant>,
    ) -> Result<Arc<Session>, Failure> {
        let mut current = locked(&self.current);
        if let Some(session) = &*current
            && (!session.is_old() || keep_alive(client, session, until)?)
        {
            return Ok(Arc::clone(session));
        }
        let granted = Instant::now();
        let request = LeaseGrant { ttl: Number(TTL) };
        let lease: LeaseReply = client.ask("lease/grant", &request, until)?;
        let session = Arc::new(Session {
            lease: lease.id,
            renewed: Mutex::new(granted),
            idle: Mutex::default(),
            next_mark: AtomicU64::new(0),
        });
        *current = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Forgets a session whose lease is no more.
    pub(crate) fn forget(&self, lost: &Arc<Session>) {
        let mut current = locked(&self.current);
        if current
            .as_ref()
            .is_some_and(|session| Arc::ptr_eq(session, lost))
        {
            *current = None;
        }
    }

    /// Revokes the lease, so that no mark is left. When that fails they are gone a little later.
    pub(crate) fn end(&self, client: &Client) {
        let Some(session) = locked(&self.current).take() else {
            return;
        };
        let request = LeaseId { id: session.lease };
        // Already over: one question to one member, and no waiting for a cluster that is down.
        let _: Result<Done, _> = client.ask_once("lease/revoke", &request, Some(Instant::now()));
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
        Err(Failure {
            fate: Fate::NoLease,
            ..
        }) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// Nothing here panics while it holds a lock, so one that is poisoned is as good as another.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
