//! The counts that are stored, and what is said of others.

use amend_store::{Patch, Store};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const DIRECTORY: &str = env!("CARGO_MANIFEST_DIR");
const FILE: &str = "baseline.json";

/// By so much may a count be another one, either way, in hundredths.
const ALLOWED: u64 = 10;

/// The instructions of every work, by its name, and what they were counted with.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Baseline {
    counted_with: String,
    counts: BTreeMap<String, u64>,
}

/// What came of a comparison.
pub(crate) struct Verdict {
    /// A line for every work.
    pub(crate) report: String,
    /// Whether something has got worse, or cannot be compared.
    pub(crate) failed: bool,
}

impl Baseline {
    pub(crate) fn new(counted_with: String) -> Baseline {
        Baseline {
            counted_with,
            counts: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, work: &str, count: u64) {
        self.counts.insert(work.to_owned(), count);
    }

    /// Reads the one in the repository.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not one.
    pub(crate) fn stored() -> anyhow::Result<Baseline> {
        let advice = || format!("{FILE}: `cargo counts renew` makes a new one");
        let snapshot = Store::open(DIRECTORY)?.read(FILE).with_context(advice)?;
        let snapshot = snapshot.with_context(advice)?;
        serde_json::from_str(&snapshot.text).with_context(advice)
    }

    /// Makes this the one in the repository.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(crate) fn renew(&self) -> anyhow::Result<()> {
        let patch = Patch::replace(serde_json::to_string(self)?)?;
        let receipt = Store::open(DIRECTORY)?.update(FILE, patch)?;
        println!(
            "{FILE}: {}",
            if receipt.changed {
                "renewed"
            } else {
                "as it was"
            }
        );
        Ok(())
    }

    /// Compares what was counted now with this baseline.
    pub(crate) fn compare(&self, now: &Baseline) -> Verdict {
        let (mut report, mut failed, mut better) = (String::new(), false, false);
        let names: BTreeSet<_> = self.counts.keys().chain(now.counts.keys()).collect();
        for name in names {
            let line = match (self.counts.get(name), now.counts.get(name)) {
                (Some(&before), Some(&after)) => {
                    let change = (after as f64 / before as f64 - 1.0) * 100.0;
                    let word = if after * 100 > before * (100 + ALLOWED) {
                        failed = true;
                        "MORE"
                    } else if after * 100 < before * (100 - ALLOWED) {
                        better = true;
                        "less"
                    } else {
                        "ok  "
                    };
                    format!("{word} {name:<44} {after:>12}  {change:>+7.2} %")
                }
                (None, Some(after)) => {
                    failed = true;
                    format!("NEW  {name:<44} {after:>12}  is not in the baseline")
                }
                _ => {
                    failed = true;
                    format!("GONE {name:<44}")
                }
            };
            report.push_str(&line);
            report.push('\n');
        }
        if failed {
            report.push_str(
                "More instructions than the baseline allows: look for the change that costs them. \
                 When they are meant to be, `cargo counts renew`.\n",
            );
        }
        if better {
            report
                .push_str("Fewer instructions than before: keep them with `cargo counts renew`.\n");
        }
        if self.counted_with != now.counted_with {
            let _ = writeln!(
                report,
                "The baseline was counted with {}, this with {}: a difference may come from there.",
                self.counted_with, now.counted_with
            );
        }
        Verdict { report, failed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(works: &[(&str, u64)]) -> Baseline {
        let mut baseline = Baseline::new("this machine".to_owned());
        for (work, count) in works {
            baseline.add(work, *count);
        }
        baseline
    }

    #[test]
    fn more_than_a_tenth_more_fails_and_fewer_are_only_told() {
        let stored = counted(&[("parse", 1000), ("merge", 1000)]);
        for (now, failed, word) in [
            (1100, false, "ok  "),
            (1101, true, "MORE"),
            (899, false, "less"),
        ] {
            let verdict = stored.compare(&counted(&[("parse", 1000), ("merge", now)]));
            assert_eq!(verdict.failed, failed, "{now}");
            assert!(
                verdict.report.starts_with(&format!("{word} merge")),
                "{}",
                verdict.report
            );
        }
    }

    #[test]
    fn a_work_that_is_in_one_of_the_two_only_fails() {
        let (one, both) = (
            counted(&[("parse", 1)]),
            counted(&[("merge", 1), ("parse", 1)]),
        );
        assert!(one.compare(&both).failed);
        assert!(both.compare(&one).failed);
        assert!(!both.compare(&both).failed);
    }

    #[test]
    fn another_machine_is_told() {
        let mut other = counted(&[("parse", 1)]);
        other.counted_with = "another one".to_owned();
        let report = counted(&[("parse", 1)]).compare(&other).report;
        assert!(
            report.contains("this machine, this with another one"),
            "{report}"
        );
    }
}
