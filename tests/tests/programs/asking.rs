//! Programs that ask for what cannot be done: it is told as an error, and the program lives on.

use crate::scene::{SHORT, Scene, all_are, engine, run, run_with};
use amend_runtime::{CallError, Grants, Invocation, Limits};
use amend_store::{Grant, Patch};
use amend_tests::{example, hostile, program};

#[test]
fn applies() {
    let scene = Scene::new();
    let before = scene.look();
    let components = tempfile::tempdir().unwrap();
    let mut grants = scene.grants();
    for (name, guest) in [
        ("loops", "loops-in-update"),
        ("traps", "traps"),
        ("refuses", "refuses"),
    ] {
        let component = hostile(guest, components.path());
        let limits = Limits::default().with_time(SHORT);
        let updater = engine().load(component, limits).unwrap();
        grants = grants.with_updater(name, updater).unwrap();
    }
    let cases = [
        ("loops", "TimedOut("),
        ("traps", "Other("),
        ("refuses", "Refused("),
        ("nobody", "Denied("),
        ("../counter", "Denied("),
        ("state/app.json", "Denied("),
        ("", "Denied("),
    ];
    let args = cases.map(|(updater, _)| updater);
    let exit = run_with("applies", &args, &grants, Limits::for_programs());
    let said = scene.said(&exit.unwrap());
    assert!(
        !said.contains(components.path().to_str().unwrap()),
        "{said}"
    );
    assert_eq!(said.lines().count(), cases.len());
    for (line, (updater, outcome)) in said.lines().zip(cases) {
        assert!(line.starts_with(&format!("{updater}: {outcome}")), "{line}");
    }
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

#[test]
fn says_nonsense() {
    let scene = Scene::new();
    let before = scene.look();
    let said = scene.said(&run("says-nonsense", &scene.grants()).unwrap());
    for line in said.lines() {
        let (what, outcome) = line.split_once(": ").unwrap();
        let expected = match what {
            "version" => "Conflict(",
            "args" => "Malformed(",
            "patch" => "InvalidPatch(",
            other => panic!("{other}"),
        };
        assert!(outcome.starts_with(expected), "{line}");
    }
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

#[test]
fn sends_a_hundred_megabytes() {
    let scene = Scene::new();
    let before = scene.look();
    let error = run("sends-a-hundred-megabytes", &scene.grants()).unwrap_err();
    assert!(matches!(error, CallError::Answer { .. }), "{error:?}");
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

/// An embedder's updater runs a program that works on the same document: it would wait for itself.
#[test]
fn updates_while_it_is_updated() {
    let scene = Scene::new();
    let program = engine()
        .load_program(
            program("updates-while-it-is-updated"),
            Limits::for_programs(),
        )
        .unwrap();
    // One grant is of the very store, the other of one that was opened apart from it.
    let store = scene.store();
    let same = Grants::new().with_documents("state", Grant::new(store.clone()));
    let counter = engine().load(example("rust/counter"), Limits::default());
    let same = same.unwrap().with_updater("counter", counter.unwrap());
    for (grants, after) in [(same.unwrap(), 5), (scene.grants(), 6)] {
        let mut said = String::new();
        let receipt = store.update("app.json", |_: Option<&str>| {
            let exit = program.run(&grants, Invocation::new().collecting());
            said = scene.said(&exit.unwrap());
            Patch::merge(format!("{{\"count\":{after}}}")).map(Some)
        });
        assert!(receipt.unwrap().changed);
        let mut lines = said.lines();
        assert!(lines.next().unwrap().starts_with("read: done"), "{said}");
        let rest: Vec<_> = lines.collect();
        all_are(&rest.join("\n"), "this updater is updating it already");
        assert_eq!(scene.read(), format!("{{ \"count\":{after} }}"));
    }
    scene.goes_on();
}
