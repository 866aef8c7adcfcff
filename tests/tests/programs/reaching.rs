//! Programs that reach for more than they were granted.

use crate::scene::{Scene, all_are, engine, run, run_with};
use amend_runtime::{Grants, Limits};
use amend_store::{Grant, Pointer};
use amend_tests::{example, look};
use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, renameat_with};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

#[test]
fn names_what_it_was_not_granted() {
    let scene = Scene::new();
    let before = scene.look();
    let said = scene.said(&run("names-what-it-was-not-granted", &scene.grants()).unwrap());
    all_are(&said, ": Denied(");
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

#[test]
fn points_nowhere() {
    let scene = Scene::new();
    let before = scene.look();
    let said = scene.said(&run("points-nowhere", &scene.grants()).unwrap());
    for line in said.lines() {
        match line.split_once(": ").unwrap() {
            ("no pointer", outcome) => assert!(outcome.starts_with("Malformed("), "{outcome}"),
            ("nowhere", outcome) => assert_eq!(outcome, "done: None"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

/// Whatever the secret is, and whether there is one, a guest in its scope sees the same and is told the same.
#[test]
fn reaches_out_of_its_scope() {
    let told = [
        r#"{"secret": "hunter2", "mine": {"a": 1, "list": [1]}}"#,
        r#"{"secret": null, "mine": {"a": 1, "list": [1]}}"#,
        r#"{"mine": {"a": 1, "list": [1]}, "stolen": {"secret": ["swordfish"]}}"#,
    ]
    .map(|text| {
        let scene = Scene::new();
        scene.write(text);
        let before = scene.look();
        let mine = Grant::new(scene.store()).under(Pointer::parse("/mine").unwrap());
        let grants = Grants::new().with_documents("state", mine).unwrap();
        let limits = Limits::for_programs();
        let exit = run_with("reaches-out-of-its-scope", &["hunter2"], &grants, limits);
        let said = scene.said(&exit.unwrap());
        assert_eq!(scene.look(), before);
        said
    });
    assert!(told[0].contains("list"), "it sees its own");
    assert!(!told[2].contains("swordfish"), "{}", told[2]);
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}

#[test]
fn updates_what_it_may_only_read() {
    let scene = Scene::new();
    fs::remove_file(scene.lock_file()).unwrap();
    let before = scene.look();
    let grant = Grant::new(scene.store()).read_only();
    let counter = engine().load(example("rust/counter"), Limits::default());
    let grants = Grants::new()
        .with_documents("state", grant)
        .unwrap()
        .with_updater("counter", counter.unwrap())
        .unwrap();
    let said = scene.said(&run("updates-what-it-may-only-read", &grants).unwrap());
    all_are(&said, ": Denied(");
    assert_eq!(scene.look(), before, "not so much as a lock file");
}

#[test]
fn opens_a_fifo() {
    let scene = Scene::new();
    let fifo = scene.root().join("fifo.json");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::from(0o600), 0).unwrap();
    fs::write(scene.root().join("fifo.json.lock"), "").unwrap();
    let before = scene.look();
    let said = scene.said(&run("opens-a-fifo", &scene.grants()).unwrap());
    all_are(&said, ": Denied(\"state/fifo.json: this is a FIFO");
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

#[test]
fn follows_links() {
    let scene = Scene::new();
    let root = scene.root();
    for (link, target) in [
        ("file.json", "../secret.json"),
        ("directory", ".."),
        ("dangling.json", "../new.json"),
        ("circle.json", "circle.json"),
        ("up", "inner/.."),
        ("inner/up", "../.."),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    let before = scene.look();
    let said = scene.said(&run("follows-links", &scene.grants()).unwrap());
    let (circle, out): (Vec<_>, Vec<_>) = said.lines().partition(|line| line.contains("circle"));
    all_are(&out.join("\n"), ": Denied(");
    // It leads nowhere, which is no more of a secret than that it is there.
    all_are(&circle.join("\n"), "Too many levels of symbolic links");
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

/// A path that is looked at and then used is the classic hole. Here the program runs while another thread swaps a
/// directory for a link that leads out; `escape.rs` does it at length.
#[test]
fn races_for_a_secret() {
    let scene = Scene::new();
    let outside = scene.scratch.path();
    fs::create_dir(scene.root().join("swapped")).unwrap();
    fs::write(scene.root().join("swapped/secret.json"), "{}").unwrap();
    symlink(outside, scene.root().join("link")).unwrap();
    fs::write(outside.join("secret.json"), r#"{"it is": "a secret"}"#).unwrap();
    // The store's own directory changes with every swap.
    let around = || {
        let mut around = look(outside);
        around.remove("granted");
        around
    };
    let before = around();
    let ended = AtomicBool::new(false);
    let mut swaps = 0;
    let grants = scene.grants();
    let exit = thread::scope(|scope| {
        let running = scope.spawn(|| {
            let exit = run_with(
                "races-for-a-secret",
                &["200"],
                &grants,
                Limits::for_programs(),
            );
            ended.store(true, Ordering::SeqCst);
            exit
        });
        let root = File::open(scene.root()).unwrap();
        while !ended.load(Ordering::SeqCst) {
            let flags = RenameFlags::EXCHANGE;
            renameat_with(&root, "swapped", &root, "link", flags).unwrap();
            swaps += 1;
        }
        running.join().unwrap()
    });
    assert_eq!(exit.unwrap().code, 0);
    assert!(swaps > 100, "{swaps}");
    assert_eq!(around(), before);
    scene.goes_on();
}
