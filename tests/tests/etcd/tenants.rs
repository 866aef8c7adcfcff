//! Two tenants of one cluster, with roles of their own: neither changes the outcome of the other's update, whatever it
//! tries, and whatever the network loses meanwhile.

use amend_store::{Error, EtcdOptions, EtcdProblem, Options, Store};
use amend_tests::etcd::Cluster;
use amend_tests::etcd_gateway::{Gateway, Refusal, encoded};
use amend_tests::increment;
use amend_tests::proxy::{Action, Proxy, Request};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ROOT: &[&str] = &["--user", "root:sesame"];

/// The key of the document that both fight for, which only one of them may write.
const KEY: &str = "/ada/a.json";

/// The users `ada` and `bob`, each with a range of its own, and `cleo`, with one key and its marks.
fn with_tenants(etcd: &Cluster) {
    for arguments in [
        &["user", "add", "root:sesame"][..],
        &["role", "add", "root"],
        &["user", "grant-role", "root", "root"],
        &["role", "add", "ada"],
        &[
            "role",
            "grant-permission",
            "ada",
            "readwrite",
            "/ada/",
            "--prefix",
        ],
        &["role", "add", "bob"],
        &[
            "role",
            "grant-permission",
            "bob",
            "readwrite",
            "/bob/",
            "--prefix",
        ],
        &["role", "add", "cleo"],
        &[
            "role",
            "grant-permission",
            "cleo",
            "readwrite",
            KEY,
            "/ada/a.json\u{1}",
        ],
        &["role", "add", "dora"],
        &["role", "grant-permission", "dora", "readwrite", KEY],
        &["user", "add", "ada:tulip"],
        &["user", "grant-role", "ada", "ada"],
        &["user", "add", "bob:rose"],
        &["user", "grant-role", "bob", "bob"],
        &["user", "add", "cleo:iris"],
        &["user", "grant-role", "cleo", "cleo"],
        &["user", "add", "dora:lily"],
        &["user", "grant-role", "dora", "dora"],
        &["auth", "enable"],
    ] {
        etcd.etcdctl(arguments);
    }
}

/// With passwords that are checked quickly.
fn cluster() -> Option<Cluster> {
    Cluster::with(&["--bcrypt-cost", "4"], "http")
}

fn as_root(etcd: &Cluster, arguments: &[&str]) -> String {
    etcd.etcdctl(&[ROOT, arguments].concat())
}

fn options(user: &str, password: &str) -> EtcdOptions {
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(5)));
    EtcdOptions::default()
        .with_store(patient)
        .with_request_timeout(Duration::from_millis(1000))
        .with_user(user, password)
}

fn count(etcd: &Cluster) -> u64 {
    let text = as_root(etcd, &["get", "--print-value-only", KEY]);
    let state: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    state["count"].as_u64().expect("a count")
}

/// The attempts of the other tenant, and how many of them etcd has permitted.
#[derive(Debug, Default)]
struct Tried {
    refused: u32,
    done: u32,
}

/// The other tenant. It knows more than it can: every lease, and the keys of every mark.
struct Attacker {
    own: Gateway,
    all_knowing: Gateway,
    tried: Arc<Mutex<Tried>>,
    /// How many more requests of the victim it meets with an attack on its leases.
    leases: u32,
}

impl Attacker {
    fn new(etcd: &Cluster, leases: u32) -> Attacker {
        let endpoint = etcd.members[0].endpoint();
        Attacker {
            own: Gateway::of_user(endpoint.clone(), "bob", "rose"),
            all_knowing: Gateway::of_user(endpoint, "root", "sesame"),
            tried: Arc::default(),
            leases,
        }
    }

    fn attack(&mut self) {
        let mut results = Vec::new();
        let mut marks = self.all_knowing.marks(KEY);
        marks.push("amend/marks/1/0".to_owned());
        for mark in marks {
            let key = json!({"key": encoded(&mark)});
            let found = self.all_knowing.ask("kv/range", &key).expect("root may");
            let value = found["kvs"][0]["value"].clone();
            let put = json!({"key": encoded(&mark), "value": value});
            results.push(self.own.ask("kv/put", &put));
            let put = json!({"key": encoded(&mark), "ignore_value": true});
            results.push(self.own.ask("kv/put", &put));
            results.push(self.own.ask("kv/deleterange", &key));
            results.push(self.own.ask(
                "kv/txn",
                &json!({"success": [{"requestDeleteRange": key}], "failure": []}),
            ));
        }
        let everything = json!({"key": encoded("\0"), "range_end": encoded("\0")});
        results.push(self.own.ask("kv/deleterange", &everything));
        results.push(self.own.remove_marks(KEY));
        if self.leases > 0 {
            self.leases -= 1;
            self.attack_leases(&mut results);
        }
        let mut tried = self.tried.lock().expect("unpoisoned");
        for result in results {
            match result {
                Ok(_) => tried.done += 1,
                Err(Refusal { .. }) => tried.refused += 1,
            }
        }
    }

    /// Binds keys of its own to each lease, one way and another, and ends it.
    fn attack_leases(&self, results: &mut Vec<Result<serde_json::Value, Refusal>>) {
        let found = self.all_knowing.ask("lease/leases", &json!({}));
        let found = found.expect("root may");
        for lease in found["leases"].as_array().into_iter().flatten() {
            let id = lease["ID"].clone();
            let key = encoded("/bob/own");
            let put = json!({"key": key, "value": encoded("{}"), "lease": id});
            results.push(self.own.ask("kv/put", &put));
            let txn = json!({"success": [{"requestPut": put}]});
            results.push(self.own.ask("kv/txn", &txn));
            results.push(self.own.ask("lease/revoke", &json!({"ID": id})));
        }
    }
}

/// Found by an attack: all users wrote all marks. A tenant that deleted the mark of another's update, whose answer was lost,
/// had it done twice, or reported as failed although it was done.
#[test]
fn neither_tenant_changes_the_outcome_of_the_others_update() {
    for loss in [
        Action::LoseAnswer,
        Action::LoseRequest,
        Action::Keep,
        Action::Pass,
    ] {
        for existed in [true, false] {
            let Some(etcd) = cluster() else {
                return;
            };
            if existed {
                etcd.etcdctl(&["put", KEY, r#"{"count": 0}"#]);
            }
            with_tenants(&etcd);
            let mut attacker = Attacker::new(&etcd, 4);
            let tried = Arc::clone(&attacker.tried);
            let mut attempts = 0;
            let decide = move |request: &Request| {
                attacker.attack();
                attempts += u32::from(request.is_attempt());
                match request.is_attempt() && attempts % 2 == 1 {
                    true => loss,
                    false => Action::Pass,
                }
            };
            let proxy = Proxy::start(etcd.members[0].endpoint(), decide);
            let address = format!("etcd://{}/ada", proxy.endpoint);
            let store = Store::etcd(&address, options("ada", "tulip")).expect("an address");
            for number in 1..=3 {
                store
                    .update("a.json", increment)
                    .unwrap_or_else(|error| panic!("{loss:?} {existed} {number}: {error}"));
                assert_eq!(count(&etcd), number, "{loss:?} {existed}");
            }
            for answer in proxy.release() {
                assert!(!answer.contains(r#""succeeded":true"#), "{answer}");
            }
            assert_eq!(count(&etcd), 3, "{loss:?} {existed}");
            let tried = tried.lock().expect("unpoisoned");
            assert!(tried.refused > 50, "{tried:?}");
        }
    }
}

/// Anything may be lost, at any time, and the other tenant tries something at any time.
#[test]
fn what_is_said_of_an_update_is_so_whatever_is_lost() {
    let Some(etcd) = cluster() else {
        return;
    };
    etcd.etcdctl(&["put", KEY, r#"{"count": 0}"#]);
    with_tenants(&etcd);
    let seed = std::env::var("AMEND_SEED").ok();
    let seed = seed.map_or_else(
        || fastrand::u64(..1_000_000),
        |seed| seed.parse().expect("a seed"),
    );
    println!("AMEND_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut attacker = Attacker::new(&etcd, u32::MAX);
    let decide = move |request: &Request| {
        if random.u8(..4) == 0 {
            attacker.leases = u32::from(random.u8(..4) == 0);
            attacker.attack();
        }
        match random.u8(..10) {
            0 => Action::LoseRequest,
            1 => Action::LoseAnswer,
            // A request for a token may be sent again, but is not kept: it has a password, which is checked slowly.
            2 if request.path == "/v3/kv/txn" => Action::Keep,
            3 => Action::Double,
            _ => Action::Pass,
        }
    };
    let proxy = Proxy::start(etcd.members[0].endpoint(), decide);
    let address = format!("etcd://{}/ada", proxy.endpoint);
    let (mut done, mut unknown, mut failed) = (0, 0, 0);
    for round in 0..10 {
        let store = Store::etcd(&address, options("ada", "tulip")).expect("an address");
        for _ in 0..6 {
            match store.update("a.json", increment) {
                Ok(_) => done += 1,
                Err(Error::OutcomeUnknown { .. }) => unknown += 1,
                Err(Error::Etcd { .. } | Error::Contended { .. }) => failed += 1,
                Err(error) => panic!("{error}"),
            }
            // The request that was kept comes late.
            if round % 2 == 0 {
                proxy.release();
            }
        }
    }
    proxy.release();
    println!("{done} done, {unknown} unknown, {failed} failed");
    let found = count(&etcd);
    assert!(
        (done..=done + unknown).contains(&found),
        "{found}, of {done} and {unknown}"
    );
    assert!(done >= 30, "{done}");
}

/// A tenant that ends every lease before it has a mark hinders others. It changes no outcome.
#[test]
fn a_tenant_that_ends_every_lease_has_nothing_done_and_nothing_said_that_is_not_so() {
    let Some(etcd) = cluster() else {
        return;
    };
    etcd.etcdctl(&["put", KEY, r#"{"count": 0}"#]);
    with_tenants(&etcd);
    let mut attacker = Attacker::new(&etcd, u32::MAX);
    let proxy = Proxy::start(etcd.members[0].endpoint(), move |request: &Request| {
        if request.path == "/v3/kv/txn" {
            attacker.attack();
        }
        Action::Pass
    });
    let address = format!("etcd://{}/ada", proxy.endpoint);
    let store = Store::etcd(&address, options("ada", "tulip")).expect("an address");
    match store.update("a.json", increment) {
        Ok(_) => assert_eq!(count(&etcd), 1),
        Err(Error::Etcd { .. }) => assert_eq!(count(&etcd), 0),
        other => panic!("{other:?}"),
    }
}

/// A role for one document, and not a range of them, has the range of the document and its marks.
#[test]
fn a_role_for_one_document_includes_its_marks() {
    let Some(etcd) = cluster() else {
        return;
    };
    with_tenants(&etcd);
    let open = |user: &str, password: &str| {
        Store::etcd(&etcd.address("/ada"), options(user, password)).expect("an address")
    };
    open("cleo", "iris")
        .update("a.json", increment)
        .expect("the role has its marks");
    assert_eq!(count(&etcd), 1);
    let denied = [
        open("dora", "lily").update("a.json", increment),
        open("cleo", "iris").update("b.json", increment),
        open("cleo", "iris").update("a.json.json", increment),
    ];
    for denied in denied {
        match denied {
            Err(Error::Etcd { source, .. }) => {
                assert!(
                    matches!(source.problem, EtcdProblem::Denied { .. }),
                    "{source}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(count(&etcd), 1);
    // Reading takes no mark.
    let read = open("dora", "lily").read("a.json").expect("the role may");
    assert!(read.is_some());
}

/// What etcd 3.5.30 says of a mark whose lease another tenant has spoiled, or has a mark of a document that the role has lost.
#[test]
fn a_lease_that_marks_are_refused_with_is_left() {
    const DENIED: &str = r#"{"message":"etcdserver: permission denied","code":7}"#;
    // The first mark is put by the first transaction. The second update has a mark, and puts it with the second attempt.
    for refused in [1, 3] {
        let Some(etcd) = cluster() else {
            return;
        };
        let mut transactions = 0;
        let proxy = Proxy::start(etcd.members[0].endpoint(), move |request: &Request| {
            transactions += u32::from(request.path == "/v3/kv/txn");
            match request.path == "/v3/kv/txn" && transactions == refused {
                true => Action::Refuse(DENIED),
                false => Action::Pass,
            }
        });
        let address = format!("etcd://{}/ada", proxy.endpoint);
        let store = Store::etcd(&address, EtcdOptions::default()).expect("an address");
        for number in 1..=2 {
            let updated = store.update("a.json", increment);
            assert!(updated.is_ok(), "{refused} {number}: {updated:?}");
        }
        let found = etcd.etcdctl(&["get", KEY]);
        assert!(found.contains("\"count\": 2"), "{refused}: {found}");
        drop(store);
        assert!(etcd.etcdctl(&["lease", "list"]).contains("found 0 leases"));
    }
}

/// The lease of a store has marks of all its documents. A role that loses one of them must not lose the others with it.
#[test]
fn a_role_that_loses_one_document_goes_on_with_the_others() {
    let Some(etcd) = cluster() else {
        return;
    };
    with_tenants(&etcd);
    as_root(
        &etcd,
        &[
            "role",
            "grant-permission",
            "ada",
            "readwrite",
            "/more/",
            "--prefix",
        ],
    );
    let store = Store::etcd(&etcd.address(""), options("ada", "tulip")).expect("an address");
    store
        .update("more/b.json", increment)
        .expect("the role may");
    store.update("ada/a.json", increment).expect("the role may");
    as_root(
        &etcd,
        &["role", "revoke-permission", "ada", "/more/", "--prefix"],
    );
    store.update("ada/a.json", increment).expect("the role may");
    store.update("ada/c.json", increment).expect("the role may");
    match store.update("more/b.json", increment) {
        Err(Error::Etcd { source, .. }) => {
            assert!(
                matches!(source.problem, EtcdProblem::Denied { .. }),
                "{source}"
            );
        }
        other => panic!("{other:?}"),
    }
    store.update("ada/a.json", increment).expect("the role may");
    assert_eq!(count(&etcd), 3);
}
