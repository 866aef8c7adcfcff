//! What etcd cannot hold is refused before it is sent.

use amend_store::{Error, EtcdOptions, EtcdProblem, MAX_REQUEST, Patch, Store};
use amend_tests::etcd::Cluster;
use amend_tests::increment;
use std::thread;

fn of_size(bytes: usize) -> Patch {
    Patch::replace(format!("\"{}\"", "x".repeat(bytes - 2))).expect("a patch")
}

fn revision(etcd: &Cluster) -> u64 {
    let found = etcd.etcdctl(&["get", "-w", "json", "/none"]);
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    found["header"]["revision"].as_u64().expect("a number")
}

#[test]
fn what_etcd_takes_is_taken_and_what_it_does_not_is_not_sent() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let store = Store::etcd(&etcd.address("/p"), EtcdOptions::default()).expect("an address");
    // The limit is etcd's own: the largest that is sent is not refused there.
    let mut size = MAX_REQUEST - 1024;
    let mut largest = 0;
    while let Ok(receipt) = store.update("a.json", of_size(size)) {
        assert!(receipt.changed);
        largest = size;
        size += 64;
    }
    assert!(largest > MAX_REQUEST - 1024, "{largest}");
    let before = revision(&etcd);
    match store.update("a.json", of_size(size)) {
        Err(
            error @ Error::RequestTooLarge {
                limit: MAX_REQUEST, ..
            },
        ) => {
            let message = error.to_string();
            assert!(
                message.contains("exceeds the limit of 1572864"),
                "{message}"
            );
            // A library's text names no option of the command.
            assert!(!message.contains("--"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(revision(&etcd), before);
    assert_eq!(
        store
            .read("a.json")
            .expect("no error")
            .map(|read| read.text.len()),
        Some(largest + 1)
    );
}

#[test]
fn a_larger_limit_has_to_be_etcds_too() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let options = EtcdOptions::default().with_max_request(4 << 20);
    let store = Store::etcd(&etcd.address("/p"), options.clone()).expect("an address");
    match store.update("a.json", of_size(1700 << 10)) {
        Err(Error::Etcd { source, .. }) => {
            assert!(
                matches!(source.problem, EtcdProblem::TooLarge { .. }),
                "{source}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(store.read("a.json").expect("no error"), None);
    let Some(larger) = Cluster::with(&["--max-request-bytes", "4194304"], "http") else {
        return;
    };
    let store = Store::etcd(&larger.address("/p"), options).expect("an address");
    store
        .update("a.json", of_size(1700 << 10))
        .expect("it takes more");
    store
        .update("a.json", of_size(3 << 20))
        .expect("it takes more");
}

#[test]
fn one_that_is_too_large_is_its_callers_alone() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let options = EtcdOptions::default().with_max_request(2000);
    let store = Store::etcd(&etcd.address("/p"), options).expect("an address");
    thread::scope(|scope| {
        for number in 0..20 {
            let store = &store;
            scope.spawn(move || match number % 2 {
                0 => drop(store.update("a.json", increment).expect("updated")),
                _ => {
                    let large = Patch::merge(format!(r#"{{"a": "{}"}}"#, "x".repeat(2000)));
                    let refused = store.update("a.json", large.expect("a patch"));
                    assert!(
                        matches!(refused, Err(Error::RequestTooLarge { .. })),
                        "{refused:?}"
                    );
                }
            });
        }
    });
    let read = store.read("a.json").expect("no error").expect("a document");
    assert_eq!(read.text, "{\n  \"count\": 10\n}\n");
}
