//! The comparison of a document with the reports of its writers.

use super::storm::Ended;
use crate::attempt::{Failure, Outcome as Written};
use crate::found::Found;
use crate::machine::event::Outcome;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The findings of all rounds.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    acknowledged: usize,
    timeouts: usize,
    unknown: usize,
    unended: usize,
    kills: usize,
    /// Every promise that was broken.
    pub(super) broken: Vec<String>,
}

impl Judgement {
    pub(super) fn add(&mut self, other: Judgement) {
        self.acknowledged += other.acknowledged;
        self.timeouts += other.timeouts;
        self.unknown += other.unknown;
        self.unended += other.unended;
        self.kills += other.kills;
        self.broken.extend(other.broken);
    }

    pub(super) fn outcome(mut self) -> Outcome {
        // Else it was no storm, and has shown nothing.
        if self.acknowledged == 0 || self.kills == 0 {
            self.broken
                .push("nothing was acknowledged, or none killed".to_owned());
        }
        let figures = format!("{} done, {} kills", self.acknowledged, self.kills);
        if self.broken.is_empty() {
            return Outcome::Passed(figures);
        }
        Outcome::Failed(format!(
            "{figures}, {} timeouts, {} unknown\n{}",
            self.timeouts,
            self.unknown,
            summary(&self.broken)
        ))
    }
}

/// Each kind of broken promise with its first case: the kind is the text before the first colon.
fn summary(broken: &[String]) -> String {
    let mut kinds = BTreeMap::<&str, Vec<&String>>::new();
    for case in broken {
        let kind = case.split(':').next().unwrap_or(case);
        kinds.entry(kind).or_default().push(case);
    }
    let lines = kinds.values();
    let lines = lines.map(|cases| format!("{} times: {}", cases.len(), cases[0]));
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn judge(documents: &[PathBuf], all: &[Ended]) -> Judgement {
    let mut judgement = Judgement::default();
    let mut begun = HashSet::new();
    for ended in all {
        judgement.kills += usize::from(ended.was_killed);
        for attempt in &ended.report.attempts {
            begun.insert(attempt.token.as_str());
            match &attempt.end {
                Some((_, Written::Acknowledged)) => judgement.acknowledged += 1,
                Some((_, Written::Committed)) => {
                    let case = format!("durability is unknown: {}", attempt.token);
                    judgement.broken.push(case);
                }
                Some((_, Written::Unknown(message))) => {
                    judgement.unknown += 1;
                    judgement
                        .broken
                        .push(format!("outcome is unknown: {message}"));
                }
                Some((_, Written::Failed(Failure::Test, _))) => {}
                Some((_, Written::Failed(Failure::Timeout | Failure::Conflict, _)))
                    if !ended.is_quiet =>
                {
                    judgement.timeouts += 1;
                }
                Some((_, Written::Failed(_, message))) => {
                    let case = format!("an update failed for no reason: {message}");
                    judgement.broken.push(case);
                }
                None => judgement.unended += 1,
            }
        }
        if ended.is_quiet && ended.report.attempts.is_empty() {
            judgement
                .broken
                .push("a quiet update reported nothing".to_owned());
        }
    }
    for document in documents {
        match Found::read(document) {
            Ok(found) => {
                let attempts = all.iter().flat_map(|ended| &ended.report.attempts);
                let broken = attempts.filter_map(|attempt| found.broken(attempt));
                let broken = broken.map(|broken| format!("{}: {}", broken.promise, broken.detail));
                judgement.broken.extend(broken);
                let strangers = found.tokens().filter(|token| !begun.contains(token));
                let strangers = strangers.map(|token| format!("no process has begun it: {token}"));
                judgement.broken.extend(strangers);
            }
            Err(wrong) => judgement
                .broken
                .push(format!("the document is gone or torn: {wrong}")),
        }
    }
    judgement.broken.extend(
        documents
            .first()
            .map(|document| leftovers(document))
            .unwrap_or_default(),
    );
    judgement
}

fn leftovers(document: &Path) -> Vec<String> {
    let directory = document.parent().unwrap_or(Path::new("/"));
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let left = names.filter(|name| !["d.json", "d.json.lock"].contains(&name.as_str()));
    left.map(|name| format!("left over: {name}")).collect()
}
