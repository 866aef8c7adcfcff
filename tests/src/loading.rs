//! Components that are expensive to compile, or none at all, against the limits on compiling.

use crate::bombs;
use crate::command::amend;
use crate::fuzzed::{Fuzz, mutated, random_bytes};
use crate::fuzzing::not_loaded;
use crate::measure::{children, memory, processor_time};
use amend_runtime::{CompileLimits, CompiledCache, Compiler, Engine, Limits};
use arbitrary::Unstructured;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The limit on the time of the process that compiles.
pub const COMPILE_TIME: Duration = Duration::from_millis(1000);

/// The limit on its memory.
pub const COMPILE_MEMORY: u64 = 512 << 20;

/// The cost of loading one component.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// How the component was made.
    pub kind: &'static str,
    /// How loading it ended.
    pub end: &'static str,
    /// The processor time of the process that compiled.
    pub compiler_time: Duration,
    /// The processor time of this process.
    pub time: Duration,
    /// The peak memory of this process minus its memory before the load, in bytes.
    pub memory: u64,
}

/// Loads components with an engine that compiles in a process of its own.
pub struct Loading {
    engine: Engine,
    fuzz: Fuzz,
    real: Vec<Vec<u8>>,
}

impl Loading {
    /// With components of real guests to mutate.
    ///
    /// # Panics
    ///
    /// If one of them cannot be read.
    pub fn new(real: &[&Path]) -> Loading {
        let limits = CompileLimits::default()
            .with_memory(COMPILE_MEMORY)
            .with_time(COMPILE_TIME);
        let engine = Engine::builder()
            .with_cache(CompiledCache::Off)
            .with_pool(false)
            .with_compiler(Compiler::process(amend(), ["compile-guest"], limits))
            .build();
        let real: Vec<_> = real
            .iter()
            .map(|file| fs::read(file).expect("a real guest is there"))
            .collect();
        Loading {
            engine: engine.expect("there is an engine"),
            fuzz: Fuzz::new(real[0].clone()),
            real,
        }
    }

    /// The component of a seed, and how it is made.
    fn component(&self, seed: u64) -> (&'static str, Vec<u8>) {
        let random = random_bytes(seed);
        let u = &mut Unstructured::new(&random);
        match seed % 4 {
            0 => {
                let fuzzed = self.fuzz.component(seed / 4);
                (fuzzed.kind, fuzzed.bytes)
            }
            1 => {
                let real = u.choose(&self.real).expect("there is one");
                ("mutated guest", mutated::bytes(real, u))
            }
            2 => ("bomb", bombs::any(u).expect("there is enough randomness")),
            _ => {
                let bomb = bombs::any(u).expect("there is enough randomness");
                ("mutated bomb", mutated::bytes(&bomb, u))
            }
        }
    }

    /// Loads the component of a seed.
    ///
    /// # Panics
    ///
    /// If it ends in a way that a component cannot be blamed for.
    pub fn run(&self, seed: u64) -> Loaded {
        let (kind, bytes) = self.component(seed);
        let limits = Limits::default()
            .with_time(Duration::from_millis(100))
            .with_memory(16 << 20);
        // proc(5): from here on, the peak is that of this load.
        fs::write("/proc/self/clear_refs", "5").expect("it is ours");
        let resident = |field| memory(field).expect("the system tells it");
        let (before, started) = (resident("VmRSS"), processor_time());
        let (of_children, _) = children();
        let loaded = self.engine.load_bytes("fuzzed", &bytes, limits);
        Loaded {
            kind,
            end: loaded.as_ref().map_or_else(not_loaded, |_| "loaded"),
            compiler_time: children().0 - of_children,
            time: processor_time() - started,
            memory: resident("VmHWM").saturating_sub(before),
        }
    }
}
