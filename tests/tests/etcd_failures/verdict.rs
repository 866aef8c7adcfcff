//! What was told, beside what is there in the end.

use crate::PREFIX;
use crate::harm::Harmed;
use crate::history::{History, Order, Outcome};
use amend_store::{EtcdOptions, Options, Store};
use amend_tests::etcd::Cluster;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// The ids in each document, in their order there.
pub(crate) type Found = BTreeMap<String, Vec<String>>;

/// Reads all documents of which anything was told.
pub(crate) fn documents(cluster: &Cluster, history: &History) -> Found {
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(60)));
    let options = EtcdOptions::default().with_store(patient);
    let store = Store::etcd(&cluster.address(PREFIX), options).expect("an address");
    let read = |document: &String| {
        let found = store.read(document).expect("the cluster runs");
        let text = found.map_or_else(|| "[]".to_owned(), |found| found.text);
        let ids = serde_json::from_str(&text).expect("an array of ids");
        (document.clone(), ids)
    };
    history.documents.keys().map(read).collect()
}

/// Says of each id what is wrong with it, and of each document whether its versions went up; and repeats what the
/// readers had to say.
pub(crate) fn compare(history: &History, found: &Found) -> Vec<String> {
    let mut complaints = history.complaints.clone();
    let mut times: HashMap<(&str, &str), usize> = HashMap::new();
    for (document, ids) in found {
        for id in ids {
            *times.entry((document, id)).or_default() += 1;
        }
    }
    for (id, update) in &history.updates {
        let there = times.remove(&(&update.document, id)).unwrap_or(0);
        let wrong = match (&update.outcome, there) {
            (Some(Outcome::Done(order)), 1) => match update.after {
                Some(after) if after >= *order => {
                    format!("was acknowledged as {order:?} although it began after {after:?}")
                }
                _ => continue,
            },
            (Some(Outcome::Failed), 0) | (Some(Outcome::Unknown), 0 | 1) => continue,
            (Some(outcome), there) => format!("{outcome:?}, is there {there} times"),
            (None, there) => format!("has no outcome, and is there {there} times"),
        };
        complaints.push(format!("{id} in {}: {wrong}", update.document));
    }
    let nobodys = times
        .keys()
        .map(|(document, id)| format!("{id} in {document}: nobody's there"));
    complaints.extend(nobodys);
    for (document, ids) in found {
        complaints.extend(out_of_order(history, document, ids));
    }
    complaints
}

/// The order of the ids in a document is that of the versions that were acknowledged for them.
fn out_of_order(history: &History, document: &str, ids: &[String]) -> Option<String> {
    let versions: Vec<(&String, Order)> = ids
        .iter()
        .filter_map(|id| match history.updates.get(id)?.outcome {
            Some(Outcome::Done(order)) => Some((id, order)),
            _ => None,
        })
        .collect();
    let wrong = versions.windows(2).find(|pair| pair[0].1 >= pair[1].1)?;
    Some(format!(
        "in {document} the versions do not go up: {wrong:?}"
    ))
}

/// Says what did not happen that had to happen for this to have tested anything.
pub(crate) fn enough(history: &History, harmed: &Harmed, least: u64) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut has_to = |happened: bool, what: &str| {
        if !happened {
            complaints.push(format!("nothing was tested: {what}"));
        }
    };
    let in_work = &harmed.kills_in_work;
    has_to(
        in_work.iter().any(|done| *done < history.done),
        "no member was killed while updates were acknowledged before, and after",
    );
    has_to(history.done >= least, "too few updates were acknowledged");
    has_to(history.reads >= least, "too few reads were answered");
    has_to(history.unanswered > 0, "no transaction was unanswered");
    let is_found = |what: &str| history.found.contains_key(what);
    has_to(
        is_found("Applied"),
        "no unanswered transaction was found to be applied",
    );
    has_to(
        is_found("Fenced"),
        "no unanswered transaction was fenced before it was applied",
    );
    complaints
}
