//! What a guest may use up.

use amend_store::Allowance;
use std::time::Duration;

/// What one call of an updater, or one run of a program, may use up.
///
/// The defaults are safe, and the runtime of every language that amend has a kit for fits into them. Whoever
/// hits a bound is told its name and its setting, in a [`CallError`](crate::CallError) of that call alone.
///
/// How large a document may become is bounded by the store: [`amend_store::Options::limits`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// How long a call may take, from the wait for its turn until its answer is applied. Five seconds by default, and
    /// [`Limits::for_programs`] has a minute.
    ///
    /// An updater's time runs while the document's lock is held, so it bounds how long a guest can keep others
    /// waiting. It is counted in ticks of ten milliseconds while the guest runs. A single instruction is not interrupted,
    /// such as one that fills the whole memory of the guest (about 0.1 s for 256 MiB). The work of the host because of the
    /// guest, to read its answer and to apply it, is stopped at the same time. Writing and hashing the text that is added to
    /// the document is counted with a nanosecond a byte. The time of the disk is not counted.
    pub time: Duration,
    /// How many bytes of linear memory the guest may have. 256 MiB by default.
    pub memory: usize,
    /// How many bytes of the host's memory it may take to read its answer and to apply it, besides the document and the
    /// text of the answer; and by how many bytes one answer may make the document longer. 256 MiB by default.
    pub host_memory: usize,
    /// How much work of the host it may take to read its answer and to apply it, in units of about one byte that is read,
    /// compared, copied or written (see [`Meter`](amend_document::Meter)). 2³² by default, some seconds. The same answer
    /// to the same document takes the same work on every machine.
    pub host_work: u64,
    /// How many elements its tables may have together. 100,000 by default; one table has a million at the most.
    pub table_elements: usize,
    /// How many core instances it may be made of, and how many memories and tables each. 100 by default; an engine with
    /// a pool has room for 32 memories and 128 tables of one guest.
    pub instances: usize,
    /// How many bytes it may print, where they go to the log or are kept. 1 MiB by default.
    pub output: usize,
    /// How many lines it may print, where they go to the log. 10,000 by default.
    pub lines: usize,
    /// How many bytes its answer may have, or anything else that it hands over in one piece. 64 MiB by default.
    pub answer: usize,
    /// How many arrays and objects may be inside each other in a patch that it passes to the host. 512 by default, as for
    /// a document ([`amend_store::Options::limits`]).
    pub depth: usize,
    /// How many calls of the store a program may make. 10,000 by default.
    pub store_calls: usize,
    /// How many documents a program may make that did not exist. 1,000 by default.
    pub documents_made: usize,
    /// How many bytes a program's updates may write together. Each is counted with the size of the document before it
    /// and of its patch. 1 GiB by default.
    pub bytes_written: u64,
    /// How much fuel it has: about one unit for each instruction of WebAssembly. `None`, the default, counts none.
    ///
    /// With fuel, a guest runs in a world of its own that is the same each time: its clocks stand still, its random
    /// numbers are the same, and so is what floating point leaves open. The same guest, document and arguments
    /// give the same answer and use the same fuel on every machine. Counting makes it slower.
    pub fuel: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            time: Duration::from_secs(5),
            memory: 256 << 20,
            host_memory: 256 << 20,
            host_work: 1 << 32,
            table_elements: 100_000,
            instances: 100,
            output: 1 << 20,
            lines: 10_000,
            answer: 64 << 20,
            depth: amend_document::Limits::default().depth,
            store_calls: 10_000,
            documents_made: 1_000,
            bytes_written: 1 << 30,
            fuel: None,
        }
    }
}

impl Limits {
    /// The defaults for a program, which holds no lock while it runs: as [`Limits::default`], with a minute of time.
    pub fn for_programs() -> Limits {
        Limits::default().with_time(Duration::from_secs(60))
    }

    /// What the host may spend on an answer: its work and its memory. The time is that which the guest has left.
    pub fn allowance(&self) -> Allowance {
        Allowance::unlimited()
            .with_work(self.host_work)
            .with_memory(u64::try_from(self.host_memory).unwrap_or(u64::MAX))
    }

    /// Sets how long a call may take.
    #[must_use]
    pub fn with_time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Sets how many bytes of linear memory the guest may have.
    #[must_use]
    pub fn with_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets how many bytes of the host's memory it may take to read the guest's answer and to apply it.
    #[must_use]
    pub fn with_host_memory(mut self, bytes: usize) -> Self {
        self.host_memory = bytes;
        self
    }

    /// Sets how much work of the host it may take to read the guest's answer and to apply it.
    #[must_use]
    pub fn with_host_work(mut self, units: u64) -> Self {
        self.host_work = units;
        self
    }

    /// Sets how many elements the guest's tables may have together.
    #[must_use]
    pub fn with_table_elements(mut self, elements: usize) -> Self {
        self.table_elements = elements;
        self
    }

    /// Sets how many core instances the guest may be made of.
    #[must_use]
    pub fn with_instances(mut self, instances: usize) -> Self {
        self.instances = instances;
        self
    }

    /// Sets how many bytes the guest may print.
    #[must_use]
    pub fn with_output(mut self, bytes: usize) -> Self {
        self.output = bytes;
        self
    }

    /// Sets how many lines the guest may print.
    #[must_use]
    pub fn with_lines(mut self, lines: usize) -> Self {
        self.lines = lines;
        self
    }

    /// Sets how many bytes the guest's answer may have.
    #[must_use]
    pub fn with_answer(mut self, bytes: usize) -> Self {
        self.answer = bytes;
        self
    }

    /// Sets how many arrays and objects may be inside each other in a patch.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Sets how many calls of the store a program may make.
    #[must_use]
    pub fn with_store_calls(mut self, calls: usize) -> Self {
        self.store_calls = calls;
        self
    }

    /// Sets how many documents a program may make that did not exist.
    #[must_use]
    pub fn with_documents_made(mut self, documents: usize) -> Self {
        self.documents_made = documents;
        self
    }

    /// Sets how many bytes a program's updates may write together.
    #[must_use]
    pub fn with_bytes_written(mut self, bytes: u64) -> Self {
        self.bytes_written = bytes;
        self
    }

    /// Sets how much fuel the guest has; `None` counts none.
    #[must_use]
    pub fn with_fuel(mut self, fuel: Option<u64>) -> Self {
        self.fuel = fuel;
        self
    }
}
