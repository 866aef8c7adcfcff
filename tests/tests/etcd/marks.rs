//! Marks: where they are, that they are no documents, and that they go.

use amend_store::{EtcdOptions, Store};
use amend_tests::amend;
use amend_tests::etcd::Cluster;
use amend_tests::etcd_gateway::Gateway;
use amend_tests::increment;
use std::process::Command;

fn open(etcd: &Cluster, prefix: &str) -> Store {
    Store::etcd(&etcd.address(prefix), EtcdOptions::default()).expect("an address")
}

fn keys(etcd: &Cluster) -> Vec<String> {
    let keys = etcd.etcdctl(&["get", "--prefix", "--keys-only", ""]);
    let keys = keys.lines().filter(|line| !line.is_empty());
    keys.map(str::to_owned).collect()
}

#[test]
fn marks_stand_right_behind_their_document_and_go_with_the_store() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    for prefix in ["", "/p"] {
        let store = open(&etcd, prefix);
        store.update("a.json", increment).expect("updated");
        let found = keys(&etcd);
        let document = format!("{prefix}/a.json");
        let at = found.iter().position(|key| *key == document);
        let at = at.unwrap_or_else(|| panic!("{found:?}"));
        let mark = &found[at + 1];
        assert!(
            mark.starts_with(&format!("{document}\0amend/")),
            "{found:?}"
        );
        drop(store);
        assert_eq!(keys(&etcd).len(), at + 1);
        assert_eq!(keys(&etcd)[at], document);
    }
}

#[test]
fn marks_are_not_taken_for_documents() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let store = open(&etcd, "/p");
    for document in ["a.json", "b/c.json"] {
        store.update(document, increment).expect("updated");
    }
    assert_eq!(keys(&etcd).len(), 4);
    let listed = open(&etcd, "/p").documents().expect("they can be listed");
    assert_eq!(listed, ["a.json", "b/c.json"].map(std::path::PathBuf::from));
    let scratch = tempfile::tempdir().expect("a directory");
    let output = Command::new(amend())
        .args(["copy", &etcd.address("/p")])
        .arg(scratch.path())
        .output()
        .expect("the command runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(
        printed.ends_with("2 copied, 0 the same, 0 left\n"),
        "{printed}"
    );
}

#[test]
fn a_store_that_only_reads_leaves_nothing() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let store = open(&etcd, "/p");
    assert_eq!(store.read("a.json").expect("no error"), None);
    let preview = store.preview("a.json", None, increment);
    assert!(preview.expect("a preview").receipt.changed);
    assert_eq!(keys(&etcd), Vec::<String>::new());
    assert!(etcd.etcdctl(&["lease", "list"]).contains("found 0 leases"));
}

#[test]
fn one_mark_serves_all_updates_of_a_document_that_come_one_after_another() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let store = open(&etcd, "/p");
    for _ in 0..20 {
        store.update("a.json", increment).expect("updated");
    }
    let marks = Gateway::new(etcd.members[0].endpoint()).marks("/p/a.json");
    assert_eq!(marks.len(), 1, "{marks:?}");
}

/// Each document has marks of its own, and a store may change many.
#[test]
fn a_store_that_changes_many_documents_has_a_bounded_number_of_marks() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let store = open(&etcd, "/p");
    let mut most = 0;
    for number in 0..1100 {
        store
            .update(format!("{number}.json"), increment)
            .expect("updated");
        if number % 50 == 0 || number > 1090 {
            let marks = keys(&etcd).iter().filter(|key| key.contains('\0')).count();
            most = most.max(marks);
        }
    }
    assert!((450..=501).contains(&most), "{most}");
    drop(store);
    assert_eq!(keys(&etcd).len(), 1100);
    assert!(etcd.etcdctl(&["lease", "list"]).contains("found 0 leases"));
}
