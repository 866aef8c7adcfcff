//! What is done to the members.

use crate::history::History;
use amend_tests::etcd::Cluster;
use amend_tests::etcd_members::{await_agreement, leader};
use fastrand::Rng;
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How long the members may take to agree on a leader when all of them run again.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long one member is away, in milliseconds: less than an election takes, or more.
const ONE_AWAY: Range<u64> = 300..1200;

/// How long two are away: longer than a writer asks what became of a transaction, or not as long.
const TWO_AWAY: Range<u64> = 1500..4000;

/// How long all run, in milliseconds.
const CALM: Range<u64> = 50..500;

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Harmed {
    kills: u64,
    /// While an update was under way, and others had been acknowledged: how many had, each time.
    pub(crate) kills_in_work: Vec<u64>,
    stops: u64,
    of_leaders: u64,
    without_quorum: u64,
}

/// How a member is hit, and how it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    /// SIGKILL; started again on its data.
    Kill,
    /// SIGSTOP; it goes on where it was, with what it was about to send.
    Stop,
    /// SIGSTOP, and then SIGKILL: what it was about to send is lost.
    StopAndKill,
}

/// Kills, stops and restarts members until the time is over, and leaves them all running. Whether a transaction that is
/// not answered has been applied is chance, and without both this has tested little: so it goes on until there were
/// both, or for three times as long.
pub(crate) fn harm(
    cluster: &mut Cluster,
    random: &mut Rng,
    time: Duration,
    history: &Mutex<History>,
) -> Harmed {
    let started = Instant::now();
    let mut harmed = Harmed::default();
    let pause = |random: &mut Rng, range: &Range<u64>| {
        thread::sleep(Duration::from_millis(random.u64(range.clone())));
    };
    for number in 0.. {
        let is_over = started.elapsed() >= time;
        if is_over && (has_found_both(history) || started.elapsed() >= time * 3) {
            break;
        }
        // The first is always a leader that is killed, and every third time two are hit.
        let mut victims = victims(cluster, random, number == 0);
        let is_lost = number % 3 == 2;
        victims.truncate(if is_lost { 2 } else { 1 });
        harmed.without_quorum += u64::from(is_lost);
        let mut hit = Vec::new();
        for victim in victims {
            let blow = match random.u8(..5) {
                _ if number == 0 => Blow::Kill,
                0 | 1 => Blow::Kill,
                2 | 3 => Blow::Stop,
                _ => Blow::StopAndKill,
            };
            harmed.of_leaders += u64::from(leader(cluster) == Some(victim));
            strike(cluster, victim, blow, history, &mut harmed);
            hit.push((victim, blow));
        }
        pause(random, if is_lost { &TWO_AWAY } else { &ONE_AWAY });
        for (victim, blow) in hit {
            match blow {
                Blow::Kill => cluster.launch(victim),
                Blow::Stop => cluster.members[victim].signal(libc::SIGCONT),
                Blow::StopAndKill => {
                    harmed.count_kill(history);
                    cluster.members[victim].kill();
                    cluster.launch(victim);
                }
            }
        }
        await_agreement(cluster, PATIENCE);
        pause(random, &CALM);
    }
    harmed
}

/// Whether there was a transaction that was applied though it was not answered, and one that was not.
fn has_found_both(history: &Mutex<History>) -> bool {
    let history = history.lock().expect("nobody panicked");
    ["Applied", "Fenced"]
        .iter()
        .all(|what| history.found.contains_key(*what))
}

/// All members in the order in which they are to be hit; two times of three the leader comes first.
fn victims(cluster: &Cluster, random: &mut Rng, of_all_the_leader: bool) -> Vec<usize> {
    let mut victims: Vec<usize> = (0..cluster.members.len()).collect();
    random.shuffle(&mut victims);
    let is_preferred = of_all_the_leader || random.u8(..3) < 2;
    if let Some(leader) = leader(cluster).filter(|_| is_preferred) {
        victims.sort_by_key(|member| *member != leader);
    }
    victims
}

fn strike(
    cluster: &mut Cluster,
    victim: usize,
    blow: Blow,
    history: &Mutex<History>,
    harmed: &mut Harmed,
) {
    match blow {
        Blow::Kill => {
            harmed.count_kill(history);
            cluster.members[victim].kill();
        }
        Blow::Stop | Blow::StopAndKill => {
            harmed.stops += 1;
            cluster.members[victim].signal(libc::SIGSTOP);
        }
    }
}

impl Harmed {
    fn count_kill(&mut self, history: &Mutex<History>) {
        self.kills += 1;
        let history = history.lock().expect("nobody panicked");
        if history.under_way > 0 && history.done > 0 {
            self.kills_in_work.push(history.done);
        }
    }
}

impl fmt::Display for Harmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills, {} stops, {} of them of leaders; {} times the quorum was lost",
            self.kills, self.stops, self.of_leaders, self.without_quorum
        )
    }
}
