//! Who reads while members fail: each read has to see all that was acknowledged before it began.

use crate::PREFIX;
use crate::history::{Acknowledged, History, Order};
use amend_store::{Error, EtcdOptions, Options, Snapshot, Store};
use amend_tests::etcd::Cluster;
use amend_tests::etcd_members::address_from;
use fastrand::Rng;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope};
use std::time::Duration;

/// Between two reads of one reader, so that they leave something of the machine to the writers.
const PAUSE: Duration = Duration::from_millis(10);

/// So many of the latest documents are read.
const LATEST: usize = 4;

pub(crate) struct Readers {
    stores: Vec<Store>,
    seed: u64,
    is_over: AtomicBool,
}

/// Ends them when it is dropped.
pub(crate) struct End<'r>(&'r AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Readers {
    /// Each asks another member first: what one acknowledges another has to know.
    pub(crate) fn new(cluster: &Cluster, count: usize, seed: u64) -> Readers {
        let patience = Options::default().with_lock_timeout(Some(Duration::from_secs(3)));
        let options = EtcdOptions::default()
            .with_store(patience)
            .with_request_timeout(Duration::from_millis(500));
        let open = |number| {
            let address = address_from(cluster, number, PREFIX);
            Store::etcd(&address, options.clone()).expect("an address")
        };
        Readers {
            stores: (0..count).map(open).collect(),
            seed,
            is_over: AtomicBool::new(false),
        }
    }

    pub(crate) fn start<'s, 'e>(&'e self, scope: &'s Scope<'s, 'e>, history: &'e Mutex<History>) {
        for (number, store) in self.stores.iter().enumerate() {
            let random = Rng::with_seed(self.seed.wrapping_sub(number as u64 + 1));
            scope.spawn(move || read(store, random, history, &self.is_over));
        }
    }

    pub(crate) fn end(&self) -> End<'_> {
        End(&self.is_over)
    }
}

fn read(store: &Store, mut random: Rng, history: &Mutex<History>, is_over: &AtomicBool) {
    let mut seen: HashMap<String, Option<Order>> = HashMap::new();
    while !is_over.load(Ordering::Relaxed) {
        thread::sleep(PAUSE);
        let chosen = {
            let history = history.lock().expect("nobody panicked");
            let mut latest: Vec<_> = history.documents.iter().rev().take(LATEST).collect();
            random.shuffle(&mut latest);
            latest
                .pop()
                .map(|(name, acknowledged)| (name.clone(), acknowledged.clone()))
        };
        let Some((document, acknowledged)) = chosen else {
            continue;
        };
        let result = store.read(&document);
        let mut history = history.lock().expect("nobody panicked");
        match result {
            Ok(found) => {
                history.reads += 1;
                let before = seen.entry(document.clone()).or_default();
                let known = acknowledged.latest.max(*before);
                *before = version(found.as_ref()).max(*before);
                if let Some(missed) = missed(&acknowledged, known, found.as_ref()) {
                    history
                        .complaints
                        .push(format!("a read of {document} {missed}"));
                }
            }
            Err(Error::Etcd { .. }) => history.failed_reads += 1,
            Err(other) => history.complaints.push(format!("a read failed: {other}")),
        }
    }
}

/// What a read should have seen and has not. It sees the last of the texts that a transaction made.
fn missed(
    acknowledged: &Acknowledged,
    known: Option<Order>,
    found: Option<&Snapshot>,
) -> Option<String> {
    let read = version(found);
    if read < known {
        return Some(format!("saw version {read:?} when {known:?} was known"));
    }
    let text = found.map_or("[]", |found| found.text.as_str());
    let ids: HashSet<String> = serde_json::from_str(text).expect("an array of ids");
    let missing = acknowledged.ids.iter().find(|id| !ids.contains(*id));
    missing.map(|id| format!("did not see {id}, which was acknowledged before it began"))
}

fn version(found: Option<&Snapshot>) -> Option<Order> {
    let revision = found?.version.revision().expect("a version of etcd");
    Some((revision, Reverse(0)))
}
