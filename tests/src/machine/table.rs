//! The results of all kernels, as they come and as a table in the end.

use super::event::{Check, Event, Outcome};
use super::known;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

/// All results.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// In the order in which they were planned: file system, kernel, check.
    cells: Vec<Cell>,
    /// Tests that cannot run: reason, and test with its mounts.
    not_here: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    failures: Vec<String>,
    /// When the machine of the last kernel was started.
    started: Option<Instant>,
}

#[derive(Debug)]
struct Cell {
    mount: String,
    kernel: String,
    check: Check,
    /// Nothing until it has a result.
    result: Option<String>,
    has_failed: bool,
    tests: Tests,
}

#[derive(Debug, Default)]
struct Tests {
    passed: usize,
    failed: usize,
    not_here: usize,
}

impl Table {
    /// Makes room for the results of a kernel.
    pub(super) fn begin(&mut self, kernel: &str, mounts: &[String], checks: &[Check]) {
        self.started = Some(Instant::now());
        for mount in mounts {
            for &check in checks {
                self.cells.push(Cell {
                    mount: mount.clone(),
                    kernel: kernel.to_owned(),
                    check,
                    result: None,
                    has_failed: false,
                    tests: Tests::default(),
                });
            }
        }
    }

    /// Takes an event of a kernel's machine, and shows it.
    pub(super) fn take(&mut self, kernel: &str, event: Event) {
        match event {
            Event::Started(version) => println!("{version} has started"),
            Event::Said(text) => println!("{text}"),
            Event::Fact { mount, name, value } => println!("{mount}: {name}: {value}"),
            Event::Tested {
                mount,
                test,
                outcome,
            } => self.tested(kernel, &mount, &test, outcome),
            Event::Checked {
                mount,
                check,
                outcome,
            } => self.checked(kernel, &mount, check, outcome),
            Event::Over => {}
        }
    }

    pub(super) fn has_failed(&self) -> bool {
        let mut cells = self.cells.iter();
        cells.any(|cell| cell.has_failed || cell.tests.failed > 0 || cell.result.is_none())
    }

    fn cell(&mut self, kernel: &str, mount: &str, check: Check) -> Option<&mut Cell> {
        let mut cells = self.cells.iter_mut();
        cells.find(|cell| cell.kernel == kernel && cell.mount == mount && cell.check == check)
    }

    fn checked(&mut self, kernel: &str, mount: &str, check: Check, outcome: Outcome) {
        let name = format!("{check:?}").to_lowercase();
        let (result, has_failed) = match outcome {
            Outcome::Passed(figures) => (figures, false),
            Outcome::NotHere(why) => (format!("- ({why})"), false),
            Outcome::Failed(detail) => match known::reason(mount, &name) {
                Some(why) => (format!("- ({why})"), false),
                None => {
                    self.failures
                        .push(format!("{mount}, {kernel}, {name}: {detail}"));
                    ("FAILED".to_owned(), true)
                }
            },
        };
        let seconds = self
            .started
            .map_or(0, |started| started.elapsed().as_secs());
        println!("{seconds:4} s, {mount}: {name}: {result}");
        if has_failed && let Some(last) = self.failures.last() {
            println!("{last}");
        }
        if let Some(cell) = self.cell(kernel, mount, check) {
            cell.result = Some(result);
            cell.has_failed = has_failed;
        }
    }

    fn tested(&mut self, kernel: &str, mount: &str, test: &str, outcome: Outcome) {
        let why = match &outcome {
            Outcome::Passed(_) => None,
            Outcome::NotHere(why) => Some(why.clone()),
            Outcome::Failed(_) => known::reason(mount, test).map(str::to_owned),
        };
        if let Some(cell) = self.cell(kernel, mount, Check::Suite) {
            match (&outcome, &why) {
                (Outcome::Passed(_), _) => cell.tests.passed += 1,
                (_, Some(_)) => cell.tests.not_here += 1,
                (_, None) => cell.tests.failed += 1,
            }
        }
        if let Some(why) = why {
            let tests = self.not_here.entry(why).or_default();
            let mounts = tests.entry(test.to_owned()).or_default();
            if !mounts.iter().any(|known| known == mount) {
                mounts.push(mount.to_owned());
            }
        } else if let Outcome::Failed(detail) = outcome {
            println!("{mount}: FAILED {test}: {detail}");
            self.failures
                .push(format!("{mount}, {kernel}, {test}: {detail}"));
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\ntests that cannot run:")?;
        for (why, tests) in &self.not_here {
            writeln!(f, "  {why}")?;
            for (test, mounts) in tests {
                writeln!(f, "    {test} ({})", mounts.join(", "))?;
            }
        }
        writeln!(f, "\nfailures: {}", self.failures.len())?;
        for failure in &self.failures {
            writeln!(f, "  {}", failure.trim_end().replace('\n', "\n      "))?;
        }
        writeln!(
            f,
            "\n{:16}{:24}{:10}result",
            "file system", "kernel", "check"
        )?;
        for cell in &self.cells {
            let name = format!("{:?}", cell.check).to_lowercase();
            let result = match (&cell.result, cell.check) {
                (None, _) => "NO RESULT".to_owned(),
                (Some(_), Check::Suite) => {
                    let Tests {
                        passed,
                        failed,
                        not_here,
                    } = cell.tests;
                    format!("{passed} passed, {failed} failed, {not_here} cannot run")
                }
                (Some(result), _) => result.clone(),
            };
            writeln!(f, "{:16}{:24}{name:10}{result}", cell.mount, cell.kernel)?;
        }
        Ok(())
    }
}
