//! A process that updates a document and reports it, from the side of the test.

use crate::attempt::Report;
use crate::user::User;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long a process may take until it has started and reports its first update, on a loaded machine.
const START: Duration = Duration::from_secs(60);

/// The settings of `storm_writer`, which are its only argument, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settings {
    /// The document.
    pub document: PathBuf,
    /// How its tokens begin.
    pub name: String,
    /// As which user it updates; as that of the test without.
    pub user: Option<User>,
    /// How long an update waits for the lock.
    pub timeout: Duration,
    /// How many of a hundred updates wait for 1 to 50 ms instead.
    pub hasty: u64,
    /// Whether an acknowledged update is to survive a power failure.
    pub is_durable: bool,
    /// How many updates each thread makes; until standard input ends without.
    pub count: Option<u64>,
    /// How many threads share its store.
    pub threads: u64,
    /// Whether some updates change nothing, and some contain a `test` that fails.
    pub is_mixed: bool,
}

impl Settings {
    /// A process that appends durably until it is asked to end, with a timeout of ten seconds.
    pub fn new(document: &Path, name: impl Into<String>) -> Settings {
        Settings {
            document: document.to_owned(),
            name: name.into(),
            user: None,
            timeout: Duration::from_secs(10),
            hasty: 0,
            is_durable: true,
            count: None,
            threads: 1,
            is_mixed: false,
        }
    }

    /// The arguments that start it.
    ///
    /// # Panics
    ///
    /// When the document's path is not UTF-8.
    pub fn to_argument(&self) -> String {
        serde_json::to_string(self).expect("a path of text")
    }
}

/// A process that reports its updates.
#[derive(Debug)]
pub struct Updating {
    child: Child,
    report: Arc<Mutex<Report>>,
    reader: Option<JoinHandle<()>>,
}

/// A process that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// Its report.
    pub report: Report,
}

impl Updating {
    /// Starts a process, and reads its report meanwhile.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(mut command: Command) -> io::Result<Updating> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let report = Arc::new(Mutex::new(Report::default()));
        let out = child.stdout.take().map(BufReader::new);
        let to = Arc::clone(&report);
        let reader = thread::spawn(move || {
            for line in out.into_iter().flat_map(BufRead::lines) {
                let Ok(line) = line else { return };
                lock(&to).take(&line);
            }
        });
        Ok(Updating {
            child,
            report,
            reader: Some(reader),
        })
    }

    /// Its process ID.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its report so far.
    pub fn report(&self) -> MutexGuard<'_, Report> {
        lock(&self.report)
    }

    /// Waits until it has begun so many updates.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn until_begun(&mut self, updates: usize) {
        self.until("begins its updates", |report| {
            report.attempts.len() >= updates
        });
    }

    /// Waits until so many of its updates have ended.
    ///
    /// # Panics
    ///
    /// When they do not.
    pub fn until_ended(&mut self, updates: usize) {
        self.until("ends its updates", |report| {
            let ended = report.attempts.iter().filter(|one| one.end.is_some());
            ended.count() >= updates
        });
    }

    /// Whether it has ended.
    ///
    /// # Panics
    ///
    /// When the system does not say.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().expect("it is a child").is_some()
    }

    fn until(&mut self, what: &str, is_so: impl Fn(&Report) -> bool) {
        let started = Instant::now();
        while !is_so(&self.report()) {
            let is_over =
                self.is_over() && self.reader.as_ref().is_none_or(JoinHandle::is_finished);
            let is_hopeless = is_over || started.elapsed() > START;
            assert!(
                !is_hopeless || is_so(&self.report()),
                "it never {what}: {:?}",
                self.report()
            );
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: i32) {
        let id = self.child.id().cast_signed();
        // SAFETY: two numbers. The child has not been waited for, or has ended: then its ID is still its own.
        unsafe { libc::kill(id, signal) };
    }

    /// Kills it, and returns its report.
    ///
    /// # Panics
    ///
    /// When the system does not say how it ended.
    pub fn kill(mut self) -> Ended {
        self.child.kill().expect("it is a child");
        self.wait()
    }

    /// Lets it end after the update that it is in, if it does not end by itself.
    pub fn ask_to_end(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Asks it to end, and waits for that.
    ///
    /// # Panics
    ///
    /// When the system does not say how it ended.
    pub fn finish(mut self) -> Ended {
        self.ask_to_end();
        self.wait()
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    ///
    /// When the system does not say how it ended.
    pub fn wait(mut self) -> Ended {
        let stdin = self.child.stdin.take();
        let status = self.child.wait().expect("it is a child");
        drop(stdin);
        if let Some(reader) = self.reader.take() {
            reader.join().expect("a report is text");
        }
        let report = std::mem::take(&mut *lock(&self.report));
        Ended { status, report }
    }
}

impl Drop for Updating {
    fn drop(&mut self) {
        // A test that fails leaves no process behind. One that has ended cannot be killed, which is no matter.
        if self.reader.is_some() {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

fn lock(report: &Mutex<Report>) -> MutexGuard<'_, Report> {
    report.lock().unwrap_or_else(PoisonError::into_inner)
}
