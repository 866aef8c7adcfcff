//! Silent members: the length of the wait for them, and the message after the deadline.

use amend_store::{Error, EtcdOptions, EtcdProblem, Options, Store};
use amend_tests::amend;
use amend_tests::etcd::Cluster;
use amend_tests::increment;
use amend_tests::proxy::{Action, Proxy, Request};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn update(address: &str, timeout: &str) -> Command {
    let mut command = Command::new(amend());
    command.args([
        "update",
        address,
        "--set",
        "/a=1",
        "--lock-timeout",
        timeout,
    ]);
    command
}

/// Found in use: a fresh command failed in 0.1 s while all members were started again, whatever `--lock-timeout` said.
#[test]
fn a_fresh_command_waits_for_members_that_are_all_started_again() {
    let Some(mut etcd) = Cluster::of(3) else {
        return;
    };
    for member in &mut etcd.members {
        member.kill();
    }
    let started = Instant::now();
    let waiting = update(&etcd.address("/p/a.json"), "30s")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    std::thread::sleep(Duration::from_secs(1));
    for number in 0..3 {
        etcd.launch(number);
    }
    let output = waiting.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    assert!(started.elapsed() >= Duration::from_secs(1));
}

/// It is said at the deadline, and not before.
#[test]
fn members_that_cannot_be_reached_are_waited_for_until_the_deadline() {
    let Some(mut etcd) = Cluster::single() else {
        return;
    };
    etcd.members[0].kill();
    let mut update = update(&etcd.address("/p/a.json"), "2s");
    let started = Instant::now();
    let output = update.output().expect("it runs");
    let took = started.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(12), "{said}");
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(took >= Duration::from_secs(2), "{took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

/// Found in use: "others were faster 0 times", when the time went into transactions that were lost.
#[test]
fn time_that_went_into_lost_transactions_is_not_said_to_be_contention() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let proxy = Proxy::start(
        etcd.members[0].endpoint(),
        |request: &Request| match request.is_attempt() {
            true => Action::LoseRequest,
            false => Action::Pass,
        },
    );
    let output = update(&format!("etcd://{}/p/a.json", proxy.endpoint), "1s").output();
    let output = output.expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(12), "{said}");
    assert!(said.contains("did not answer"), "{said}");
    let found = etcd.etcdctl(&["get", "/p/a.json"]);
    assert_eq!(found, "");
}

/// The same is said to a thread that waits for another one of its process, which waits for members.
#[test]
fn a_thread_that_waits_for_another_is_told_that_members_do_not_answer() {
    let Some(mut etcd) = Cluster::single() else {
        return;
    };
    let options = |seconds| {
        let patience = Options::default().with_lock_timeout(Some(Duration::from_secs(seconds)));
        EtcdOptions::default().with_store(patience)
    };
    let store = Store::etcd(&etcd.address("/p"), options(3)).expect("an address");
    store.update("a.json", increment).expect("it runs");
    etcd.members[0].kill();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| store.update("a.json", increment)))
            .collect();
        for thread in threads {
            match thread.join().expect("no panic") {
                Err(Error::Etcd { source, .. }) => {
                    let unreachable = matches!(source.problem, EtcdProblem::Unreachable { .. });
                    assert!(unreachable, "{source}");
                }
                other => panic!("{other:?}"),
            }
        }
    });
}

/// Found in etcd's source: what a member that learns says has another code in 3.6, which was taken for the cluster's last
/// word.
#[test]
fn a_member_that_cannot_serve_does_not_hide_those_behind_it() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    for answer in [
        r#"{"code":9,"message":"etcdserver: rpc not supported for learner","details":[]}"#,
        r#"{"code":9,"message":"etcdserver: not capable","details":[]}"#,
        r#"{"error":"etcdserver: too many requests","message":"etcdserver: too many requests","code":8}"#,
        r#"{"error":"raft proposal dropped","message":"raft proposal dropped","code":2}"#,
    ] {
        let first = crate::members::server(&format!(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        ));
        let address = format!("etcd://{first},{}/p", etcd.endpoints());
        let store = Store::etcd(&address, EtcdOptions::default()).expect("an address");
        let updated = store.update("a.json", increment);
        assert!(updated.is_ok(), "{answer}: {updated:?}");
    }
    let read = etcd.etcdctl(&["get", "/p/a.json"]);
    assert!(read.contains("\"count\": 4"), "{read}");
}
