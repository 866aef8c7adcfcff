//! The documents that one guest can see while it runs: the host's side of `amend:document/store`.

use crate::answer::{answer, denied, no_version, not_json, unread};
use crate::bindings::types::{Error, Patch as Said, Receipt, Snapshot};
use crate::counted::{Counted, Lent, Most, Written};
use crate::grants::Grants;
use crate::said::patch;
use amend_document::Limits;
use amend_store::{Allowance, Grant, Json, Patch, Pointer, Updater, Version};
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tracing::warn;

/// The documents that one guest can see while it runs. What the functions of `amend:document/store` do is done
/// here; [`add_to_linker`](crate::add_to_linker) links them.
///
/// Cheap to clone; clones count their calls together.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    grants: Grants,
    calls: Arc<AtomicUsize>,
    most_calls: Option<usize>,
    written: Arc<Written>,
    most_written: Most,
    allowance: Option<Allowance>,
    depth: Option<usize>,
    until: Option<Instant>,
    has_warned: Arc<AtomicBool>,
}

impl Documents {
    /// The documents of these grants.
    pub fn new(grants: Grants) -> Documents {
        Documents {
            grants,
            ..Documents::default()
        }
    }

    /// Bounds how many calls are answered; all others are denied. Without this it is any number.
    #[must_use]
    pub fn with_calls(mut self, most: usize) -> Self {
        self.most_calls = Some(most);
        self
    }

    /// Bounds how many documents are made that did not exist; an update that would make one more is denied. What is at
    /// the scope of a [`Grant`] counts as a document. Without this it is any number.
    #[must_use]
    pub fn with_documents_made(mut self, most: usize) -> Self {
        self.most_written.documents = Some(most);
        self
    }

    /// Bounds how many bytes all updates write together, each counted with the document as it was and its patch; one
    /// that would exceed it is denied. Without this it is any number.
    #[must_use]
    pub fn with_bytes_written(mut self, most: u64) -> Self {
        self.most_written.bytes = Some(most);
        self
    }

    /// Sets until when a call may wait for a lock, or for an updater; `None` is for ever. The store's own time limit
    /// and the updater's hold as well.
    ///
    /// A commit that has begun is not broken off.
    #[must_use]
    pub fn until(mut self, until: Option<Instant>) -> Self {
        self.until = until;
        self
    }

    /// Bounds what reading and applying one patch takes. Without this only the allowance of the store does
    /// ([`amend_store::Options::allowance`]). The time that is left [until](Documents::until) the end holds as well.
    #[must_use]
    pub fn with_allowance(mut self, allowance: Allowance) -> Self {
        self.allowance = Some(allowance);
        self
    }

    /// Bounds how many arrays and objects may be inside each other in a patch. Without this it is as for a document by
    /// default.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = Some(depth);
        self
    }

    /// Nothing.
    pub(crate) fn none() -> Documents {
        Documents::default()
    }

    /// `read` of the contract.
    pub(crate) fn read(&self, path: &str, at: &str) -> Result<Option<Snapshot>, Error> {
        let (grant, document) = self.call(path)?;
        let at = Pointer::parse(at).map_err(|error| not_json(&error))?;
        let found = grant.read(document, &at).map_err(answer(path))?;
        Ok(found.map(|found| Snapshot {
            text: found.text,
            version: found.version.to_string(),
        }))
    }

    /// `update` of the contract.
    pub(crate) fn update(&self, path: &str, said: Said) -> Result<Receipt, Error> {
        let (grant, document) = self.call(path)?;
        let size = size(&said);
        let (patch, left) = self.read_patch(said)?;
        self.counted(path, patch, size, left, |updater| {
            grant.update(document, updater)
        })
    }

    /// `update-if` of the contract.
    pub(crate) fn update_if(
        &self,
        path: &str,
        said: Said,
        expected: Option<&str>,
    ) -> Result<Receipt, Error> {
        let (grant, document) = self.call(path)?;
        let size = size(&said);
        let (patch, left) = self.read_patch(said)?;
        let expected = expected.map(str::parse::<Version>).transpose();
        // Versions are opaque: what no store has given is a version that no document has.
        let expected = expected.map_err(|error| no_version(path, &error))?;
        self.counted(path, patch, size, left, |updater| {
            grant.update_if(document, expected, updater)
        })
    }

    /// `apply` of the contract.
    pub(crate) fn apply(&self, path: &str, updater: &str, args: &str) -> Result<Receipt, Error> {
        let left = self.left();
        let (grant, document) = self.call(path)?;
        let plugin = self.grants.updater(updater);
        let plugin =
            plugin.ok_or_else(|| denied("no updater of this name was granted", updater))?;
        let plugin = match left {
            Some(left) => plugin.within(left),
            None => plugin.clone(),
        };
        let args = Json::parse(args).map_err(|error| not_json(&error))?;
        let unlimited = Allowance::unlimited();
        self.counted(path, plugin.with_args(args), 0, unlimited, |updater| {
            grant.update(document, updater)
        })
    }

    /// Reads a patch, and returns what is left for applying it.
    fn read_patch(&self, said: Said) -> Result<(Patch, Allowance), Error> {
        let allowance = self.allowance.unwrap_or_else(Allowance::unlimited);
        let allowance = allowance.min(Allowance::unlimited().with_time(self.left()));
        let meter = allowance.meter();
        let depth = self.depth.unwrap_or_else(|| Limits::default().depth);
        let patch = patch(said, depth, &meter).map_err(|error| unread(&error))?;
        let left = Allowance::unlimited().with_time(self.left());
        Ok((patch, allowance.less(&meter).min(left)))
    }

    /// Does an update, and counts what it has written.
    fn counted<U: Updater>(
        &self,
        path: &str,
        updater: U,
        size: usize,
        left: Allowance,
        update: impl FnOnce(Lent<'_, '_, U>) -> Result<amend_store::Receipt, amend_store::Error>,
    ) -> Result<Receipt, Error> {
        let mut counted = Counted::new(updater, size, left, &self.written, self.most_written);
        let outcome = update(Lent(&mut counted));
        if let Some(excess) = counted.excess {
            self.warn_once(&excess);
            return Err(denied(&excess.to_string(), path));
        }
        if outcome.as_ref().is_ok_and(|receipt| receipt.changed) {
            counted.count();
        }
        receipt(path, outcome)
    }

    /// Counts a call, and finds what it is about.
    fn call<'p>(&self, path: &'p str) -> Result<(Grant, &'p Path), Error> {
        let before = self.calls.fetch_add(1, Ordering::Relaxed);
        if let Some(most) = self.most_calls.filter(|most| before >= *most) {
            let excess = format!(
                "the guest may call the store no more than {most} times (the limit on its calls)"
            );
            self.warn_once(&excess);
            return Err(Error::Denied(excess));
        }
        let found = self.grants.find(path);
        let (grant, document) = found.ok_or_else(|| denied("this was not granted", path))?;
        let grant = match self.left() {
            Some(left) => grant.with_patience(left),
            None => grant.clone(),
        };
        Ok((grant, document))
    }

    /// Tells the log of the first limit that was exceeded: the guest is told each time, and need not say so.
    fn warn_once(&self, excess: &dyn Display) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            warn!("{excess}");
        }
    }

    /// How much time is left.
    fn left(&self) -> Option<Duration> {
        let until = self.until?;
        Some(until.saturating_duration_since(Instant::now()))
    }
}

/// The bytes of a patch.
fn size(said: &Said) -> usize {
    match said {
        Said::Operations(text) | Said::Merge(text) | Said::Replace(text) => text.len(),
    }
}

fn receipt(
    path: &str,
    outcome: Result<amend_store::Receipt, amend_store::Error>,
) -> Result<Receipt, Error> {
    let receipt = outcome.map_err(answer(path))?;
    Ok(Receipt {
        version: receipt.version.to_string(),
        changed: receipt.changed,
    })
}
