//! Members of a cluster that are killed, stopped and started again, while processes update documents there: what was
//! acknowledged is there exactly once, what failed is not, and who reads after an acknowledgement sees it.
//!
//! `AMEND_CHAOS_SECONDS` says for how long, 20 by default. The seed is printed; `AMEND_SEED` takes it again, and with it
//! the same members are hit in the same ways, as far as the leader is the same.

mod harm;
mod history;
mod readers;
mod verdict;
mod writers;

use amend_tests::etcd::Cluster;
use amend_tests::etcd_members::await_agreement;
use fastrand::Rng;
use harm::{PATIENCE, harm};
use history::History;
use readers::Readers;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use writers::Writers;

const MEMBERS: usize = 3;
const PROCESSES: usize = 4;
const THREADS: usize = 2;
const READERS: usize = 2;
const PREFIX: &str = "/chaos";

/// What a slow machine does, too: so many updates have to be acknowledged in each second, or nothing was tested.
const PER_SECOND: u64 = 5;

/// So long nothing fails any more, before the end.
const CALM: Duration = Duration::from_secs(1);

#[test]
fn nothing_is_lost_or_done_twice_while_members_fail() {
    let Some(mut cluster) = Cluster::of(MEMBERS) else {
        return;
    };
    let number = |name| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().expect(name))
    };
    let seed = number("AMEND_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    let seconds = number("AMEND_CHAOS_SECONDS").unwrap_or(20);
    println!("AMEND_SEED={seed}, for {seconds} seconds");
    let mut random = Rng::with_seed(seed);

    let history = Mutex::new(History::default());
    let mut writers = Writers::start(&cluster, PROCESSES, seed);
    let readers = Readers::new(&cluster, READERS, seed);
    let harmed = thread::scope(|scope| {
        writers.follow(scope, &history);
        readers.start(scope, &history);
        // Ended also when something below panics, or the scope would wait for ever.
        let _end = (writers.end(), readers.end());
        writers::await_all(&history, PROCESSES * THREADS);
        let time = Duration::from_secs(seconds);
        let harmed = harm(&mut cluster, &mut random, time, &history);
        thread::sleep(CALM);
        harmed
    });
    writers.wait();
    await_agreement(&cluster, PATIENCE);

    let history = history.into_inner().expect("nobody panicked");
    let found = verdict::documents(&cluster, &history);
    println!("{harmed}\n{history}");
    let mut complaints = verdict::compare(&history, &found);
    complaints.extend(verdict::enough(&history, &harmed, seconds * PER_SECOND));
    let first: Vec<_> = complaints.iter().take(20).map(String::as_str).collect();
    assert!(
        complaints.is_empty(),
        "with AMEND_SEED={seed}, {} complaints:\n{}",
        complaints.len(),
        first.join("\n")
    );
}
