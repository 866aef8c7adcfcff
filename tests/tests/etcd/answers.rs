//! What members really answer, beside the table of what each answer proves: each row of the table is provoked here, or
//! named as one that is not. An answer that proves that a request was not done must not have changed the document.

use amend_tests::etcd::{Cluster, etcdctl_of};
use amend_tests::etcd_gateway::{Gateway, Refusal, encoded};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use table::{About, Fate};

// The table itself has nothing of the library, so that it can be read here.
#[allow(dead_code, reason = "the table has more than the test needs")]
#[path = "../../../host/store/src/etcd/answers.rs"]
mod table;

/// Rows that are not provoked here, and why.
const NOT_PROVOKED: &[(&str, &str)] = &[
    (
        "etcdserver: not capable",
        "only while the versions of a cluster are mixed, or in its first moment",
    ),
    (
        "etcdserver: no leader",
        "of lease/keepalive, only when an election takes longer than a request",
    ),
    (
        "etcdserver: invalid sort option",
        "new in 3.6, and nothing is sorted",
    ),
    (
        "etcdserver: invalid client api version",
        "new in 3.6, of a header that is not sent",
    ),
    (
        "trying to send message larger than max",
        "only where the gateway's client has a limit of its own",
    ),
    (
        "etcdserver: too many requests",
        "only when a member is 5,000 entries behind",
    ),
    (
        "raft proposal dropped",
        "only in the moment in which a leader hands over",
    ),
    ("raft: stopped", "only in the last moment of a member"),
    (
        "etcdserver: server stopped",
        "only in the last moment of a member",
    ),
    ("context canceled", "the client is gone by then"),
    (
        "context deadline exceeded",
        "only where a proposal waits for a leader longer than a request may take",
    ),
    ("etcdserver: request canceled", "the client is gone by then"),
    (
        "etcdserver: leader changed",
        "only for reads that are under way in an election",
    ),
    ("etcdserver: unhealthy cluster", "of changes of members"),
    (
        "etcdserver: not leader",
        "of calls that only the leader answers",
    ),
    (
        "not a primary lessor",
        "only in the moment in which a leader loses its place",
    ),
    (
        "etcdserver: user name not found",
        "only when a user is removed while it logs in",
    ),
    (
        "etcdserver: invalid auth management",
        "of changes of users and roles",
    ),
];

/// How long a race is tried that provokes an answer.
const PATIENCE: Duration = Duration::from_secs(30);

const KEY: &str = "/p/a.json";

/// The table's rows that were seen.
#[derive(Debug, Default)]
struct Seen(BTreeSet<&'static str>);

impl Seen {
    /// The answer is this one, and it proves this.
    fn is(&mut self, answer: Result<Value, Refusal>, text: &'static str, fate: Fate, about: About) {
        let refusal = answer.expect_err(text);
        assert!(refusal.message.contains(text), "{refusal:?}, not {text:?}");
        let proved = table::classify(refusal.code, &refusal.message);
        assert_eq!(proved, (fate, about), "{refusal:?}");
        let row = table::ANSWERS.iter().find(|row| row.text == text);
        assert!(row.is_some(), "{text:?} is not in the table");
        self.0.insert(text);
    }
}

fn put(text: &str) -> Value {
    json!({"key": encoded(KEY), "value": encoded(text)})
}

fn transaction(operation: &Value) -> Value {
    json!({"success": [{"requestPut": operation}]})
}

fn with(mut request: Value, name: &str, value: Value) -> Value {
    request[name] = value;
    request
}

/// The document, as this user reads it.
fn document(etcd: &Cluster, user: &[&str]) -> String {
    etcd.etcdctl(&[user, &["get", "--print-value-only", KEY]].concat())
}

#[test]
fn each_answer_proves_what_the_table_says() {
    if Cluster::single().is_none() {
        return;
    }
    let mut seen = Seen::default();
    of_requests(&mut seen);
    of_users(&mut seen);
    of_quotas(&mut seen);
    of_alarms(&mut seen);
    of_lost_members(&mut seen);
    of_learners(&mut seen);
    let not: BTreeSet<_> = NOT_PROVOKED.iter().map(|(text, _)| *text).collect();
    let all: BTreeSet<_> = table::ANSWERS.iter().map(|answer| answer.text).collect();
    assert_eq!(all.len(), table::ANSWERS.len(), "a row is there twice");
    assert!(
        not.is_disjoint(&seen.0),
        "provoked: {:?}",
        not.intersection(&seen.0)
    );
    let described: BTreeSet<_> = not.union(&seen.0).copied().collect();
    assert_eq!(all, described, "provoked: {:?}", seen.0);
}

fn of_requests(seen: &mut Seen) {
    let etcd = Cluster::single().expect("there is etcd");
    let gateway = Gateway::new(etcd.members[0].endpoint());
    let ask = |path: &str, body: &Value| gateway.ask(path, body);
    let refused = (Fate::NotDone, About::Request);
    let too_large = (Fate::NotDone, About::Size);
    let many: Vec<Value> = (0..129)
        .map(|number| json!({"requestPut": with(put("2"), "key", json!(encoded(&number.to_string())))}))
        .collect();
    let twice = json!({"success": [{"requestPut": put("2")}, {"requestPut": put("2")}]});
    etcd.etcdctl(&["put", KEY, "1"]);
    etcd.etcdctl(&["put", "/other", "1"]);
    let revision = etcd.etcdctl(&["put", "/other", "2", "-w", "json"]);
    let revision: Value = serde_json::from_str(&revision).expect("JSON");
    etcd.etcdctl(&["compact", &revision["header"]["revision"].to_string()]);
    ask("lease/grant", &json!({"ID": "7", "TTL": "60"})).expect("there is none");
    let large = |bytes: usize| transaction(&put(&"x".repeat(bytes)));
    let at = |revision: u64| json!({"key": encoded(KEY), "revision": revision.to_string()});
    for (answer, text, (fate, about)) in [
        (
            ask("kv/put", &json!({})),
            "etcdserver: key is not provided",
            refused,
        ),
        (
            ask("kv/range", &json!({})),
            "etcdserver: key is not provided",
            refused,
        ),
        (
            ask("kv/put", &with(put("2"), "ignore_value", json!(true))),
            "etcdserver: value is provided",
            refused,
        ),
        (
            ask(
                "kv/put",
                &with(
                    with(put("2"), "ignore_lease", json!(true)),
                    "lease",
                    json!("7"),
                ),
            ),
            "etcdserver: lease is provided",
            refused,
        ),
        (
            ask("kv/txn", &json!({"success": many})),
            "etcdserver: too many operations in txn request",
            refused,
        ),
        (
            ask("kv/txn", &twice),
            "etcdserver: duplicate key given in txn request",
            refused,
        ),
        (
            ask(
                "kv/put",
                &json!({"key": encoded("/none"), "ignore_value": true}),
            ),
            "etcdserver: key not found",
            refused,
        ),
        (
            ask(
                "kv/txn",
                &transaction(&with(put("2"), "lease", json!("99"))),
            ),
            "etcdserver: requested lease not found",
            (Fate::NoLease, About::Request),
        ),
        (
            ask("lease/grant", &json!({"ID": "7", "TTL": "60"})),
            "etcdserver: lease already exists",
            refused,
        ),
        (
            ask("lease/grant", &json!({"TTL": "10000000000"})),
            "etcdserver: too large lease TTL",
            refused,
        ),
        (
            ask("kv/range", &at(2)),
            "etcdserver: mvcc: required revision has been compacted",
            refused,
        ),
        (
            ask("kv/range", &at(1000)),
            "etcdserver: mvcc: required revision is a future revision",
            refused,
        ),
        (
            ask("kv/txn", &large(1700 << 10)),
            "etcdserver: request is too large",
            too_large,
        ),
        (
            ask("kv/txn", &large(3 << 20)),
            "received message larger than max",
            too_large,
        ),
        (
            ask(
                "auth/authenticate",
                &json!({"name": "ada", "password": "tulip"}),
            ),
            "etcdserver: authentication is not enabled",
            (Fate::NotDone, About::Permission),
        ),
    ] {
        seen.is(answer, text, fate, about);
        assert_eq!(document(&etcd, &[]), "1\n", "{text}");
    }
    // Of the gateway: texts that differ, and codes.
    for (path, body) in [("kv/put", json!({"key": 1})), ("kv/put", json!([]))] {
        let refusal = ask(path, &body).expect_err("it is no request");
        let proved = table::classify(refusal.code, &refusal.message);
        assert_eq!(proved, refused, "{refusal:?}");
    }
}

fn of_users(seen: &mut Seen) {
    let etcd = Cluster::with(&["--bcrypt-cost", "4"], "http").expect("there is etcd");
    let endpoint = etcd.members[0].endpoint();
    for arguments in [
        &["put", KEY, "1"][..],
        &["user", "add", "root:sesame"],
        &["role", "add", "root"],
        &["user", "grant-role", "root", "root"],
        &["role", "add", "reader"],
        &["role", "grant-permission", "reader", "read", KEY],
        &["user", "add", "ada:tulip"],
        &["user", "grant-role", "ada", "reader"],
        &["auth", "enable"],
    ] {
        etcd.etcdctl(arguments);
    }
    let root = ["--user", "root:sesame"];
    let nobody = Gateway::new(endpoint.clone());
    let ada = Gateway::of_user(endpoint, "ada", "tulip");
    let denied = (Fate::NotDone, About::Permission);
    let change = transaction(&put("2"));
    let login = json!({"name": "ada", "password": "rose"});
    let mut answers = vec![
        (
            nobody.ask("kv/txn", &change),
            "etcdserver: user name is empty",
            denied,
        ),
        (
            ada.ask("kv/txn", &change),
            "etcdserver: permission denied",
            denied,
        ),
        (
            nobody.ask("auth/authenticate", &login),
            "etcdserver: authentication failed, invalid user ID or password",
            denied,
        ),
        (
            nobody.clone().with_token("garbage").ask("kv/txn", &change),
            "etcdserver: invalid auth token",
            (Fate::NoToken, About::Permission),
        ),
    ];
    answers.push((
        Err(of_old_tokens(&etcd, &ada, &change)),
        "etcdserver: revision of auth store is old",
        (Fate::NoToken, About::Availability),
    ));
    for (answer, text, (fate, about)) in answers {
        seen.is(answer, text, fate, about);
        assert_eq!(document(&etcd, &root), "1\n", "{text}");
    }
}

/// Users and roles change while a transaction is under way.
fn of_old_tokens(etcd: &Cluster, ada: &Gateway, change: &Value) -> Refusal {
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                if is_done.load(Ordering::SeqCst) {
                    break;
                }
                let name = format!("role{number}");
                etcd.etcdctl(&["--user", "root:sesame", "role", "add", &name]);
            }
        });
        let started = Instant::now();
        let old = loop {
            let refusal = ada.ask("kv/txn", change).expect_err("ada may only read");
            if !refusal.message.ends_with("permission denied") || started.elapsed() > PATIENCE {
                break refusal;
            }
        };
        is_done.store(true, Ordering::SeqCst);
        old
    })
}

fn of_quotas(seen: &mut Seen) {
    let etcd = Cluster::with(&["--quota-backend-bytes", "1000000"], "http");
    let etcd = etcd.expect("there is etcd");
    let gateway = Gateway::new(etcd.members[0].endpoint());
    let large = "x".repeat(100_000);
    let full = (0..30).find_map(|_| gateway.ask("kv/txn", &transaction(&put(&large))).err());
    let full = Err(full.expect("it is full at some time"));
    let text = "etcdserver: mvcc: database space exceeded";
    seen.is(full, text, Fate::Full, About::Space);
}

fn of_alarms(seen: &mut Seen) {
    let etcd = Cluster::single().expect("there is etcd");
    etcd.etcdctl(&["put", KEY, "1"]);
    let gateway = Gateway::new(etcd.members[0].endpoint());
    let status = gateway
        .ask("maintenance/status", &json!({}))
        .expect("it answers");
    let alarm = json!({
        "action": "ACTIVATE", "alarm": "CORRUPT", "memberID": status["header"]["member_id"]
    });
    gateway.ask("maintenance/alarm", &alarm).expect("it may");
    let answer = gateway.ask("kv/txn", &transaction(&put("2")));
    let text = "etcdserver: corrupt cluster";
    seen.is(answer, text, Fate::NotDone, About::Availability);
    etcd.etcdctl(&["alarm", "disarm"]);
    assert_eq!(document(&etcd, &[]), "1\n");
}

/// A transaction that is answered with a timeout is applied when the others are back.
fn of_lost_members(seen: &mut Seen) {
    let etcd = Cluster::of(3).expect("there is etcd");
    etcd.etcdctl(&["put", KEY, "1"]);
    let leader = amend_tests::etcd_members::leader(&etcd).expect("there is one");
    let gateway = Gateway::new(etcd.members[leader].endpoint());
    let others: Vec<_> = (0..3).filter(|member| *member != leader).collect();
    for &other in &others {
        etcd.members[other].signal(libc::SIGSTOP);
    }
    let answer = gateway.ask("kv/txn", &transaction(&put("2")));
    seen.is(
        answer,
        "etcdserver: request timed out",
        Fate::Unknown,
        About::Availability,
    );
    for &other in &others {
        etcd.members[other].signal(libc::SIGCONT);
    }
    amend_tests::etcd_members::await_agreement(&etcd, Duration::from_secs(30));
    assert!(["1\n", "2\n"].contains(&document(&etcd, &[]).as_str()));
}

/// A learner refuses requests that other members accept.
fn of_learners(seen: &mut Seen) {
    let mut etcd = Cluster::single().expect("there is etcd");
    let learner = etcd.add_learner();
    let answer =
        Gateway::new(etcd.members[learner].endpoint()).ask("kv/txn", &transaction(&put("2")));
    let text = "etcdserver: rpc not supported for learner";
    seen.is(answer, text, Fate::NotNow, About::Availability);
    let found = etcdctl_of(&etcd.members[0].endpoint())
        .args(["get", KEY])
        .output();
    assert_eq!(found.expect("etcdctl runs").stdout, b"");
}
