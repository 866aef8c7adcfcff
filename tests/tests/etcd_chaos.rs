//! Three members, which are killed, stopped and started again, the leader by preference, while four processes with two
//! threads each append to one document: twenty seconds of it, or as long as `AMEND_CHAOS_SECONDS` says.
//!
//! Every update that was acknowledged is in the document once, every one that failed is not in it, one whose outcome is
//! unknown is in it once at most; versions only go up; and who reads after an acknowledgement sees it.

use amend_store::{EtcdOptions, Store};
use amend_tests::etcd::Cluster;
use std::collections::HashMap;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const KEY: &str = "/app/ids.json";

/// A random number below another. What is random is printed, and need not come again.
fn below(most: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0) % most
}

fn millis(from: u64, to: u64) -> Duration {
    Duration::from_millis(from + below(to - from))
}

/// The member that leads, if those that answer know one.
fn leader(etcd: &Cluster) -> Option<usize> {
    (0..etcd.members.len()).find(|&number| {
        let output = Command::new("etcdctl")
            .env("ETCDCTL_API", "3")
            .args([
                "--command-timeout=300ms",
                "--dial-timeout=300ms",
                "endpoint",
                "status",
                "-w",
                "json",
            ])
            .arg(format!("--endpoints={}", etcd.members[number].endpoint()))
            .output()
            .expect("etcdctl runs");
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let status = &status[0]["Status"];
        !status.is_null() && status["leader"] == status["header"]["member_id"]
    })
}

/// Disturbs the cluster once, and leaves all of its members running.
fn disturb(etcd: &mut Cluster) -> String {
    let count = etcd.members.len();
    let any = usize::try_from(below(3)).expect("it is small") % count;
    let victim = match below(10) {
        0..7 => leader(etcd).unwrap_or(any),
        _ => any,
    };
    match below(5) {
        0 | 1 => {
            etcd.members[victim].kill();
            thread::sleep(millis(0, 2000));
            etcd.launch(victim);
            format!("{victim} killed")
        }
        2 | 3 => {
            etcd.members[victim].signal(libc::SIGSTOP);
            thread::sleep(millis(500, 4000));
            etcd.members[victim].signal(libc::SIGCONT);
            format!("{victim} stopped")
        }
        // Without two of three nothing goes on.
        _ => {
            let other = (victim + 1) % count;
            etcd.members[victim].signal(libc::SIGSTOP);
            etcd.members[other].kill();
            thread::sleep(millis(500, 2500));
            etcd.launch(other);
            etcd.members[victim].signal(libc::SIGCONT);
            format!("{victim} stopped and {other} killed")
        }
    }
}

fn writer(etcd: &Cluster, name: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_etcd_writer"))
        .args([&etcd.address(KEY), name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the writer runs")
}

#[test]
fn nothing_is_lost_and_nothing_done_twice_while_members_fail() {
    let seconds = std::env::var("AMEND_CHAOS_SECONDS").ok();
    let seconds = seconds.map_or(20, |text| {
        text.parse().expect("AMEND_CHAOS_SECONDS is a number")
    });
    let Some(mut etcd) = Cluster::of(3) else {
        return;
    };
    etcd.etcdctl(&["put", KEY, r#"{"ids": []}"#]);
    let mut writers: Vec<Child> = ["a", "b", "c", "d"]
        .iter()
        .map(|name| writer(&etcd, name))
        .collect();
    let readers: Vec<_> = writers
        .iter_mut()
        .map(|writer| {
            let mut out = writer.stdout.take().expect("it was piped");
            thread::spawn(move || {
                let mut text = String::new();
                out.read_to_string(&mut text).expect("it is text");
                text
            })
        })
        .collect();
    let started = Instant::now();
    let mut disturbances = Vec::new();
    while started.elapsed() < Duration::from_secs(seconds) {
        thread::sleep(millis(300, 1500));
        disturbances.push(disturb(&mut etcd));
    }
    // It ends when its input does.
    for writer in &mut writers {
        drop(writer.stdin.take());
    }
    let said: Vec<String> = readers
        .into_iter()
        .map(|reader| reader.join().expect("no panic"))
        .collect();
    for mut writer in writers {
        assert!(writer.wait().expect("it is a child").success());
    }

    let store = Store::etcd(&etcd.address("/app"), EtcdOptions::default()).expect("an address");
    let last = store
        .read("ids.json")
        .expect("the cluster is up again")
        .expect("a document");
    let state: serde_json::Value = serde_json::from_str(&last.text).expect("JSON");
    let mut times: HashMap<&str, usize> = HashMap::new();
    for id in state["ids"].as_array().expect("an array") {
        *times.entry(id.as_str().expect("an id")).or_default() += 1;
    }
    let mut known = 0;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut newest: HashMap<&str, u64> = HashMap::new();
    let mut wrong = Vec::new();
    for line in said.iter().flat_map(|text| text.lines()) {
        let words: Vec<&str> = line.split(' ').collect();
        let (what, id) = (words[0], words[1]);
        let found = times.get(id).copied().unwrap_or(0);
        *counts.entry(what).or_default() += 1;
        known += if what == "stale" { 0 } else { found };
        match what {
            "ok" => {
                let revision: u64 = words[2].parse().expect("a revision");
                let thread = id.split_once('-').expect("it has a number").0;
                let before = newest.insert(thread, revision).unwrap_or(0);
                if found != 1 || revision <= before || Some(revision) > last.version.revision() {
                    wrong.push(format!(
                        "{line}: {found} times, and the version before was {before}"
                    ));
                }
            }
            "failed" if found == 0 => {}
            "unknown" if found <= 1 => {}
            _ => wrong.push(format!("{line}: {found} times")),
        }
    }
    let all: usize = times.values().sum();
    eprintln!(
        "{counts:?}; {} disturbances: {}",
        disturbances.len(),
        disturbances.join(", ")
    );
    assert!(
        wrong.is_empty(),
        "{} wrong, the first: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(10)]
    );
    assert_eq!(
        known, all,
        "something is in the document that nobody has said"
    );
    assert!(
        counts.get("ok").copied().unwrap_or(0) >= 50,
        "hardly anything was done"
    );
    assert!(disturbances.len() >= 3);
}
