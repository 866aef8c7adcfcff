//! The test binaries, with their temporary directories on the mount.

use super::Site;
use crate::machine::event::{Event, Outcome};
use crate::machine::known;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long one binary may take.
const LONGEST: Duration = Duration::from_secs(120);

pub(super) fn run(site: &Site<'_>) -> anyhow::Result<Outcome> {
    let (mut passed, mut failed, mut not_here) = (0, 0, 0);
    for (binary, path) in &site.plan.suite {
        // Each has a directory of its own: one that does not end is in the way of no other.
        let temp = site.directory(&format!("suite-{binary}"))?;
        let started = Instant::now();
        let outcomes = run_binary(site, binary, path, &temp)?;
        let seconds = started.elapsed().as_secs();
        let said = format!(
            "{}: {binary}: {} tests in {seconds} s",
            site.mount,
            outcomes.len()
        );
        (site.send)(Event::Said(said))?;
        for (test, outcome) in outcomes {
            match &outcome {
                Outcome::Passed(_) => passed += 1,
                Outcome::Failed(_) => failed += 1,
                Outcome::NotHere(_) => not_here += 1,
            }
            (site.send)(Event::Tested {
                mount: site.mount.to_owned(),
                test: format!("{binary}::{test}"),
                outcome,
            })?;
        }
    }
    // Which of the failures were to be expected is for the host to say.
    Ok(Outcome::Passed(format!(
        "{passed} passed, {failed} failed, {not_here} not here"
    )))
}

fn run_binary(
    site: &Site<'_>,
    binary: &str,
    path: &Path,
    temp: &Path,
) -> anyhow::Result<Vec<(String, Outcome)>> {
    let filter = site.plan.filter.as_deref().unwrap_or_default();
    let (mut chosen, mut result) = (Vec::new(), Vec::new());
    for name in list(path)? {
        let full = format!("{binary}::{name}");
        match known::reason_everywhere(&full) {
            _ if !full.contains(filter) => {}
            Some(why) => result.push((name, Outcome::NotHere(why.to_owned()))),
            None => chosen.push(name),
        }
    }
    if chosen.is_empty() {
        return Ok(result);
    }
    let said = Path::new("/tmp/said");
    let mut command = Command::new(path);
    command
        .args(["--exact", "--test-threads", "3"])
        .args(&chosen);
    command.env("TMPDIR", temp).env("RUST_BACKTRACE", "0");
    // The command is there. The tests would have cargo build it.
    command.env("CARGO", "/bin/true").env("HOME", "/tmp");
    command
        .env("PATH", "/bin:/programs/bin")
        .current_dir("/tmp");
    File::create(said)?;
    let to_it = || File::options().append(true).open(said);
    command.stdin(Stdio::null()).stdout(to_it()?);
    let mut child = command.stderr(to_it()?).spawn()?;
    let started = Instant::now();
    while child.try_wait()?.is_none() && started.elapsed() < LONGEST {
        thread::sleep(Duration::from_millis(50));
    }
    child.kill().ok();
    let status = child.wait()?;
    let mut text = Vec::new();
    File::open(said)?.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let outcomes = outcomes(&text);
    let unended = || {
        let last = text.get(text.len().saturating_sub(300)..).unwrap_or(&text);
        Outcome::Failed(format!("it did not end ({status}): {last}"))
    };
    result.extend(chosen.into_iter().map(|name| {
        let outcome = outcomes.get(&name).cloned().unwrap_or_else(unended);
        (name, outcome)
    }));
    // What a test leaves behind is its own matter; the disk is small.
    fs::remove_dir_all(temp).ok();
    Ok(result)
}

fn list(path: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new(path)
        .args(["--list", "--format", "terse"])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// The output of a test binary.
fn outcomes(text: &str) -> BTreeMap<String, Outcome> {
    let mut all = BTreeMap::new();
    let mut details: BTreeMap<&str, String> = BTreeMap::new();
    let mut skipped = BTreeMap::new();
    let mut of = None;
    for line in text.lines() {
        if let Some(name) = line
            .strip_prefix("---- ")
            .and_then(|line| line.strip_suffix(" stdout ----"))
        {
            of = Some(name);
        } else if line == "failures:" {
            of = None;
        } else if let Some(name) = of {
            let detail = details.entry(name).or_default();
            if detail.len() < 600 && !line.is_empty() && !line.starts_with("note:") {
                detail.push_str(line);
                detail.push('\n');
            }
        } else if let Some((name, why)) = line
            .strip_prefix("SKIPPED ")
            .and_then(|line| line.split_once(": "))
        {
            skipped.insert(name, why);
        } else if let Some((name, result)) = line
            .strip_prefix("test ")
            .and_then(|line| line.split_once(" ... "))
        {
            let outcome = match result.split_whitespace().next() {
                Some("ok") => Outcome::Passed(String::new()),
                Some("ignored") => Outcome::NotHere("ignored".to_owned()),
                _ => Outcome::Failed(String::new()),
            };
            // A test that must panic says so behind its name.
            let name = name.trim_end_matches(" - should panic");
            all.insert(name.to_owned(), outcome);
        }
    }
    for (name, detail) in details {
        all.insert(name.to_owned(), Outcome::Failed(detail));
    }
    for (name, why) in skipped {
        all.insert(name.to_owned(), Outcome::NotHere(why.to_owned()));
    }
    all
}
