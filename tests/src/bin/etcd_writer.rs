//! A process that appends to a document in etcd again and again, with two threads, for the tests to run several of.
//!
//!     etcd_writer ADDRESS NAME
//!
//! Each update appends an id of its own to `/ids`, so that it can be counted afterwards. What became of it is printed:
//! `ok ID REVISION`, `failed ID` or `unknown ID`, and `stale ID` when a read that began after the acknowledgement does
//! not see it. It ends when its standard input does.

use amend_store::{Error, EtcdOptions, Options, Patch, Store};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [address, name] = args.as_slice() else {
        anyhow::bail!("usage: etcd_writer ADDRESS NAME");
    };
    let options = Options::default().with_lock_timeout(Some(Duration::from_secs(10)));
    let options = EtcdOptions::default()
        .with_store(options)
        .with_request_timeout(Duration::from_secs(1));
    let (store, path) = Store::locate_etcd(address, options)?;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for thread in 0..2 {
            let (store, path, is_over) = (&store, &path, &is_over);
            scope.spawn(move || {
                for number in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let id = format!("{name}{thread}-{number}");
                    for line in append(store, path, &id) {
                        // One call, so that threads do not mix their lines.
                        let said = std::io::stdout().write_all(format!("{line}\n").as_bytes());
                        said.expect("the test reads");
                    }
                    // Not to fill the document in a minute.
                    thread::sleep(Duration::from_millis(30));
                }
            });
        }
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        is_over.store(true, Ordering::Relaxed);
    });
    Ok(())
}

/// Appends an id, and says what became of it.
fn append(store: &Store, path: &std::path::Path, id: &str) -> Vec<String> {
    let operations = format!(r#"[{{"op": "add", "path": "/ids/-", "value": "{id}"}}]"#);
    let patch = Patch::operations(&operations).expect("a patch");
    match store.update(path, patch) {
        Ok(receipt) => {
            let revision = receipt.version.revision().expect("a revision");
            let mut lines = vec![format!("ok {id} {revision}")];
            // It may be that nobody can be asked.
            if let Ok(read) = store.read(path) {
                let sees = read.is_some_and(|read| {
                    read.version.revision() >= Some(revision)
                        && read.text.contains(&format!("\"{id}\""))
                });
                if !sees {
                    lines.push(format!("stale {id}"));
                }
            }
            lines
        }
        Err(Error::OutcomeUnknown { .. }) => vec![format!("unknown {id}")],
        Err(error) => {
            eprintln!("{id}: {error}");
            vec![format!("failed {id}")]
        }
    }
}
