//! Two threads swap directories, files and symbolic links as fast as they can while guests name what is there: nothing
//! outside of the store's directory is ever read or written.
//!
//! A path that is looked at and then used is the classic hole (time of check, time of use), and no single attempt
//! shows it. So there are many: for five seconds, or as many as `AMEND_ESCAPE_SECONDS` says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_store::{Error, Grant, Options, Patch, Pointer, Store};
use amend_tests::look;
use rustix::fs::{RenameFlags, renameat_with};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What stands outside and must never come in.
const SECRET: &str = r#"{"secret":"tell nobody"}"#;

/// Paths that are innocent at one moment and lead out at the next.
const PATHS: [&str; 8] = [
    "swapped/secret.json",
    "file.json",
    "swapped/deep/secret.json",
    "swapped/new.json",
    "./swapped/../file.json",
    "swapped/made/for/this.json",
    "link-to-swapped/secret.json",
    "locked.json",
];

fn seconds() -> Duration {
    let said = std::env::var("AMEND_ESCAPE_SECONDS").ok();
    Duration::from_secs(said.and_then(|said| said.parse().ok()).unwrap_or(5))
}

/// A store's directory with a twin of everything that leads out, and what is outside.
struct Ground {
    scratch: tempfile::TempDir,
    /// The directories themselves: by their names, the swapping threads would be led out as well.
    inside: fs::File,
    swapped: fs::File,
}

impl Ground {
    fn new() -> Ground {
        let scratch = tempfile::tempdir().unwrap();
        let inside = scratch.path().join("inside");
        let outside = scratch.path().join("outside");
        for directory in [&inside.join("swapped/deep"), &outside.join("deep")] {
            fs::create_dir_all(directory).unwrap();
        }
        for secret in ["secret.json", "deep/secret.json", "new.json"] {
            fs::write(outside.join(secret), SECRET).unwrap();
        }
        for innocent in [
            "swapped/secret.json",
            "swapped/deep/secret.json",
            "file.json",
            "locked.json",
        ] {
            fs::write(inside.join(innocent), "{}").unwrap();
        }
        symlink("swapped", inside.join("link-to-swapped")).unwrap();
        // The twins, which the swapping threads exchange with the real ones.
        symlink(&outside, inside.join("twin-of-swapped")).unwrap();
        symlink("../outside/secret.json", inside.join("twin-of-file")).unwrap();
        symlink(outside.join("deep"), inside.join("twin-of-deep")).unwrap();
        symlink("../outside/lock", inside.join("twin-of-lock")).unwrap();
        Ground {
            inside: fs::File::open(&inside).unwrap(),
            swapped: fs::File::open(inside.join("swapped")).unwrap(),
            scratch,
        }
    }

    fn inside(&self) -> PathBuf {
        self.scratch.path().join("inside")
    }

    fn outside(&self) -> PathBuf {
        self.scratch.path().join("outside")
    }

    /// Exchanges what is inside with its twin. It fails while one of them is away, which is no matter.
    fn swap(&self, one: &str, twin: &str) {
        let _ = renameat_with(&self.inside, one, &self.inside, twin, RenameFlags::EXCHANGE);
    }

    fn swap_deep(&self) {
        let (one, twin) = ("deep", "twin-of-deep");
        let _ = renameat_with(
            &self.swapped,
            one,
            &self.inside,
            twin,
            RenameFlags::EXCHANGE,
        );
    }
}

/// How often it went well, and how often it was stopped.
#[derive(Debug, Default)]
struct Attempts {
    done: usize,
    denied: usize,
    otherwise: usize,
}

impl Attempts {
    fn count(&mut self, outcome: &Result<(), Error>) {
        match outcome {
            Ok(()) => self.done += 1,
            Err(Error::Escapes { .. } | Error::NotALockFile { .. }) => self.denied += 1,
            // What was there a moment ago is not there now, or is another thing: no escape, as long as nothing came
            // of it.
            Err(_) => self.otherwise += 1,
        }
    }
}

/// Reads and updates whatever it can, until told to stop.
fn attack(grant: &Grant, is_over: &AtomicBool) -> Attempts {
    let mut attempts = Attempts::default();
    let patch = Patch::merge(r#"{"escaped": true}"#).unwrap();
    while !is_over.load(Ordering::Relaxed) {
        for path in PATHS {
            let read = grant.read(path, &Pointer::root());
            if let Ok(Some(snapshot)) = &read {
                assert!(!snapshot.text.contains("secret"), "{path} was read");
            }
            attempts.count(&read.map(drop));
            attempts.count(&grant.update(path, &patch).map(drop));
            // The documents do not have to grow, and the next update has something to do.
            let reset = Patch::replace("{}").unwrap();
            attempts.count(&grant.update(path, reset).map(drop));
        }
    }
    attempts
}

#[test]
fn nothing_outside_is_read_or_written_while_links_are_swapped() {
    let ground = Ground::new();
    let outside = || {
        (
            look(&ground.outside()),
            look(&ground.outside().join("deep")),
        )
    };
    let before = outside();
    let options = Options::default()
        .with_durability(amend_store::Durability::None)
        .with_lock_timeout(Some(Duration::from_secs(1)));
    let grant = Grant::new(Store::open_with(ground.inside(), options).unwrap());
    let (is_over, started) = (AtomicBool::new(false), Instant::now());
    let (ground, is_over) = (&ground, &is_over);
    let attempts = thread::scope(|scope| {
        scope.spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                ground.swap("swapped", "twin-of-swapped");
            }
        });
        scope.spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                ground.swap("file.json", "twin-of-file");
                ground.swap_deep();
                ground.swap("locked.json.lock", "twin-of-lock");
            }
        });
        let attackers: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| attack(&grant, is_over)))
            .collect();
        while started.elapsed() < seconds()
            && !attackers.iter().any(thread::ScopedJoinHandle::is_finished)
        {
            thread::park_timeout(Duration::from_millis(100));
        }
        is_over.store(true, Ordering::Relaxed);
        attackers
            .into_iter()
            .map(|attacker| attacker.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert_eq!(outside(), before, "something outside was written");
    println!("{attempts:?}");
    // Both sides of the race were seen, or it was none.
    for attempts in attempts {
        assert!(attempts.done > 100, "{attempts:?}");
        assert!(attempts.denied > 100, "{attempts:?}");
    }
}
