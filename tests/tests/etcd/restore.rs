//! A cluster that is put back to a snapshot: its revisions return, and its id is the same.

use amend_store::{Error, EtcdOptions, Patch, Store, Version};
use amend_tests::amend;
use amend_tests::etcd::Cluster;
use std::process::Command;

fn set(store: &Store, text: &str) -> Version {
    let patch = Patch::replace(text).expect("a patch");
    store.update("a.json", patch).expect("updated").version
}

/// Found in use: after `etcdctl snapshot restore`, `--if-version` overwrote the change of another client.
#[test]
fn a_version_does_not_return_after_a_restore() {
    let Some(mut etcd) = Cluster::single() else {
        return;
    };
    let open = |etcd: &Cluster| {
        Store::etcd(&etcd.address("/p"), EtcdOptions::default()).expect("an address")
    };
    let scratch = tempfile::tempdir().expect("a directory");
    let snapshot = scratch.path().join("snapshot");
    let store = open(&etcd);
    set(&store, "1");
    etcd.etcdctl(&["snapshot", "save", snapshot.to_str().expect("UTF-8")]);
    set(&store, "2");
    let before = set(&store, "4");
    drop(store);
    etcd.restore(&snapshot);
    // Others change the document, in the revision that returns.
    let revision = before.revision().expect("a revision");
    loop {
        let put = etcd.etcdctl(&["put", "/other", "", "-w", "json"]);
        let put: serde_json::Value = serde_json::from_str(&put).expect("JSON");
        if put["header"]["revision"].as_u64() >= Some(revision - 1) {
            break;
        }
    }
    etcd.etcdctl(&["put", "/p/a.json", "3"]);
    let others = open(&etcd);
    let now = others
        .read("a.json")
        .expect("no error")
        .expect("it is there")
        .version;
    assert_eq!(now.revision(), before.revision());
    assert_ne!(now, before);
    let overwritten = others.update_if(
        "a.json",
        Some(before),
        Patch::replace("0").expect("a patch"),
    );
    match overwritten {
        Err(Error::VersionMismatch { found, .. }) => assert_eq!(found, now),
        other => panic!("{other:?}"),
    }
    let output = Command::new(amend())
        .args(["update", &etcd.address("/p/a.json"), "--replace", "0"])
        .args(["--if-version", &before.to_string()])
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let read = others
        .read("a.json")
        .expect("no error")
        .expect("it is there");
    assert_eq!(read.version, now);
}

/// A store that is kept open over the restore begins anew.
#[test]
fn a_store_goes_on_after_a_restore() {
    let Some(mut etcd) = Cluster::single() else {
        return;
    };
    let store = Store::etcd(&etcd.address("/p"), EtcdOptions::default()).expect("an address");
    let scratch = tempfile::tempdir().expect("a directory");
    let snapshot = scratch.path().join("snapshot");
    set(&store, "1");
    etcd.etcdctl(&["snapshot", "save", snapshot.to_str().expect("UTF-8")]);
    set(&store, "2");
    etcd.restore(&snapshot);
    let read = || {
        store
            .read("a.json")
            .expect("no error")
            .expect("it is there")
    };
    assert_eq!(read().text, "1\n");
    set(&store, "3");
    assert_eq!(read().text, "3\n");
}
