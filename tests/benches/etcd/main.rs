//! Many updates of one document in etcd, beside a client without group commit ([`plain`]): 50 threads, 20 updates each,
//! one member.
//!
//!     cargo bench -p amend-tests --bench etcd [-- ROUNDS]
//!
//! Both take turns, the one that begins being the other in the next round, with a document of their own in each; what
//! counts is how many times as many updates amend does in the same time (the median of the rounds, and their spread).
//! Every update is counted at the end, and none may be missing.

mod plain;

use amend_store::{EtcdOptions, Options, Store};
use amend_tests::crowd::{Done, in_threads};
use amend_tests::etcd::Cluster;
use amend_tests::increment;
use amend_tests::measure::{median, verdict};
use anyhow::{Context, ensure};
use plain::Plain;
use std::time::Duration;

const THREADS: usize = 50;
const EACH: usize = 20;

/// How many times as many updates there have to be.
const LEAST: f64 = 10.0;

fn main() -> anyhow::Result<()> {
    let rounds = std::env::args().find_map(|arg| arg.parse().ok());
    let rounds: usize = rounds.unwrap_or(5);
    let Some(cluster) = Cluster::single() else {
        return Ok(());
    };
    println!("{rounds} rounds; how many times what a client with plain retries does");
    let (mut ratios, mut ours_each, mut theirs_each) = (Vec::new(), Vec::new(), Vec::new());
    let (mut tried, mut longest) = (Vec::new(), [Duration::ZERO; 2]);
    for round in 0..=rounds {
        let (ours, (theirs, transactions)) = if round % 2 == 0 {
            let ours = amend(&cluster, round)?;
            (ours, retries(&cluster, round)?)
        } else {
            let theirs = retries(&cluster, round)?;
            (amend(&cluster, round)?, theirs)
        };
        // The first round warms up.
        if round > 0 {
            ratios.push(theirs.time.as_secs_f64() / ours.time.as_secs_f64());
            ours_each.push(per_second(&ours));
            theirs_each.push(per_second(&theirs));
            tried.push(transactions as f64 / theirs.updates as f64);
            longest = [longest[0].max(ours.longest), longest[1].max(theirs.longest)];
        }
    }
    let ratio = median(&mut ratios);
    println!(
        "{} {THREADS} threads x {EACH}, one document in etcd {ratio:>6.2} of {LEAST:<5} ({:.2} to {:.2}; amend {:.0} a \
         second, longest wait {:.1?}; plain {:.0} a second, {:.1} transactions each, longest wait {:.1?})",
        verdict(ratio >= LEAST),
        ratios[0],
        ratios[ratios.len() - 1],
        median(&mut ours_each),
        longest[0],
        median(&mut theirs_each),
        median(&mut tried),
        longest[1],
    );
    Ok(())
}

fn amend(cluster: &Cluster, round: usize) -> anyhow::Result<Done> {
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(300)));
    let options = EtcdOptions::default().with_store(patient);
    let store = Store::etcd(&cluster.address("/bench"), options)?;
    let document = format!("amend-{round}.json");
    let done = in_threads(THREADS, EACH, |_, _| {
        store.update(&document, increment)?;
        Ok(())
    })?;
    check(cluster, &document, &done)?;
    Ok(done)
}

/// And how many transactions were sent, all together.
fn retries(cluster: &Cluster, round: usize) -> anyhow::Result<(Done, usize)> {
    let document = format!("plain-{round}.json");
    let client = Plain::new(
        &cluster.members[0].endpoint(),
        &format!("/bench/{document}"),
    );
    let done = in_threads(THREADS, EACH, |_, _| client.increment())?;
    check(cluster, &document, &done)?;
    Ok((done, client.transactions()))
}

fn check(cluster: &Cluster, document: &str, done: &Done) -> anyhow::Result<()> {
    let store = Store::etcd(&cluster.address("/bench"), EtcdOptions::default())?;
    let found = store.read(document)?.context("it was just written")?;
    let state: serde_json::Value = serde_json::from_str(&found.text)?;
    ensure!(
        state["count"] == done.updates,
        "{document}: {} updates, {state}",
        done.updates
    );
    Ok(())
}

fn per_second(done: &Done) -> f64 {
    done.updates as f64 / done.time.as_secs_f64()
}
