//! The processor time and the peak memory of each hostile guest.

use amend_tests::{Cost, cost, hostile, names, program};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The limits of each guest. The three limits on memory together bound the memory that it causes.
const LIMITS: [&str; 8] = [
    "--timeout",
    "1s",
    "--memory",
    "64MiB",
    "--host-memory",
    "64MiB",
    "--max-answer",
    "16MiB",
];
const GRANTED: u64 = (64 + 64 + 16) << 20;

/// The memory of the host itself: its code, and the mapped code of the guest.
const HOST: u64 = 256 << 20;

/// Twice the limit on time: the process has to start and to end, and nothing in it is optimised.
const TIME: Duration = Duration::from_secs(2);

/// Runs the command on a directory with one document. Compiling has limits of its own, so the guest is in the cache.
fn run(component: &Path, command: &[&str]) -> Cost {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("documents");
    fs::create_dir(&directory).unwrap();
    let document = directory.join("state.json");
    fs::write(&document, "{\"count\": 1}").unwrap();
    let grant = format!("state={}", directory.display());
    let (document, component) = (document.to_str().unwrap(), component.to_str().unwrap());
    let args: Vec<_> = command
        .iter()
        .map(|&arg| match arg {
            "DOCUMENT" => document,
            "COMPONENT" => component,
            "GRANT" => &grant,
            other => other,
        })
        .chain(LIMITS)
        .collect();
    let home = scratch.path();
    let compiled = cost(home, &["inspect", "--start", component, "--timeout", "1s"]);
    assert_no_accident(component, &compiled);
    cost(home, &args)
}

/// Neither a signal nor a panic has ended it.
fn assert_no_accident(guest: &str, cost: &Cost) {
    let code = cost.code;
    assert!(code.is_some_and(|code| code < 101), "{guest}: {cost:?}");
}

fn each(
    guests: impl IntoIterator<Item = String>,
    find: impl Fn(&str) -> std::path::PathBuf,
    command: &[&str],
) {
    println!(
        "{:<32} {:>4} {:>10} {:>8}",
        "guest", "code", "time", "memory"
    );
    for guest in guests {
        let cost = run(&find(&guest), command);
        let code = cost.code.unwrap_or(-1);
        let memory = cost.memory >> 20;
        println!("{guest:<32} {code:>4} {:>10.1?} {memory:>4} MiB", cost.time);
        assert_no_accident(&guest, &cost);
        assert!(cost.time < TIME, "{guest}: {:?}", cost.time);
        assert!(cost.memory < HOST + GRANTED, "{guest}: {memory} MiB");
    }
}

const UPDATE: [&str; 4] = ["update", "DOCUMENT", "--with", "COMPONENT"];

#[test]
fn no_updater_in_text_form_costs_more_than_its_limits() {
    let scratch = tempfile::tempdir().unwrap();
    each(names("wat"), |name| hostile(name, scratch.path()), &UPDATE);
}

#[test]
fn no_updater_costs_more_than_its_limits() {
    let scratch = tempfile::tempdir().unwrap();
    let all = names("rust/updaters/src/bin");
    each(all, |name| hostile(name, scratch.path()), &UPDATE);
}

/// `prints-without-end` is left out: the standard output of a program has no limit.
#[test]
fn no_program_costs_more_than_its_limits() {
    let all = names("rust/programs/src/bin");
    let all = all.into_iter().filter(|name| name != "prints-without-end");
    each(all, program, &["run", "COMPONENT", "--grant", "GRANT"]);
}
