//! The cost of an answer, by the operating system's accounting.

use super::answer::{Answer, Kind};
use super::guest;
use crate::fuzzed::random_bytes;
use crate::fuzzing::failed;
use crate::measure::{memory, processor_time};
use amend_runtime::{CompiledCache, Engine, Limits, Plugin};
use amend_store::{Durability, Options, Store};
use arbitrary::Unstructured;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The limit on time of each call.
const TIME: Duration = Duration::from_millis(100);

/// The limit on the guest's memory: it holds the document and the answer.
const GUEST_MEMORY: usize = 32 << 20;

const DOCUMENT: &str = "state.json";

/// The cost of one update.
#[derive(Debug, Clone)]
pub struct Spent {
    /// The kind of its patch.
    pub kind: Kind,
    /// How the update ended.
    pub end: &'static str,
    /// The processor time that it took, of all threads.
    pub time: Duration,
    /// The peak memory of the process minus its memory before the update, in bytes.
    pub memory: u64,
    /// The memory that was granted: to the guest, to the host for the answer, and for the texts themselves.
    pub granted: u64,
}

impl Spent {
    /// The memory beyond the limits, in bytes.
    pub fn over(&self) -> u64 {
        self.memory.saturating_sub(self.granted)
    }
}

/// Updates documents with costly answers.
pub struct Costly {
    engine: Engine,
    component: Vec<u8>,
}

impl Default for Costly {
    fn default() -> Costly {
        Costly::new()
    }
}

impl Costly {
    /// With an engine of its own.
    pub fn new() -> Costly {
        let engine = Engine::builder().with_cache(CompiledCache::Off).build();
        Costly {
            engine: engine.expect("there is an engine"),
            component: guest::component(),
        }
    }

    /// The answer of a seed.
    pub fn answer(seed: u64) -> Answer {
        let random = random_bytes(seed);
        Answer::any(&mut Unstructured::new(&random)).expect("there is enough randomness")
    }

    /// Updates a document with the answer of a seed, in a limit of 100 ms.
    ///
    /// # Panics
    ///
    /// If the document was changed after an error, or is not JSON afterwards.
    pub fn run(&self, seed: u64) -> Spent {
        let answer = Costly::answer(seed);
        let host_memory = [16 << 20, 64 << 20, 256 << 20][usize::try_from(seed % 3).unwrap_or(0)];
        let limits = Limits::default()
            .with_time(TIME)
            .with_memory(GUEST_MEMORY)
            .with_host_memory(host_memory);
        let plugin = self
            .engine
            .load_bytes("costly", &self.component, limits)
            .unwrap_or_else(|error| panic!("{error}"));
        let scratch = tempfile::tempdir().expect("there is a temporary directory");
        let file = scratch.path().join(DOCUMENT);
        fs::write(scratch.path().join("state.json.lock"), "").expect("it can be written");
        fs::write(&file, &answer.document).expect("it can be written");
        // The document and the answer themselves: as they were read, and as they are handed over.
        let texts = (answer.document.len() + answer.patch.len()) as u64;
        let granted = (GUEST_MEMORY + host_memory) as u64 + 4 * texts;
        let spent = update(&plugin, &answer, scratch.path(), granted);
        let text = fs::read_to_string(&file).expect("it is there");
        if !["changed", "unchanged"].contains(&spent.end) {
            assert!(text == answer.document, "it was changed: {}", spent.end);
        }
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        assert!(is_json || answer.document == text, "it is not JSON");
        spent
    }
}

fn update(plugin: &Plugin, answer: &Answer, directory: &Path, granted: u64) -> Spent {
    let options = Options::default().with_durability(Durability::None);
    let store = Store::open_with(directory, options).expect("the directory is there");
    let call = plugin.with_args(guest::args(answer));
    // proc(5): from here on, the peak is that of this update.
    fs::write("/proc/self/clear_refs", "5").expect("it is ours");
    let memory = |field| memory(field).expect("the system tells it");
    let (before, started) = (memory("VmRSS"), processor_time());
    let outcome = store.update(DOCUMENT, call);
    let time = processor_time() - started;
    let memory = memory("VmHWM").saturating_sub(before);
    let end = match &outcome {
        Ok(receipt) if receipt.changed => "changed",
        Ok(_) => "unchanged",
        Err(error) => failed(error),
    };
    Spent {
        kind: answer.kind,
        end,
        time,
        memory,
        granted,
    }
}
