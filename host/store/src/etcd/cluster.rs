//! A store's documents in etcd, as the store sees them.

use crate::change::Whole;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::etcd::address::Address;
use crate::etcd::batch::lead;
use crate::etcd::client::Client;
use crate::etcd::list::list;
use crate::etcd::messages::{KeyValue, Range, RangeReply};
use crate::etcd::options::EtcdOptions;
use crate::etcd::place::Place;
use crate::etcd::session::Sessions;
use crate::options::Options;
use crate::preview::preview_of;
use crate::queues::Queues;
use crate::receipt::{Aim, Preview, Receipt};
use crate::snapshot::snapshot;
use crate::uncertainty::Uncertainty;
use crate::update::{NotTaken, queued};
use crate::updater::Updater;
use crate::version::{Snapshot, Version};
use amend_document::{Limits, Pointer};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The documents under a prefix in etcd.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) client: Client,
    pub(crate) sessions: Sessions,
    pub(crate) max_request: usize,
    prefix: String,
    members: Arc<str>,
    shown: PathBuf,
    patience: Option<Duration>,
}

/// A document as etcd has it.
#[derive(Debug)]
pub(crate) struct Current {
    /// 0 when there is no such key.
    pub(crate) revision: u64,
    pub(crate) version: Version,
    /// `None` when there is no document.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Cluster {
    pub(crate) fn new(address: &str, options: &EtcdOptions) -> Result<Cluster, Error> {
        let address = Address::parse(address)?;
        let mut members = address.members.clone();
        members.sort_unstable();
        Ok(Cluster {
            client: Client::new(&address, options)?,
            sessions: Sessions::default(),
            max_request: options.max_request,
            members: members.join(",").into(),
            shown: address.show(),
            prefix: address.prefix,
            patience: options.store.lock_timeout,
        })
    }

    pub(crate) fn read(
        &self,
        document: &Path,
        limits: &Limits,
        scope: &Pointer,
        at: &Pointer,
    ) -> Result<Option<Snapshot>, Error> {
        let place = self.place(document)?;
        let current = self.current(&place, limits, self.until())?;
        let whole = Whole::Named(current.version);
        match current.bytes {
            None => Ok(None),
            Some(bytes) => snapshot(&place.path, bytes, whole, limits, scope, at),
        }
    }

    pub(crate) fn preview(
        &self,
        document: &Path,
        aim: &Aim,
        updater: &mut dyn Updater,
        options: &Options,
    ) -> Result<Preview, Error> {
        let place = self.place(document)?;
        let current = self.current(&place, &options.limits, self.until())?;
        let whole = Whole::Named(current.version);
        let limits = self.limits(&place, &options.limits);
        preview_of(
            &place.path,
            current.bytes,
            whole,
            aim,
            updater,
            &limits,
            options.allowance,
        )
        .map_err(|error| self.too_large(&place, &limits, error))
    }

    pub(crate) fn update(
        &self,
        document: &Path,
        queues: &Queues,
        options: &Options,
        patience: Option<Duration>,
        aim: Aim,
        updater: &mut dyn Updater,
    ) -> Result<Receipt, Error> {
        let place = self.place(document)?;
        let started = Instant::now();
        let document = place.identity();
        let deadline = Deadline::after(patience);
        let outcome = queued(&document, queues, deadline, aim, updater, |turn| {
            lead(self, &place, options, deadline.instant(), turn);
        });
        match outcome {
            // What the queue took is a part of it.
            Ok(Err(Error::Contended { path, attempts, .. })) => Err(Error::Contended {
                path,
                attempts,
                waited: started.elapsed(),
            }),
            Ok(result) => result,
            Err(NotTaken::Nested) => Err(Error::Nested { path: place.path }),
            // The thread that does it may be waiting for members that do not answer.
            Err(NotTaken::TimedOut) => Err(match self.client.trouble() {
                Some(source) => Error::Etcd {
                    path: place.path,
                    source,
                },
                None => Error::Contended {
                    path: place.path,
                    attempts: 0,
                    waited: started.elapsed(),
                },
            }),
            Err(NotTaken::Abandoned) => Err(Error::OutcomeUnknown {
                path: place.path,
                source: Uncertainty::Panicked,
            }),
        }
    }

    /// The paths of all documents. A key that no path leads to, because of two slashes for example, is none.
    pub(crate) fn list(&self) -> Result<Vec<PathBuf>, Error> {
        let mut found = list(&self.client, &self.prefix, &self.shown, self.until())?;
        found.retain(|path| {
            let place = self.place(path);
            let written = path.as_os_str().as_bytes();
            place.is_ok_and(|place| place.key.strip_suffix(written).is_some())
        });
        Ok(found)
    }

    /// A document's address as people know it.
    pub(crate) fn show(&self, document: &Path) -> PathBuf {
        self.shown.join(document)
    }

    /// Reads a document: all that was acknowledged before this was called is in it.
    pub(crate) fn current(
        &self,
        place: &Place,
        limits: &Limits,
        until: Option<Instant>,
    ) -> Result<Current, Error> {
        let request = Range::of(&place.key);
        let reply: RangeReply =
            self.client
                .ask("kv/range", &request, until)
                .map_err(|failure| Error::Etcd {
                    path: place.path.clone(),
                    source: failure.error,
                })?;
        let Some(KeyValue {
            mod_revision,
            value,
            ..
        }) = reply.kvs.into_iter().next()
        else {
            return Ok(Current {
                revision: 0,
                version: Version::ABSENT,
                bytes: None,
            });
        };
        if value.0.len() > limits.size {
            return Err(Error::TooLarge {
                path: place.path.clone(),
                size: value.0.len() as u64,
                limit: limits.size as u64,
            });
        }
        // As a file without bytes, a key without any is no document.
        let bytes = Some(value.0).filter(|bytes| !bytes.is_empty());
        Ok(Current {
            revision: mod_revision.0,
            version: match &bytes {
                None => Version::ABSENT,
                Some(bytes) => Version::of_revision(mod_revision.0, bytes),
            },
            bytes,
        })
    }

    /// What a document may be like here: no larger than a request takes.
    pub(crate) fn limits(&self, place: &Place, limits: &Limits) -> Limits {
        let rest = crate::etcd::write::Change::request_size(&place.key, 0);
        limits.with_size(limits.size.min(self.max_request.saturating_sub(rest)))
    }

    /// Says what the limit is, where it is that of a request.
    pub(crate) fn too_large(&self, place: &Place, limits: &Limits, error: Error) -> Error {
        let rest = crate::etcd::write::Change::request_size(&place.key, 0);
        match error {
            Error::Apply {
                path,
                source: amend_document::ApplyError::TooLarge { size, limit, .. },
            } if limit == limits.size && limit.saturating_add(rest) >= self.max_request => {
                Error::RequestTooLarge {
                    path,
                    size: size.saturating_add(rest),
                    limit: self.max_request,
                }
            }
            other => other,
        }
    }

    fn place(&self, document: &Path) -> Result<Place, Error> {
        Place::of(&self.members, &self.prefix, document, self.show(document))
    }

    fn until(&self) -> Option<Instant> {
        self.patience
            .and_then(|patience| Instant::now().checked_add(patience))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.sessions.end(&self.client);
    }
}
