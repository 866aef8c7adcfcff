//! The processes that update, and what they tell.

use crate::PREFIX;
use crate::history::{History, Order, Outcome, order};
use amend_tests::etcd::Cluster;
use amend_tests::etcd_members::address_from;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

/// How long it may take until each has made its first update, while nothing fails yet.
const START: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Writers {
    processes: Vec<Child>,
}

impl Writers {
    /// Each asks another member first.
    pub(crate) fn start(cluster: &Cluster, processes: usize, seed: u64) -> Writers {
        let start = |process: usize| {
            Command::new(env!("CARGO_BIN_EXE_etcd_appender"))
                .arg(address_from(cluster, process, PREFIX))
                .arg(format!("p{process}"))
                .arg(crate::THREADS.to_string())
                .arg(seed.wrapping_add(1000 * process as u64).to_string())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("a writer starts")
        };
        Writers {
            processes: (0..processes).map(start).collect(),
        }
    }

    /// Listens to each until it has ended.
    pub(crate) fn follow<'s, 'e>(&mut self, scope: &'s Scope<'s, 'e>, history: &'e Mutex<History>) {
        for process in &mut self.processes {
            let out = process.stdout.take().expect("it is a pipe");
            scope.spawn(move || listen(out, history));
        }
    }

    /// They end after the update that they are at, when this is dropped.
    pub(crate) fn end(&mut self) -> Vec<ChildStdin> {
        let inputs = self.processes.iter_mut();
        inputs.filter_map(|process| process.stdin.take()).collect()
    }

    /// Waits until they have ended, each of which has to be content.
    pub(crate) fn wait(self) {
        for mut process in self.processes {
            let status = process.wait().expect("it is a child");
            assert!(status.success(), "a writer ended with {status}");
        }
    }
}

/// Waits until so many threads have each had an update acknowledged.
pub(crate) fn await_all(history: &Mutex<History>, threads: usize) {
    let started = Instant::now();
    let have_begun = || {
        let history = history.lock().expect("nobody panicked");
        let done = history.updates.iter().filter_map(|(id, update)| {
            let thread = id.rsplit_once('-')?.0.to_owned();
            matches!(update.outcome, Some(Outcome::Done(_))).then_some(thread)
        });
        done.collect::<std::collections::BTreeSet<_>>().len() == threads
    };
    while !have_begun() {
        assert!(started.elapsed() < START, "the writers do not begin");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A process tells an acknowledgement before it begins what comes after it, so each of its updates has to make a later
/// version than all that it told of before.
fn listen(out: ChildStdout, history: &Mutex<History>) {
    let mut seen: HashMap<String, Order> = HashMap::new();
    for line in BufReader::new(out).lines() {
        let line = line.expect("it is text");
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (what, id, rest) = (word(), word(), word());
        let mut history = history.lock().expect("nobody panicked");
        match what {
            "begin" => history.begin(id, rest, seen.get(rest).copied()),
            "done" => {
                let made = order(rest);
                let document = history.conclude(id, Outcome::Done(made));
                let latest = seen.entry(document).or_insert(made);
                *latest = made.max(*latest);
            }
            "failed" => {
                history.conclude(id, Outcome::Failed);
                *history.failed.entry(reason(rest)).or_default() += 1;
            }
            "unknown" => {
                history.conclude(id, Outcome::Unknown);
                history.unknown += 1;
            }
            "unanswered" => history.unanswered += 1,
            "found" => {
                let found = id.trim_end_matches(',').to_owned();
                *history.found.entry(found).or_default() += 1;
            }
            _ => panic!("a writer tells {line:?}"),
        }
    }
}

/// A message without what differs every time.
fn reason(message: &str) -> String {
    let (_, why) = message.split_once(".json: ").unwrap_or(("", message));
    let why = why.split(" (at ").next().unwrap_or(why);
    let is_number = |c: char| c.is_ascii_digit();
    why.split(is_number)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("#")
}
