//! What became of a transaction that was not answered. A proxy loses the request, or the answer, or keeps the request
//! until it is too late; each time etcd itself says what was applied.

use amend_store::{Error, EtcdOptions, Options, Patch, Receipt, Store};
use amend_tests::etcd::{Cluster, etcdctl_of};
use amend_tests::etcd_gateway::{Gateway, encoded};
use amend_tests::increment;
use amend_tests::proxy::{Action, Proxy, Request, forward};
use serde_json::Value;
use std::time::Duration;

/// A store behind a proxy.
struct Scene {
    etcd: Cluster,
    proxy: Proxy,
    store: Store,
}

const KEY: &str = "/p/a.json";

fn scene(decide: impl FnMut(&Request) -> Action + Send + 'static) -> Option<Scene> {
    let etcd = Cluster::single()?;
    scene_of(etcd, decide)
}

fn scene_of(
    etcd: Cluster,
    decide: impl FnMut(&Request) -> Action + Send + 'static,
) -> Option<Scene> {
    let proxy = Proxy::start(etcd.members[0].endpoint(), decide);
    let options = Options::default().with_lock_timeout(Some(Duration::from_secs(2)));
    let options = EtcdOptions::default()
        .with_store(options)
        .with_request_timeout(Duration::from_millis(500));
    let store = Store::etcd(&format!("etcd://{}/p", proxy.endpoint), options).expect("an address");
    Some(Scene { etcd, proxy, store })
}

impl Scene {
    fn update(&self) -> Result<Receipt, Error> {
        self.store.update("a.json", increment)
    }

    /// What etcd has: the text, and the revision that put it there.
    fn stored(&self) -> Option<(String, u64)> {
        stored(&self.etcd)
    }

    fn count(&self) -> u64 {
        let (text, _) = self.stored().expect("it was made");
        let state: Value = serde_json::from_str(&text).expect("JSON");
        state["count"].as_u64().expect("a count")
    }
}

fn stored(etcd: &Cluster) -> Option<(String, u64)> {
    use base64::Engine;
    let found = etcd.etcdctl(&["get", "-w", "json", KEY]);
    let found: Value = serde_json::from_str(&found).expect("JSON");
    let key = found["kvs"].get(0)?;
    let text = base64::engine::general_purpose::STANDARD
        .decode(key["value"].as_str().expect("a value"))
        .expect("base64");
    let revision = key["mod_revision"].as_u64().expect("a number");
    Some((String::from_utf8(text).expect("UTF-8"), revision))
}

/// Does something with the first attempt, and passes everything else on.
fn first_attempt(action: Action) -> impl FnMut(&Request) -> Action + Send + 'static {
    let mut is_first = true;
    move |request| match request.is_attempt() && std::mem::take(&mut is_first) {
        true => action,
        false => Action::Pass,
    }
}

#[test]
fn a_transaction_whose_answer_was_lost_is_found_and_not_repeated() {
    let Some(scene) = scene(first_attempt(Action::LoseAnswer)) else {
        return;
    };
    let receipt = scene.update().expect("it was applied");
    assert_eq!(scene.count(), 1);
    let (_, revision) = scene.stored().expect("it was made");
    assert_eq!(receipt.version.revision(), Some(revision));
    let attempts = scene
        .proxy
        .seen()
        .iter()
        .filter(|request| request.is_attempt())
        .count();
    assert_eq!(attempts, 1);
    // The mark stands where the next transaction expects it.
    scene.update().expect("the next one");
    assert_eq!(scene.count(), 2);
}

#[test]
fn a_transaction_that_was_lost_is_repeated() {
    let Some(scene) = scene(first_attempt(Action::LoseRequest)) else {
        return;
    };
    scene.update().expect("the second was applied");
    assert_eq!(scene.count(), 1);
    let seen = scene.proxy.seen();
    assert_eq!(
        seen.iter().filter(|request| request.is_attempt()).count(),
        2
    );
    assert_eq!(seen.iter().filter(|request| request.is_fence()).count(), 1);
}

#[test]
fn a_transaction_that_comes_after_its_fence_is_never_applied() {
    let Some(scene) = scene(first_attempt(Action::Keep)) else {
        return;
    };
    // When it is asked again it refuses: the document stays the one that the kept transaction compares, and only the
    // fence stands in its way.
    let mut calls = 0;
    let refused = scene.store.update("a.json", |text: Option<&str>| {
        calls += 1;
        match calls {
            1 => increment(text),
            _ => Err("not twice".into()),
        }
    });
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    let answers = scene.proxy.release();
    assert_eq!(answers.len(), 1);
    assert!(answers[0].starts_with("HTTP/1.1 200"), "{}", answers[0]);
    assert!(
        !answers[0].contains(r#""succeeded":true"#),
        "{}",
        answers[0]
    );
    assert_eq!(scene.stored(), None);
}

#[test]
fn a_transaction_that_comes_twice_is_applied_once() {
    let Some(scene) = scene(first_attempt(Action::Double)) else {
        return;
    };
    let receipt = scene.update().expect("it was applied");
    assert_eq!(scene.count(), 1);
    assert_eq!(
        receipt.version.revision(),
        scene.stored().map(|(_, revision)| revision)
    );
}

/// Found by an attack: the answer to the second finds no mark, and that was taken to prove that nothing was done.
#[test]
fn a_transaction_that_comes_twice_is_applied_once_also_without_its_mark() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    etcd.etcdctl(&["put", KEY, r#"{"count": 5}"#]);
    let endpoint = etcd.members[0].endpoint();
    let mut is_first = true;
    let decide = move |request: &Request| {
        if request.is_attempt() && std::mem::take(&mut is_first) {
            forward(&endpoint, request);
            let removed = Gateway::new(endpoint.clone()).remove_marks(KEY);
            assert_eq!(removed.expect("it may")["deleted"], "1");
        }
        Action::Pass
    };
    let scene = scene_of(etcd, decide).expect("there is etcd");
    let receipt = scene.update().expect("it was applied");
    assert_eq!(scene.count(), 6);
    let revision = scene.stored().map(|(_, revision)| revision);
    assert_eq!(receipt.version.revision(), revision);
}

#[test]
fn a_fence_may_be_lost_as_well() {
    for (first, fence) in [
        (Action::LoseAnswer, Action::LoseAnswer),
        (Action::LoseAnswer, Action::LoseRequest),
        (Action::LoseRequest, Action::LoseAnswer),
        (Action::LoseRequest, Action::LoseRequest),
    ] {
        let mut attempts = 0;
        let mut fences = 0;
        let scene = scene(move |request: &Request| {
            attempts += u32::from(request.is_attempt());
            fences += u32::from(request.is_fence());
            match (request.is_attempt(), request.is_fence()) {
                (true, _) if attempts == 1 => first,
                (_, true) if fences <= 2 => fence,
                _ => Action::Pass,
            }
        });
        let Some(scene) = scene else { return };
        scene.update().expect("it is found out in the end");
        assert_eq!(scene.count(), 1, "{first:?} {fence:?}");
    }
}

#[test]
fn what_nobody_can_be_asked_about_is_unknown_and_never_guessed() {
    for first in [Action::LoseAnswer, Action::LoseRequest, Action::Keep] {
        let mut is_cut = false;
        let scene = scene(move |request: &Request| match is_cut {
            true => Action::LoseRequest,
            false if request.is_attempt() => {
                is_cut = true;
                first
            }
            false => Action::Pass,
        });
        let Some(scene) = scene else { return };
        let error = scene.update().expect_err("nobody knows");
        assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
        assert!(error.to_string().contains("outcome unknown"), "{error}");
        scene.proxy.release();
        let expected = match first {
            Action::LoseRequest => 0,
            _ => 1,
        };
        assert_eq!(
            scene.stored().map_or(0, |_| scene.count()),
            expected,
            "{first:?}"
        );
    }
}

#[test]
fn of_those_that_were_committed_together_each_is_told_that_it_is_unknown() {
    let mut is_cut = false;
    let scene = scene(move |request: &Request| match is_cut {
        true => Action::LoseRequest,
        false if request.is_attempt() => {
            is_cut = true;
            Action::LoseAnswer
        }
        false => Action::Pass,
    });
    let Some(scene) = scene else { return };
    let gate = std::sync::Barrier::new(8);
    let mut unknown = 0;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    gate.wait();
                    scene.update()
                })
            })
            .collect();
        for thread in threads {
            match thread.join().expect("no panic") {
                Err(Error::OutcomeUnknown { .. }) => unknown += 1,
                // Who was not in that batch could not even read.
                Err(Error::Etcd { .. } | Error::Contended { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    });
    assert_eq!(scene.count(), unknown);
}

/// Ends every lease, as an outage that lasted too long would.
fn revoke_leases(endpoint: &str) {
    let etcdctl = |arguments: &[&str]| {
        let output = etcdctl_of(endpoint)
            .args(arguments)
            .output()
            .expect("etcdctl runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let leases = etcdctl(&["lease", "list"]);
    for lease in leases.lines().skip(1) {
        etcdctl(&["lease", "revoke", lease.trim()]);
    }
}

/// Does something with the first attempt, and ends the lease before the fence comes.
fn lease_lost(endpoint: String, first: Action) -> impl FnMut(&Request) -> Action + Send + 'static {
    let mut decide = first_attempt(first);
    let mut is_first_fence = true;
    move |request| {
        if request.is_fence() && std::mem::take(&mut is_first_fence) {
            revoke_leases(&endpoint);
        }
        decide(request)
    }
}

#[test]
fn a_transaction_whose_lease_is_gone_is_never_applied() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    etcd.etcdctl(&["put", KEY, r#"{"count": 5}"#]);
    let decide = lease_lost(etcd.members[0].endpoint(), Action::Keep);
    let Some(scene) = scene_of(etcd, decide) else {
        return;
    };
    // The document is the one it was made from, so that it was not applied; and it is made again with a new lease.
    scene.update().expect("the second was applied");
    assert_eq!(scene.count(), 6);
    let answers = scene.proxy.release();
    assert!(
        !answers[0].contains(r#""succeeded":true"#),
        "{}",
        answers[0]
    );
    assert_eq!(scene.count(), 6);
}

#[test]
fn without_the_lease_what_was_applied_is_in_the_history() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    etcd.etcdctl(&["put", KEY, r#"{"count": 5}"#]);
    let decide = lease_lost(etcd.members[0].endpoint(), Action::LoseAnswer);
    let Some(scene) = scene_of(etcd, decide) else {
        return;
    };
    let receipt = scene.update().expect("it was applied");
    assert_eq!(scene.count(), 6);
    let (_, revision) = scene.stored().expect("it is there");
    assert_eq!(receipt.version.revision(), Some(revision));
}

/// Does something with the first attempt. Then another program that may write the document removes its marks, and does
/// what else it likes, before the fence comes.
fn marks_removed(
    endpoint: String,
    first: Action,
    mut other: impl FnMut() + Send + 'static,
) -> impl FnMut(&Request) -> Action + Send + 'static {
    let mut decide = first_attempt(first);
    let mut is_first_fence = true;
    move |request| {
        if request.is_fence() && std::mem::take(&mut is_first_fence) {
            let removed = Gateway::new(endpoint.clone()).remove_marks(KEY);
            assert_eq!(removed.expect("it may")["deleted"], "1");
            other();
        }
        decide(request)
    }
}

/// Found by an attack: a fence that expected no mark, and found none, was taken to prove that nothing was done. The update
/// was then done twice, or had failed although it was done.
#[test]
fn without_its_mark_an_update_is_done_once() {
    for existed in [true, false] {
        for first in [Action::LoseAnswer, Action::LoseRequest, Action::Keep] {
            let Some(etcd) = Cluster::single() else {
                return;
            };
            let before = match existed {
                true => {
                    etcd.etcdctl(&["put", KEY, r#"{"count": 5}"#]);
                    5
                }
                false => 0,
            };
            let decide = marks_removed(etcd.members[0].endpoint(), first, || {});
            let scene = scene_of(etcd, decide).expect("there is etcd");
            let outcome = scene.update();
            let was_done = existed || first == Action::LoseAnswer;
            match &outcome {
                Ok(receipt) if was_done => {
                    assert_eq!(scene.count(), before + 1, "{existed} {first:?}");
                    let revision = scene.stored().map(|(_, revision)| revision);
                    assert_eq!(receipt.version.revision(), revision);
                }
                // A document that is not there may have been made, and removed.
                Err(Error::OutcomeUnknown { .. }) if !was_done => assert_eq!(scene.stored(), None),
                other => panic!("{existed} {first:?}: {other:?}"),
            }
            // A late request is not done.
            for answer in scene.proxy.release() {
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                assert!(!answer.contains(r#""succeeded":true"#), "{answer}");
            }
            let after = if was_done { before + 1 } else { before };
            assert_eq!(scene.stored().map_or(0, |_| scene.count()), after);
        }
    }
}

/// Others change the document after the attempt, and before anybody asks what became of it.
#[test]
fn changes_of_others_do_not_hide_what_was_done() {
    for first in [Action::LoseAnswer, Action::LoseRequest] {
        let Some(etcd) = Cluster::single() else {
            return;
        };
        etcd.etcdctl(&["put", KEY, r#"{"count": 5}"#]);
        let other = Store::etcd(&etcd.address("/p"), EtcdOptions::default()).expect("an address");
        let others = move || {
            for _ in 0..3 {
                other.update("a.json", increment).expect("it may");
            }
        };
        let decide = marks_removed(etcd.members[0].endpoint(), first, others);
        let scene = scene_of(etcd, decide).expect("there is etcd");
        scene.update().expect("the history tells");
        assert_eq!(scene.count(), 9, "{first:?}");
    }
}

#[test]
fn without_its_mark_and_its_history_an_update_is_unknown() {
    for first in [Action::LoseAnswer, Action::LoseRequest] {
        let Some(etcd) = Cluster::single() else {
            return;
        };
        etcd.etcdctl(&["put", KEY, r#"{"count": 5}"#]);
        let endpoint = etcd.members[0].endpoint();
        let compact = move || {
            let put = |text: &str| {
                let output = etcdctl_of(&endpoint)
                    .args(["put", KEY, text, "-w", "json"])
                    .output();
                let output = output.expect("etcdctl runs").stdout;
                let put: Value = serde_json::from_slice(&output).expect("JSON");
                put["header"]["revision"].to_string()
            };
            put(r#"{"count": 20}"#);
            let revision = put(r#"{"count": 30}"#);
            let output = etcdctl_of(&endpoint).args(["compact", &revision]).output();
            assert!(output.expect("etcdctl runs").status.success());
        };
        let decide = marks_removed(etcd.members[0].endpoint(), first, compact);
        let scene = scene_of(etcd, decide).expect("there is etcd");
        let error = scene.update().expect_err("nobody knows");
        assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
        assert_eq!(scene.count(), 30);
    }
}

#[test]
fn without_the_lease_a_document_that_is_not_there_says_nothing() {
    // It may have been made, and removed by somebody.
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let decide = lease_lost(etcd.members[0].endpoint(), Action::Keep);
    let Some(scene) = scene_of(etcd, decide) else {
        return;
    };
    let error = scene.update().expect_err("its mark is gone");
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
}

#[test]
fn a_lease_that_was_lost_between_two_updates_is_no_trouble() {
    let Some(scene) = scene(|_: &Request| Action::Pass) else {
        return;
    };
    scene.update().expect("the first");
    revoke_leases(&scene.etcd.members[0].endpoint());
    scene.update().expect("the second");
    assert_eq!(scene.count(), 2);
}

#[test]
fn an_updater_that_is_never_the_fastest_is_told_so() {
    let Some(scene) = scene(|_: &Request| Action::Pass) else {
        return;
    };
    let other = Store::etcd(&scene.etcd.address("/p"), EtcdOptions::default()).expect("an address");
    let mut calls = 0u32;
    let mut others = 0u32;
    let error = scene
        .store
        .update("a.json", |_: Option<&str>| {
            calls += 1;
            other
                .update("a.json", increment)
                .map_err(|error| error.to_string())?;
            others += 1;
            Patch::merge(r#"{"mine": true}"#)
                .map(Some)
                .map_err(|error| error.to_string())
        })
        .expect_err("another is always faster");
    match &error {
        Error::Contended {
            attempts, waited, ..
        } => {
            assert_eq!(*attempts, calls);
            assert!(*waited >= Duration::from_secs(2), "{waited:?}");
        }
        other => panic!("{other}"),
    }
    assert_eq!(scene.count(), u64::from(others));
    assert!(!scene.stored().expect("it is there").0.contains("mine"));
}

/// Found by an attack: attempts were called `attempt 0`, `attempt 1`, and each user of amend could write the marks of all.
#[test]
fn another_program_cannot_make_a_lost_transaction_look_done() {
    for replays in [false, true] {
        let Some(etcd) = Cluster::single() else {
            return;
        };
        let gateway = Gateway::new(etcd.members[0].endpoint());
        let mut attempts = 0;
        let attack = move |request: &Request| {
            attempts += usize::from(request.is_attempt());
            if attempts != 2 || !request.is_attempt() {
                return Action::Pass;
            }
            let marks = gateway.marks(KEY);
            assert_eq!(marks.len(), 1, "{marks:?}");
            for mark in marks {
                let key = serde_json::json!({"key": encoded(&mark)});
                let found = gateway.ask("kv/range", &key).expect("it may");
                let forged = match replays {
                    true => found["kvs"][0]["value"].clone(),
                    false => encoded("attempt 1").into(),
                };
                let put = serde_json::json!({"key": encoded(&mark), "value": forged});
                gateway.ask("kv/put", &put).expect("it may");
            }
            Action::LoseRequest
        };
        let scene = scene_of(etcd, attack).expect("there is etcd");
        scene.update().expect("nobody interferes");
        scene.update().expect("it is made again");
        assert_eq!(scene.count(), 2);
    }
}
