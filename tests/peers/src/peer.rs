//! What changes documents: amend, and what people would use instead.

use std::path::Path;

/// Who takes part, and what he promises.
#[derive(Debug)]
pub(crate) struct Contender {
    /// As the tables call him.
    pub(crate) name: &'static str,
    /// What an update that was acknowledged survives.
    pub(crate) durable: &'static str,
    /// The program that has to be installed for him.
    pub(crate) needs: Option<&'static str>,
}

impl Contender {
    const fn new(name: &'static str, durable: &'static str) -> Contender {
        Contender {
            name,
            durable,
            needs: None,
        }
    }

    const fn needing(name: &'static str, durable: &'static str, needs: &'static str) -> Contender {
        Contender {
            name,
            durable,
            needs: Some(needs),
        }
    }

    /// Whether what he needs is on this machine.
    pub(crate) fn is_here(&self) -> bool {
        let path = std::env::var_os("PATH").unwrap_or_default();
        self.needs.is_none_or(|program| {
            std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
        })
    }
}

const BOTH: &str = "a power failure: fsync of the file and of its directory";

pub(crate) static RAW: Contender = Contender::new("raw system calls", BOTH);
pub(crate) static AMEND: Contender = Contender::new("amend", BOTH);
pub(crate) static GUEST: Contender = Contender::new("amend, a Rust guest", BOTH);
pub(crate) static PLAIN: Contender = Contender::new("serde_json + tempfile + fs2", BOTH);
pub(crate) static SQLITE: Contender = Contender::new(
    "SQLite, json_set on text",
    "a power failure: WAL with synchronous=FULL, which syncs the log",
);
pub(crate) static SQLITE_JSONB: Contender = Contender::new("SQLite, jsonb_set", SQLITE.durable);
pub(crate) static LMDB: Contender = Contender::new(
    "LMDB + serde_json",
    "a power failure: the pages and the meta page are synced",
);
pub(crate) static PYTHON: Contender =
    Contender::needing("Python, flock and replace", BOTH, "python3");
pub(crate) static JQ: Contender = Contender::needing(
    "jq and mv",
    "a crash of the process, not of the machine; takes no lock, so that two at once lose updates",
    "jq",
);
pub(crate) static BARE: Contender = Contender::new("bare wasmtime", "in memory");
pub(crate) static CALL: Contender = Contender::new("amend, a call", "in memory");
pub(crate) static EXTISM: Contender = Contender::needing("Extism", "in memory", "rustup");

/// What keeps documents in a directory, by their names.
pub(crate) trait Peer: Sync + Send {
    /// Puts documents into an empty directory, all with the same text. That is not measured.
    fn create(&self, directory: &Path, names: &[String], text: &str) -> anyhow::Result<()>;

    /// Whether documents are another text afterwards; the raw system calls only write them again.
    fn changes(&self) -> bool {
        true
    }

    /// Opens what is there, once a process.
    fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Opened>>;
}

/// What all threads of a process share.
pub(crate) trait Opened: Sync {
    /// What one thread has for itself.
    fn handle(&self) -> anyhow::Result<Box<dyn Handle + Send + '_>>;
}

/// One value that is set: the keys that lead to it, and its JSON text.
pub(crate) struct Change {
    pub(crate) keys: Vec<String>,
    pub(crate) json: String,
}

/// What one thread changes documents with.
pub(crate) trait Handle {
    /// Adds one to the document's `count`. Acknowledged when it returns.
    fn add_one(&mut self, document: &str) -> anyhow::Result<()>;

    /// Sets values, all or none.
    fn set(&mut self, document: &str, changes: &[Change]) -> anyhow::Result<()>;

    /// The document as it is now.
    fn text(&mut self, document: &str) -> anyhow::Result<String>;
}
