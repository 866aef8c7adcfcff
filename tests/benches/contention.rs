//! Many updates, beside the raw system calls of as many commits, one after another: temporary file, write,
//! fsync, rename, fsync of the directory. Many documents also beside the same in as many threads: what the disk gives.
//!
//!     cargo bench -p amend-tests --bench contention [-- ROUNDS] [WORD IN A NAME]
//!
//! Raw, amend and raw again take turns in every round, on the same file system and with the same bytes; what counts is
//! how many times as many updates amend does in the same time (the median of the rounds, and their spread).
//! Every update is counted at the end, and none may be missing. The longest that anybody waited is told.
//!
//! No round removes its files before all are done, and half a minute should lie between two runs. For so long ext4
//! without a journal passes over every inode that was freed, one by one, whenever a file is made, and the directory is
//! locked meanwhile: threads that share one then wait in line for the processor, which says nothing about the disk.

use amend_runtime::{Engine, Limits, Plugin};
use amend_store::{Json, Options, Store};
use amend_tests::crowd::{Done, in_processes, in_threads, longest_of, member};
use amend_tests::measure::{median, memory, scratch, verdict};
use amend_tests::{example, increment, raw, raw_in_threads};
use anyhow::{Context, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// So many raw commits are made before, and as many after.
const RAW: u32 = 250;

/// Makes raw commits in a directory, and tells how long each took.
type Yardstick<'w> = &'w dyn Fn(&Path) -> anyhow::Result<Duration>;

/// Makes updates in a directory.
type Work<'w> = &'w dyn Fn(&Path) -> anyhow::Result<Done>;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, document, count] = args.as_slice()
        && mode == "writer"
    {
        return writer(Path::new(document), count.parse()?);
    }
    let rounds = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(7);
    let counter = Engine::new()?.load(example("rust/counter"), Limits::default())?;
    // Cargo adds an argument of its own.
    let only = args
        .iter()
        .find(|arg| !arg.starts_with('-') && arg.parse::<usize>().is_err());
    let report = |what: &str, least, yardstick: Yardstick<'_>, work: Work<'_>| {
        if only.is_none_or(|word| what.contains(word.as_str())) {
            report(what, least, rounds, yardstick, work)
        } else {
            Ok(())
        }
    };
    let raw = |bytes| move |at: &Path| Ok(raw(at, RAW as usize, bytes)? / RAW);
    let (small, kilobyte) = (raw(14), raw(1024));
    println!("{rounds} rounds; how many times the raw system calls, one after another");
    report(
        "one thread, 2,000 updates of 1 KB",
        0.95,
        &kilobyte,
        &one_thread,
    )?;
    report("50 threads x 20, closures", 10.0, &small, &threads)?;
    report("50 threads x 20, a Rust guest", 6.0, &small, &|at| {
        guests(at, &counter)
    })?;
    report("8 processes x 100", 1.5, &small, &processes)?;
    report("one beside 16 busy threads", 0.0, &small, &beside)?;
    // These make the most files, and so they are the last: what it costs to have removed them, nobody else pays.
    report("1,000 documents x 10, 8 threads", 3.0, &small, &documents)?;
    report(
        "1,000 documents x 10, beside 8 raw",
        0.8,
        &raw_documents,
        &documents,
    )?;
    Ok(())
}

fn report(
    what: &str,
    least: f64,
    rounds: usize,
    yardstick: Yardstick<'_>,
    work: Work<'_>,
) -> anyhow::Result<()> {
    let (mut ratios, mut longest) = (Vec::new(), Duration::ZERO);
    let (mut raw_us, mut our_us) = (Vec::new(), Vec::new());
    let mut kept = Vec::new();
    for round in 0..=rounds {
        let scratch = scratch()?;
        // Before and after: no moment of the disk is like another.
        let before = yardstick(scratch.path())?;
        let done = work(scratch.path())?;
        let raw = (before + yardstick(scratch.path())?) / 2;
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let ours = micros(done.time) / done.updates as f64;
        // The first round warms up.
        if round > 0 {
            raw_us.push(micros(raw));
            our_us.push(ours);
            ratios.push(micros(raw) / ours);
            longest = longest.max(done.longest);
        }
        kept.push(scratch);
    }
    let ratio = median(&mut ratios);
    println!(
        "{} {what:<36} {ratio:>6.2} of {least:<5} ({:.2} to {:.2}; raw {:.0} us, amend {:.0} us each; longest wait {longest:.1?})",
        verdict(ratio >= least),
        ratios[0],
        ratios[ratios.len() - 1],
        median(&mut raw_us),
        median(&mut our_us),
    );
    Ok(())
}

fn store(directory: &Path) -> anyhow::Result<Store> {
    let patient = Options::default().with_lock_timeout(Some(Duration::from_secs(300)));
    Ok(Store::open_with(directory, patient)?)
}

fn check(directory: &Path, document: &str, expected: usize) -> anyhow::Result<()> {
    let text = fs::read_to_string(directory.join(document))?;
    let state: serde_json::Value = serde_json::from_str(&text)?;
    ensure!(
        state["count"] == expected,
        "{document}: {expected} updates, {state}"
    );
    Ok(())
}

fn one_thread(directory: &Path) -> anyhow::Result<Done> {
    let store = store(directory)?;
    let text = format!(r#"{{"count": 0, "text": "{}"}}"#, "x".repeat(1000));
    fs::write(directory.join("state.json"), text)?;
    let started = Instant::now();
    let longest = longest_of(2000, |_| {
        store.update("state.json", increment)?;
        Ok(())
    })?;
    let time = started.elapsed();
    check(directory, "state.json", 2000)?;
    Ok(Done {
        updates: 2000,
        time,
        longest,
        peak: memory("VmHWM")?,
    })
}

fn threads(directory: &Path) -> anyhow::Result<Done> {
    let store = store(directory)?;
    let done = in_threads(50, 20, |_, _| {
        store.update("state.json", increment)?;
        Ok(())
    })?;
    check(directory, "state.json", done.updates)?;
    Ok(done)
}

fn guests(directory: &Path, counter: &Plugin) -> anyhow::Result<Done> {
    let store = store(directory)?;
    let args = Json::parse("{}")?;
    let done = in_threads(50, 20, |_, _| {
        store.update("state.json", counter.with_args(args.clone()))?;
        Ok(())
    })?;
    check(directory, "state.json", done.updates)?;
    Ok(done)
}

fn documents(directory: &Path) -> anyhow::Result<Done> {
    let store = store(directory)?;
    let done = in_threads(8, 1250, |thread, time| {
        store.update(format!("{}.json", thread * 125 + time / 10), increment)?;
        Ok(())
    })?;
    for number in 0..1000 {
        check(directory, &format!("{number}.json"), 10)?;
    }
    Ok(done)
}

/// The raw commits of as many documents, in as many threads.
fn raw_documents(directory: &Path) -> anyhow::Result<Duration> {
    // It goes with the directory that it is in.
    let own = tempfile::tempdir_in(directory)?.keep();
    let done = raw_in_threads(&own, 8, 125, 10, 14)?;
    Ok(done.time.div_f64(done.updates as f64))
}

/// A lone updater beside another process's, so to speak, that is always busy: how long it waits at the longest.
fn beside(directory: &Path) -> anyhow::Result<Done> {
    let (busy, lone) = (store(directory)?, store(directory)?);
    let mut done = 0;
    let longest = thread::scope(|scope| {
        let threads = scope.spawn(|| {
            in_threads(16, 200, |_, _| {
                busy.update("state.json", increment)?;
                Ok(())
            })
        });
        let mut longest = Duration::ZERO;
        while !threads.is_finished() {
            let before = Instant::now();
            lone.update("state.json", increment)?;
            longest = longest.max(before.elapsed());
            done += 1;
        }
        let all = threads
            .join()
            .map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        anyhow::Ok((all.time, longest))
    });
    let (time, longest) = longest?;
    check(directory, "state.json", 3200 + done)?;
    Ok(Done {
        updates: done,
        time,
        longest,
        peak: memory("VmHWM")?,
    })
}

fn processes(directory: &Path) -> anyhow::Result<Done> {
    let this = std::env::current_exe()?;
    let document = directory.join("state.json");
    let done = in_processes(8, 100, || {
        let mut writer = Command::new(&this);
        writer
            .arg("writer")
            .args([document.as_os_str(), "100".as_ref()]);
        writer
    })?;
    check(directory, "state.json", done.updates)?;
    Ok(done)
}

/// One of the eight processes.
fn writer(document: &Path, count: usize) -> anyhow::Result<()> {
    let store = store(document.parent().context("it is in a directory")?)?;
    let name = document.file_name().context("it has a name")?;
    member(count, || {
        store.update(name, increment)?;
        Ok(())
    })
}
