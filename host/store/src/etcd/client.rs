//! Asking the cluster: one member after another, until one answers or the time is up.

use crate::error::Error;
use crate::etcd::address::Address;
use crate::etcd::answer::{Failure, Fate, error_in};
use crate::etcd::backoff::{Backoff, is_over};
use crate::etcd::messages::{Authenticate, TokenReply};
use crate::etcd::options::{EtcdOptions, User};
use crate::etcd::transport::Transport;
use crate::etcd_error::EtcdError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Even when the time is nearly up a request has so long: one that is broken off too early is only a question more.
const SHORTEST: Duration = Duration::from_millis(500);

/// How many tokens are asked for in a row, even when the time is up, while others change users and roles.
const TOKENS: u32 = 5;

/// The members of a cluster, and how they are asked.
#[derive(Debug)]
pub(crate) struct Client {
    transport: Transport,
    members: Vec<String>,
    /// The member that is asked first: the one that has answered last.
    preferred: AtomicUsize,
    /// Why a member last did not answer; `None` when the last one did.
    trouble: Mutex<Option<EtcdError>>,
    timeout: Duration,
    user: Option<User>,
    token: Mutex<Option<Arc<str>>>,
}

impl Client {
    pub(crate) fn new(address: &Address, options: &EtcdOptions) -> Result<Client, Error> {
        Ok(Client {
            transport: Transport::new(options)?,
            members: address.members.clone(),
            preferred: AtomicUsize::new(0),
            trouble: Mutex::default(),
            timeout: options.request_timeout,
            user: options.user.clone(),
            token: Mutex::default(),
        })
    }

    /// How long one member may take to answer.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Why a member did not answer, if the last one that was asked did not.
    pub(crate) fn trouble(&self) -> Option<EtcdError> {
        locked(&self.trouble).clone()
    }

    /// Asks for something that may be done twice, until it is done or the time is up. Every member is asked at least
    /// once before it is. Nothing else ends it while no member can be reached: all of them may be starting.
    pub(crate) fn ask<R: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
        until: Option<Instant>,
    ) -> Result<R, Failure> {
        let body = encode(request);
        let mut backoff = Backoff::of_outages();
        loop {
            let (mut last, mut not_etcd) = (None, None);
            for member in self.members_in_order() {
                match self.ask_member(member, path, &body, until) {
                    Ok(reply) => return Ok(reply),
                    Err(failure) if failure.may_pass() => last = Some(failure),
                    // A web server among the addresses says nothing about the members behind it.
                    Err(failure) if failure.is_of_another_server() => not_etcd = Some(failure),
                    Err(failure) => return Err(failure),
                }
            }
            match (last, not_etcd) {
                (Some(failure), _) if is_over(until) => return Err(failure),
                (None, Some(failure)) => return Err(failure),
                _ => {}
            }
            backoff.pause(until);
        }
    }

    /// Asks for something that must not be done twice. Another member is asked only when the one before it has surely
    /// not done it.
    pub(crate) fn ask_once<R: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
        until: Option<Instant>,
    ) -> Result<R, Failure> {
        let body = encode(request);
        let mut last = None;
        for member in self.members_in_order() {
            match self.ask_member(member, path, &body, until) {
                Err(failure) if matches!(failure.fate, Fate::NotSent | Fate::NotNow) => {
                    last = Some(failure);
                }
                answered => return answered,
            }
        }
        Err(last.unwrap_or_else(|| Failure::not_etcd("no member", "the address has none".into())))
    }

    /// Asks one member, with a new token when the old one is no longer good: it says so before it does anything.
    fn ask_member<R: DeserializeOwned>(
        &self,
        member: usize,
        path: &str,
        body: &[u8],
        until: Option<Instant>,
    ) -> Result<R, Failure> {
        let mut answer = self.ask_with_token(member, path, body, until, None);
        // Each change of users or roles makes all tokens stale, also one that was issued a moment before.
        let mut backoff = Backoff::of_conflicts();
        for tries in 1.. {
            let is_stale = matches!(&answer, Err(failure) if failure.fate == Fate::NoToken);
            if !is_stale || self.user.is_none() || (tries > TOKENS && is_over(until)) {
                break;
            }
            if tries > 1 {
                backoff.pause(until);
            }
            let stale = locked(&self.token).clone();
            answer = self.ask_with_token(member, path, body, until, stale.as_ref());
        }
        let name = &self.members[member];
        let parsed = answer.and_then(|body| parse(name, &body));
        match &parsed {
            Err(failure) if failure.may_pass() || failure.is_of_another_server() => {
                *locked(&self.trouble) = Some(failure.error.clone());
                let next = (member + 1) % self.members.len();
                // Somebody else may have found a better one meanwhile.
                let _ = self.preferred.compare_exchange(
                    member,
                    next,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                );
            }
            _ => {
                *locked(&self.trouble) = None;
                self.preferred.store(member, Ordering::Relaxed);
            }
        }
        parsed
    }

    fn ask_with_token(
        &self,
        member: usize,
        path: &str,
        body: &[u8],
        until: Option<Instant>,
        stale: Option<&Arc<str>>,
    ) -> Result<Vec<u8>, Failure> {
        let token = self.token_of(member, until, stale)?;
        let timeout = self.time_for(until);
        let member = &self.members[member];
        self.transport
            .post(member, path, token.as_deref(), body, timeout)
    }

    /// The token of this client's user, if it has one: another one than the stale.
    fn token_of(
        &self,
        member: usize,
        until: Option<Instant>,
        stale: Option<&Arc<str>>,
    ) -> Result<Option<Arc<str>>, Failure> {
        let Some(user) = &self.user else {
            return Ok(None);
        };
        // The others wait: a password is checked slowly on purpose.
        let mut token = locked(&self.token);
        match &*token {
            Some(known) if stale.is_none_or(|stale| !Arc::ptr_eq(stale, known)) => {
                return Ok(Some(Arc::clone(known)));
            }
            _ => {}
        }
        let name = &self.members[member];
        let request = Authenticate {
            name: &user.name,
            password: &user.password,
        };
        let timeout = self.time_for(until);
        let answer =
            self.transport
                .post(name, "auth/authenticate", None, &encode(&request), timeout);
        let reply: Result<TokenReply, _> = answer.and_then(|body| parse(name, &body));
        let reply = reply.map_err(|failure| Failure {
            // What the token is for has not been sent.
            fate: match failure.fate {
                Fate::Unknown => Fate::NotSent,
                fate => fate,
            },
            ..failure
        })?;
        let new: Arc<str> = reply.token.into();
        *token = Some(Arc::clone(&new));
        Ok(Some(new))
    }

    fn members_in_order(&self) -> impl Iterator<Item = usize> {
        let (first, count) = (self.preferred.load(Ordering::Relaxed), self.members.len());
        (0..count).map(move |place| (first + place) % count)
    }

    /// How long a request may take that is part of something with an end.
    fn time_for(&self, until: Option<Instant>) -> Duration {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        left.map_or(self.timeout, |left| self.timeout.min(left.max(SHORTEST)))
    }
}

/// Nothing here panics while it holds a lock, so one that is poisoned is as good as another.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Messages are made of texts and numbers, and always can be written.
fn encode(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).unwrap_or_default()
}

fn parse<R: DeserializeOwned>(member: &str, body: &[u8]) -> Result<R, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        // A stream says that all is well before it says what is not.
        error_in(member, body).unwrap_or_else(|| Failure::not_etcd(member, error.to_string()))
    })
}
