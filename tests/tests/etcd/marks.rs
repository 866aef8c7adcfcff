//! Marks: where they are, and that they go.

use amend_store::{EtcdOptions, Store};
use amend_tests::etcd::Cluster;
use amend_tests::increment;

#[test]
fn marks_stand_outside_of_every_prefix_of_documents_and_go_with_the_store() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    for prefix in ["", "/p"] {
        let store = Store::etcd(&etcd.address(prefix), EtcdOptions::default()).expect("an address");
        store.update("a.json", increment).expect("updated");
        let documents = etcd.etcdctl(&["get", "--prefix", "--keys-only", "/"]);
        let documents: Vec<_> = documents.lines().filter(|line| !line.is_empty()).collect();
        let ours = format!("{prefix}/a.json");
        assert!(documents.contains(&ours.as_str()), "{documents:?}");
        assert!(
            documents.iter().all(|key| key.ends_with("/a.json")),
            "{documents:?}"
        );
        let marks = || etcd.etcdctl(&["get", "--prefix", "--keys-only", "amend/marks/"]);
        assert_ne!(marks().trim(), "");
        drop(store);
        assert_eq!(marks().trim(), "");
    }
}

#[test]
fn a_store_that_only_reads_leaves_nothing() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let store = Store::etcd(&etcd.address("/p"), EtcdOptions::default()).expect("an address");
    assert_eq!(store.read("a.json").expect("no error"), None);
    let preview = store.preview("a.json", None, increment);
    assert!(preview.expect("a preview").receipt.changed);
    let all = etcd.etcdctl(&["get", "--prefix", "--keys-only", ""]);
    assert_eq!(all.trim(), "");
    assert!(etcd.etcdctl(&["lease", "list"]).contains("found 0 leases"));
}

#[test]
fn one_mark_serves_all_updates_of_a_document_that_come_one_after_another() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let store = Store::etcd(&etcd.address("/p"), EtcdOptions::default()).expect("an address");
    for _ in 0..20 {
        store.update("a.json", increment).expect("updated");
    }
    let marks = etcd.etcdctl(&["get", "--prefix", "--keys-only", "amend/marks/"]);
    assert_eq!(marks.split_whitespace().count(), 1, "{marks}");
}
