//! Where a program is let loose on a store, and what has to be there afterwards.

use amend_runtime::{CallError, Engine, Exit, Grants, Invocation, Limits};
use amend_store::{Grant, Store};
use amend_tests::{Entry, example, look, program};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const DOCUMENT: &str = "{ \"count\":4 }";

/// For those that would never end.
pub(crate) const SHORT: Duration = Duration::from_millis(500);

/// Compiling is most of the work, so all tests share what was compiled.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new().unwrap())
}

/// A directory with a store in it, beside a secret.
pub(crate) struct Scene {
    pub(crate) scratch: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Scene {
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

    pub(crate) fn root(&self) -> PathBuf {
        self.scratch.path().join("granted")
    }

    pub(crate) fn document(&self) -> PathBuf {
        self.root().join("app.json")
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.root().join("app.json.lock")
    }

    pub(crate) fn write(&self, text: &str) {
        fs::write(self.document(), text).unwrap();
    }

    pub(crate) fn read(&self) -> String {
        fs::read_to_string(self.document()).unwrap()
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(self.root()).unwrap()
    }

    pub(crate) fn grants(&self) -> Grants {
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
    pub(crate) fn look(&self) -> [BTreeMap<String, Entry>; 3] {
        let root = self.root();
        // Directories are there by name: what changes in them is seen in what they hold.
        [self.scratch.path(), &root, &root.join("inner")].map(look)
    }

    /// The lock is free, and an honest program works.
    #[track_caller]
    pub(crate) fn goes_on(&self) {
        let lock = File::open(self.lock_file()).unwrap();
        lock.try_lock().expect("the lock is free");
        drop(lock);
        self.works();
    }

    /// An honest program works. Where a lock was waited for in vain, a thread of the store may have it for a moment
    /// when it comes free, and gives it back.
    #[track_caller]
    pub(crate) fn works(&self) {
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
    pub(crate) fn said(&self, exit: &Exit) -> String {
        let said = String::from_utf8(exit.output.clone()).unwrap();
        let errors = String::from_utf8_lossy(&exit.errors);
        assert_eq!(exit.code, 0, "{errors}");
        self.tells_nothing(&said);
        self.tells_nothing(&errors);
        said
    }

    #[track_caller]
    fn tells_nothing(&self, said: &str) {
        let directory = self.scratch.path().to_str().unwrap();
        assert!(!said.contains(directory), "{said}");
        let process = std::process::id().to_string();
        let mut words = said.split(|c: char| !c.is_ascii_alphanumeric());
        assert!(!words.any(|word| word == process), "{said}");
        for line in said.lines() {
            assert!(line.len() < 2000, "a line of {} bytes", line.len());
        }
    }
}

pub(crate) fn run_with(
    name: &str,
    args: &[&str],
    grants: &Grants,
    limits: Limits,
) -> Result<Exit, CallError> {
    let program = engine().load_program(program(name), limits).unwrap();
    let invocation = Invocation::new().with_args(args.iter().copied());
    program.run(grants, invocation.collecting())
}

pub(crate) fn run(name: &str, grants: &Grants) -> Result<Exit, CallError> {
    run_with(name, &[], grants, Limits::for_programs())
}

/// Every line that a program printed says the same of what it attempted.
#[track_caller]
pub(crate) fn all_are(said: &str, outcome: &str) {
    assert!(!said.is_empty());
    for line in said.lines() {
        assert!(line.contains(outcome), "{line:?} is not {outcome:?}");
    }
}
