//! What must hold for every guest there is, or is not: it is loaded or it is not, it changes a document as it says
//! or leaves it alone, it ends in time, and nobody after it notices anything.

mod ends;
mod recorded;

use crate::directory::look;
use crate::fuzzed::{Fuzz, Fuzzed};
use amend_runtime::{CompiledCache, Engine, Limits, Plugin};
use amend_store::{Durability, Json, Options, Store};
pub(crate) use ends::{failed, not_loaded};
use recorded::{Recorded, patched};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// A guest's limit on time.
const TIME: Duration = Duration::from_millis(100);

/// What those have whose fuel is counted, one in five: less than they burn in their time.
const FUEL: u64 = 1_000_000;

/// The longest that a call with that limit may take, where the machine is busy.
const LATE: Duration = Duration::from_secs(10);

/// Compilation has no limit; who compiles for so long hangs.
const HANG: Duration = Duration::from_secs(120);

/// What there is before an update, and the arguments.
const CASES: [(Option<&str>, &str); 4] = [
    (
        Some("{ \"count\":4, \"text\": \"\u{e9}\",\r\n\"list\": [1, 2.50] }\n"),
        r#"{"by": 2}"#,
    ),
    (None, "{}"),
    (Some("[]"), "null"),
    (Some(""), "{}"),
];

/// The name of the document.
const DOCUMENT: &str = "state.json";

/// What came of one component.
#[derive(Debug)]
pub struct Report {
    /// How it was made.
    pub kind: &'static str,
    /// How loading it ended.
    pub load: &'static str,
    /// How each update ended; none where it was not loaded.
    pub updates: Vec<&'static str>,
    /// How long it took to load, which is to compile mostly.
    pub load_time: Duration,
    /// The longest that an update took.
    pub update_time: Duration,
}

/// Loads fuzzed components, and updates documents with them.
pub struct Fuzzing {
    fuzz: Fuzz,
    engine: Engine,
    good: Plugin,
}

impl Fuzzing {
    /// With a good guest, which is mutated, and which has to work after each of the others.
    pub fn new(good: &Path) -> Fuzzing {
        let bytes = fs::read(good).expect("the good guest is there");
        let engine = Engine::builder()
            .with_cache(CompiledCache::Off)
            .build()
            .expect("there is an engine");
        let good = engine
            .load_bytes("good", &bytes, Limits::default())
            .unwrap_or_else(|error| panic!("{error}"));
        Fuzzing {
            fuzz: Fuzz::new(bytes),
            engine,
            good,
        }
    }

    /// Lets the component of a seed do its worst, in a thread of its own.
    ///
    /// # Errors
    ///
    /// What it has done: a panic's message, or that it hangs.
    pub fn watch(self: &Arc<Fuzzing>, seed: u64) -> Result<Report, String> {
        let fuzzing = self.clone();
        let (sender, receiver) = mpsc::channel();
        let run = thread::spawn(move || {
            // Whoever does not wait any longer has said why.
            let _ = sender.send(fuzzing.run(seed));
        });
        match receiver.recv_timeout(HANG) {
            Ok(report) => Ok(report),
            Err(RecvTimeoutError::Timeout) => Err(format!("seed {seed} hangs")),
            Err(RecvTimeoutError::Disconnected) => {
                let panic = run.join().expect_err("it has sent nothing");
                let message = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or(panic.downcast_ref::<&str>().copied());
                Err(format!("seed {seed}: {}", message.unwrap_or("a panic")))
            }
        }
    }

    fn run(&self, seed: u64) -> Report {
        let Fuzzed { kind, bytes } = self.fuzz.component(seed);
        let limits = Limits::default()
            .with_time(TIME)
            .with_memory(16 << 20)
            .with_table_elements(10_000)
            .with_instances(20)
            .with_output(64 << 10)
            .with_lines(100)
            .with_answer(1 << 20)
            .with_fuel(seed.is_multiple_of(5).then_some(FUEL));
        let started = Instant::now();
        let loaded = self.engine.load_bytes("fuzzed", &bytes, limits);
        let mut report = Report {
            kind,
            load: loaded.as_ref().map_or_else(not_loaded, |_| "loaded"),
            updates: Vec::new(),
            load_time: started.elapsed(),
            update_time: Duration::ZERO,
        };
        if let Ok(plugin) = loaded {
            for (document, args) in CASES {
                let started = Instant::now();
                report.updates.push(self.update(&plugin, document, args));
                let time = started.elapsed();
                assert!(time < LATE, "an update took {time:?}");
                report.update_time = report.update_time.max(time);
            }
        }
        report
    }

    /// Updates a document, looks at what came of it, and lets the good guest do the next one.
    fn update(&self, plugin: &Plugin, document: Option<&str>, args: &str) -> &'static str {
        let scratch = tempfile::tempdir().expect("there is a temporary directory");
        let file = scratch.path().join(DOCUMENT);
        let lock = scratch.path().join("state.json.lock");
        fs::write(&lock, "").expect("it can be written");
        // As amend makes it for such a document: it is not changed then.
        fs::set_permissions(&lock, Permissions::from_mode(0o600)).expect("it is ours");
        if let Some(text) = document {
            fs::write(&file, text).expect("it can be written");
            fs::set_permissions(&file, Permissions::from_mode(0o640)).expect("it is ours");
        }
        let before = look(scratch.path());
        let args = Json::parse(args).expect("it is JSON");
        let mut recorded = Recorded {
            updater: plugin.with_args(args),
            patch: None,
        };
        let outcome = store(scratch.path()).update(DOCUMENT, &mut recorded);
        let after = look(scratch.path());
        let ended = match &outcome {
            Ok(receipt) => {
                let patch = recorded.patch.as_ref();
                let expected = patched(document, patch);
                let text = after.get(DOCUMENT).map(|entry| &entry.bytes[..]);
                assert_eq!(text, expected.as_deref().map(str::as_bytes), "{patch:?}");
                assert_eq!(receipt.changed, before != after, "{patch:?}");
                if receipt.changed {
                    "changed"
                } else {
                    "unchanged"
                }
            }
            Err(error) => {
                assert_eq!(before, after, "{error} left something behind");
                failed(error)
            }
        };
        for (name, entry) in &after {
            let known = [DOCUMENT, "state.json.lock"].contains(&name.as_str());
            assert!(known, "{name} is left behind");
            let kept = before.get(name).is_none_or(|old| old.mode == entry.mode);
            assert!(kept, "{name} has mode {:o}", entry.mode);
        }
        self.next_one_works(scratch.path());
        ended
    }

    fn next_one_works(&self, directory: &Path) {
        fs::write(directory.join(DOCUMENT), r#"{"count":4}"#).expect("it can be written");
        let args = Json::parse("{}").expect("it is JSON");
        let done = store(directory).update(DOCUMENT, self.good.with_args(args));
        assert!(done.is_ok(), "the next update: {done:?}");
        let text = fs::read_to_string(directory.join(DOCUMENT)).expect("it is there");
        assert_eq!(text, r#"{"count":5}"#);
    }
}

/// A store that does not wait for a lock: nobody has it.
fn store(directory: &Path) -> Store {
    let options = Options::default()
        .with_lock_timeout(Some(Duration::ZERO))
        .with_durability(Durability::None);
    Store::open_with(directory, options).expect("the directory is there")
}
