//! What the writers told, in the order in which it was heard.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

/// A version, as far as one is later than another: the revision, and how many updates of the same transaction came
/// after it.
pub(crate) type Order = (u64, Reverse<u64>);

/// The order of a version as it is printed: `4711.` and a hash, or `4711-2`.
pub(crate) fn order(version: &str) -> Order {
    let version = version
        .split_once('.')
        .map_or(version, |(revision, _)| revision);
    let (revision, before) = version.split_once('-').unwrap_or((version, "0"));
    let number = |text: &str| text.parse().expect("a version of etcd");
    (number(revision), Reverse(number(before)))
}

/// One update.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) document: String,
    /// The latest version of the document that its process knew of when it began.
    pub(crate) after: Option<Order>,
    /// `None` while it is under way.
    pub(crate) outcome: Option<Outcome>,
}

#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Done(Order),
    Failed,
    Unknown,
}

/// What of a document was acknowledged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acknowledged {
    pub(crate) ids: Vec<String>,
    pub(crate) latest: Option<Order>,
}

#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) updates: BTreeMap<String, Update>,
    pub(crate) documents: BTreeMap<String, Acknowledged>,
    /// What the readers, and those who listened, found to be wrong.
    pub(crate) complaints: Vec<String>,
    pub(crate) done: u64,
    pub(crate) failed: BTreeMap<String, u64>,
    pub(crate) unknown: u64,
    pub(crate) under_way: u64,
    /// Transactions that were not answered, and what had become of those of which it was found out.
    pub(crate) unanswered: u64,
    pub(crate) found: BTreeMap<String, u64>,
    pub(crate) reads: u64,
    pub(crate) failed_reads: u64,
}

impl History {
    pub(crate) fn begin(&mut self, id: &str, document: &str, after: Option<Order>) {
        self.under_way += 1;
        self.documents.entry(document.to_owned()).or_default();
        let update = Update {
            document: document.to_owned(),
            after,
            outcome: None,
        };
        let before = self.updates.insert(id.to_owned(), update);
        assert!(before.is_none(), "{id} is no id of its own");
    }

    /// The document whose update this was.
    pub(crate) fn conclude(&mut self, id: &str, outcome: Outcome) -> String {
        self.under_way -= 1;
        let update = self.updates.get_mut(id).expect("it was begun");
        if let Outcome::Done(order) = outcome {
            self.done += 1;
            let document = self.documents.entry(update.document.clone()).or_default();
            document.ids.push(id.to_owned());
            document.latest = document.latest.max(Some(order));
        }
        update.outcome = Some(outcome);
        update.document.clone()
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} updates of {} documents were acknowledged, {} failed, {} have an unknown outcome",
            self.done,
            self.documents.len(),
            self.failed.values().sum::<u64>(),
            self.unknown,
        )?;
        for (why, count) in &self.failed {
            writeln!(f, "    failed {count} times: {why}")?;
        }
        writeln!(
            f,
            "{} transactions were not answered, and found out about: {:?}",
            self.unanswered, self.found
        )?;
        write!(f, "{} reads, {} more failed", self.reads, self.failed_reads)
    }
}
