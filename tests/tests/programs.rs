//! Programs that reach for more than they were granted, hang, crash or lie: what they may not touch stays as it was,
//! they learn nothing about this machine, no lock is left behind, and the next program works.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{CallError, Engine, Exit, Grants, Invocation, Limits};
use amend_store::{Grant, Options, Patch, Pointer, Store};
use amend_tests::{Entry, amend, example, hostile, look, program};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const DOCUMENT: &str = "{ \"count\":4 }";

/// For those that would never end.
const SHORT: Duration = Duration::from_millis(500);

/// Compiling is most of the work, so all tests share what was compiled.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new().unwrap())
}

/// A directory with a store in it, beside a secret.
struct Scene {
    scratch: TempDir,
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene {
            scratch: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(scene.root().join("inner")).unwrap();
        scene.write(DOCUMENT);
        // Lock files stay where they are; with them there from the beginning, nothing at all may appear.
        fs::write(scene.lock_file(), "").unwrap();
        fs::write(scene.scratch.path().join("secret.json"), "\"secret\"").unwrap();
        fs::write(scene.root().join("inner/app.json"), DOCUMENT).unwrap();
        scene
    }

    fn root(&self) -> PathBuf {
        self.scratch.path().join("root")
    }

    fn document(&self) -> PathBuf {
        self.root().join("app.json")
    }

    fn lock_file(&self) -> PathBuf {
        self.root().join("app.json.lock")
    }

    fn write(&self, text: &str) {
        fs::write(self.document(), text).unwrap();
    }

    fn read(&self) -> String {
        fs::read_to_string(self.document()).unwrap()
    }

    fn store(&self) -> Store {
        Store::open(self.root()).unwrap()
    }

    fn grants(&self) -> Grants {
        let counter = engine()
            .load(example("rust/counter"), Limits::default())
            .unwrap();
        Grants::new()
            .with_documents("state", Grant::new(self.store()))
            .unwrap()
            .with_updater("counter", counter)
            .unwrap()
    }

    /// Everything there is.
    fn look(&self) -> [BTreeMap<String, Entry>; 3] {
        let root = self.root();
        // Directories are there by name: what changes in them is seen in what they hold.
        [self.scratch.path(), &root, &root.join("inner")].map(look)
    }

    /// The lock is free, and an honest program works.
    #[track_caller]
    fn goes_on(&self) {
        let lock = File::open(self.lock_file()).unwrap();
        lock.try_lock().expect("the lock is free");
        drop(lock);
        let honest = run_with(
            "does-what-it-is-told",
            &["merge", r#"{"next":1}"#, "state/app.json"],
            &self.grants(),
            Limits::for_programs(),
        );
        let said = self.said(&honest.unwrap());
        assert!(said.contains("done"), "{said}");
        assert!(self.read().contains("\"next\":1"));
    }

    /// What a program printed: nothing in it tells where the documents are, or who works on them.
    #[track_caller]
    fn said(&self, exit: &Exit) -> String {
        let said = String::from_utf8(exit.output.clone()).unwrap();
        let errors = String::from_utf8_lossy(&exit.errors);
        assert_eq!(exit.code, 0, "{errors}");
        self.tells_nothing(&said);
        self.tells_nothing(&errors);
        said
    }

    #[track_caller]
    fn tells_nothing(&self, said: &str) {
        let process = format!("process {}", std::process::id());
        let directory = self.scratch.path().to_str().unwrap();
        for hidden in [directory, process.as_str()] {
            assert!(!said.contains(hidden), "{said}");
        }
        for line in said.lines() {
            assert!(line.len() < 2000, "a line of {} bytes", line.len());
        }
    }
}

fn run_with(name: &str, args: &[&str], grants: &Grants, limits: Limits) -> Result<Exit, CallError> {
    let program = engine().load_program(program(name), limits).unwrap();
    let invocation = Invocation::new().with_args(args.iter().copied());
    program.run(grants, invocation.collecting())
}

fn run(name: &str, grants: &Grants) -> Result<Exit, CallError> {
    run_with(name, &[], grants, Limits::for_programs())
}

/// Every line that a program printed says the same of what it attempted.
#[track_caller]
fn all_are(said: &str, outcome: &str) {
    assert!(!said.is_empty());
    for line in said.lines() {
        assert!(line.contains(outcome), "{line:?} is not {outcome:?}");
    }
}

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
    all_are(&said, ": Other(\"state/fifo.json: this is a FIFO");
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

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
fn calls_too_often() {
    let scene = Scene::new();
    let before = scene.look();
    let limits = Limits::for_programs().with_store_calls(5);
    let exit = run_with("calls-too-often", &[], &scene.grants(), limits);
    assert_eq!(
        scene.said(&exit.unwrap()),
        "answered: 5\nupdate: Denied(\"the guest called the store more than 5 times (the limit on its calls)\")\n"
    );
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

/// Runs a program that would never end, with no limit but that on its time.
#[track_caller]
fn is_stopped(scene: &Scene, name: &str) {
    let before = scene.look();
    let limits = Limits::for_programs()
        .with_time(SHORT)
        .with_store_calls(usize::MAX);
    let started = Instant::now();
    let ended = run_with(name, &[], &scene.grants(), limits);
    assert!(started.elapsed() < Duration::from_secs(30));
    assert!(
        matches!(ended, Err(CallError::TimedOut { limit: SHORT })),
        "{ended:?}"
    );
    assert_eq!(scene.look(), before);
    scene.goes_on();
}

#[test]
fn reads_for_ever() {
    is_stopped(&Scene::new(), "reads-for-ever");
}

#[test]
fn fails_for_ever() {
    is_stopped(&Scene::new(), "fails-for-ever");
}

#[test]
fn sleeps_for_an_hour() {
    is_stopped(&Scene::new(), "sleeps-for-an-hour");
}

#[test]
fn exits_in_the_middle() {
    let scene = Scene::new();
    let exit = run("exits-in-the-middle", &scene.grants()).unwrap();
    // Rust's library exits through a function of WASI that knows only success and failure.
    assert_eq!(exit.code, 1);
    assert_eq!(scene.read(), "{ \"count\":4,\"step\":2 }");
    scene.goes_on();
}

#[test]
fn panics_in_the_middle() {
    let scene = Scene::new();
    let error = run("panics-in-the-middle", &scene.grants()).unwrap_err();
    assert!(matches!(error, CallError::Trap { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains("three is too much"), "{message}");
    assert_eq!(scene.read(), "{ \"count\":4,\"step\":2 }");
    scene.goes_on();
}

/// The call that waits for the lock ends with the program's time, and whichever comes first says so.
#[test]
fn waits_for_a_lock() {
    let scene = Scene::new();
    let lock = File::open(scene.lock_file()).unwrap();
    lock.lock().unwrap();
    let before = scene.look();
    let limits = Limits::for_programs().with_time(SHORT);
    let started = Instant::now();
    match run_with("waits-for-a-lock", &[], &scene.grants(), limits) {
        Err(CallError::TimedOut { .. }) => {}
        Ok(exit) => all_are(&scene.said(&exit), "update: TimedOut("),
        Err(other) => panic!("{other}"),
    }
    // Sooner than the store itself would give up.
    assert!(started.elapsed() < Duration::from_secs(8));
    assert_eq!(scene.look(), before);
    drop(lock);
    scene.goes_on();
}

/// The store's patience is shorter here, so the guest lives to be told, and to print it.
#[test]
fn whoever_holds_the_lock_is_not_told() {
    let scene = Scene::new();
    let lock = File::open(scene.lock_file()).unwrap();
    lock.lock().unwrap();
    let options = Options::default().with_lock_timeout(Some(Duration::from_millis(50)));
    let store = Store::open_with(scene.root(), options).unwrap();
    let grants = Grants::new().with_documents("state", Grant::new(store));
    let said = scene.said(&run("waits-for-a-lock", &grants.unwrap()).unwrap());
    all_are(&said, "update: TimedOut(\"state/app.json: ");
    assert!(!said.contains(".lock"), "{said}");
    drop(lock);
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

/// Runs a program through the command, with a time limit; the test keeps the other ends of its streams.
#[track_caller]
fn command_is_stopped(name: &str) {
    let mut command = Command::new(amend())
        .args(["run", program(name).to_str().unwrap()])
        .args(["--timeout", "500ms"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Waiting would close the input.
    let input = command.stdin.take();
    let mut message = String::new();
    let errors = command.stderr.take();
    errors.unwrap().read_to_string(&mut message).unwrap();
    assert_eq!(command.wait().unwrap().code(), Some(6), "{message}");
    assert!(message.contains("the limit on its time"), "{message}");
    drop(input);
}

#[test]
fn reads_input_for_ever() {
    command_is_stopped("reads-input-for-ever");
}

#[test]
fn prints_without_end() {
    command_is_stopped("prints-without-end");
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
        all_are(&rest.join("\n"), "it is being updated by this very updater");
        assert_eq!(scene.read(), format!("{{ \"count\":{after} }}"));
    }
    scene.goes_on();
}

#[test]
fn does_what_it_is_told() {
    let scene = Scene::new();
    let limits = Limits::for_programs();
    let args = [
        "count",
        "state/app.json",
        "read",
        "state/app.json",
        "merge",
        r#"{"a":1}"#,
        "state/new/new.json",
    ];
    let exit = run_with("does-what-it-is-told", &args, &scene.grants(), limits);
    let said = scene.said(&exit.unwrap());
    all_are(&said, "done");
    assert!(said.contains(r#"{ \"count\":5 }"#), "{said}");
    let new = fs::read_to_string(scene.root().join("new/new.json")).unwrap();
    assert_eq!(new, "{\n  \"a\": 1\n}\n");
    scene.goes_on();
}

/// The name of a test is that of its program.
#[test]
fn every_program_has_its_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = fs::read_to_string(here.join("tests/programs.rs")).unwrap();
    let tested: BTreeSet<_> = tests
        .split("#[test]\nfn ")
        .skip(1)
        .filter_map(|test| Some(test.split_once('(')?.0.replace('_', "-")))
        .collect();
    for entry in fs::read_dir(here.join("guests/rust/programs/src/bin")).unwrap() {
        let program = entry.unwrap().path();
        let name = program.file_stem().unwrap().to_str().unwrap();
        assert!(tested.contains(name), "no test is called after {name}");
    }
}
