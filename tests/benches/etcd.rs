//! Updates of one document in etcd by many threads, beside a client that does without group commit: each thread reads,
//! changes and compares for itself, and tries again after a random pause when another was faster.
//!
//!     cargo bench -p amend-tests --bench etcd [-- ROUNDS]
//!
//! Both ask one member on loopback, with its data beside the build, through its JSON gateway, with the same HTTP client;
//! they take turns, and what counts is how many times as many updates a second amend does. Every update is counted at
//! the end, and none may be missing. The other client does not find out what became of a request that was not answered;
//! amend does, which costs it a mark in each transaction.

use amend_store::{EtcdOptions, Store};
use amend_tests::etcd::Cluster;
use amend_tests::increment;
use amend_tests::measure::{median, verdict};
use anyhow::{Context, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

const THREADS: usize = 50;
const EACH: usize = 20;

/// How many times as many updates amend has to do.
const LEAST: f64 = 10.0;

fn main() -> anyhow::Result<()> {
    let rounds = std::env::args()
        .find_map(|arg| arg.parse().ok())
        .unwrap_or(5);
    let Some(etcd) = Cluster::single() else {
        return Ok(());
    };
    let mut ratios = Vec::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let ours_of = || amend(&etcd, &format!("/ours/{round}.json"));
        let theirs_of = || retries(&etcd, &format!("/theirs/{round}.json"));
        let (our, their) = if round % 2 == 0 {
            let our = ours_of()?;
            (our, theirs_of()?)
        } else {
            let their = theirs_of()?;
            (ours_of()?, their)
        };
        // The first warms up.
        if round > 0 {
            ratios.push(our / their);
            ours.push(our);
            theirs.push(their);
        }
    }
    let ratio = median(&mut ratios);
    println!(
        "{} {THREADS} threads x {EACH} updates of one document: {ratio:.1} times, at least {LEAST} ({:.1} to {:.1}; \
         {:.0} beside {:.0} a second)",
        verdict(ratio >= LEAST),
        ratios[0],
        ratios[ratios.len() - 1],
        median(&mut ours),
        median(&mut theirs),
    );
    Ok(())
}

/// How many updates a second amend does.
fn amend(etcd: &Cluster, key: &str) -> anyhow::Result<f64> {
    let (store, path) = Store::locate_etcd(&etcd.address(key), EtcdOptions::default())?;
    per_second(etcd, key, || {
        store.update(&path, increment)?;
        Ok(())
    })
}

/// How many updates a second the other client does.
fn retries(etcd: &Cluster, key: &str) -> anyhow::Result<f64> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_idle_connections_per_host(THREADS)
        .max_idle_connections(THREADS)
        .build()
        .into();
    let other = Other {
        agent,
        endpoint: etcd.members[0].endpoint(),
        key: STANDARD.encode(key),
    };
    per_second(etcd, key, || other.update())
}

fn per_second(
    etcd: &Cluster,
    key: &str,
    update: impl Fn() -> anyhow::Result<()> + Sync,
) -> anyhow::Result<f64> {
    let started = Instant::now();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| scope.spawn(|| (0..EACH).try_for_each(|_| update())))
            .collect();
        let mut done = threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        done.try_for_each(|done| done)
    })?;
    let taken = started.elapsed();
    let stored: Value = serde_json::from_str(&etcd.etcdctl(&["get", "--print-value-only", key]))?;
    let all = THREADS * EACH;
    ensure!(stored["count"] == all, "{stored}, and {all} updates");
    Ok(all as f64 / taken.as_secs_f64())
}

/// A client with plain retries.
struct Other {
    agent: ureq::Agent,
    endpoint: String,
    key: String,
}

impl Other {
    fn update(&self) -> anyhow::Result<()> {
        let mut pause = Duration::from_millis(2);
        loop {
            let found = self.ask("range", &json!({ "key": self.key }))?;
            let (revision, value) = match found["kvs"].get(0) {
                Some(key) => (key["mod_revision"].clone(), key["value"].as_str()),
                None => (json!("0"), None),
            };
            let text = value.map(|value| STANDARD.decode(value)).transpose()?;
            let state: Value = serde_json::from_slice(text.as_deref().unwrap_or(b"{}"))?;
            let count = state["count"].as_u64().unwrap_or(0) + 1;
            let value = STANDARD.encode(json!({ "count": count }).to_string());
            let transaction = json!({
                "compare": [{"key": self.key, "target": "MOD", "result": "EQUAL", "mod_revision": revision}],
                "success": [{"requestPut": {"key": self.key, "value": value}}],
            });
            if self.ask("txn", &transaction)?["succeeded"] == true {
                return Ok(());
            }
            thread::sleep(pause.mul_f64(fastrand::f64()));
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }

    fn ask(&self, what: &str, request: &Value) -> anyhow::Result<Value> {
        let uri = format!("http://{}/v3/kv/{what}", self.endpoint);
        let mut answer = self.agent.post(uri).send(request.to_string())?;
        let text = answer
            .body_mut()
            .read_to_string()
            .context("etcd's answer")?;
        Ok(serde_json::from_str(&text)?)
    }
}
