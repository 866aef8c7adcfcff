//! A work, and how it is done again and again by all who take part.

use crate::peer::Contender;
use crate::sample::Sample;
use amend_tests::measure::{median, scratch};
use anyhow::{Context, ensure};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Run = Box<dyn Fn(&Path) -> anyhow::Result<Sample>>;

/// What everybody does who is one of its rows. The first is the yardstick: 1.0.
pub(crate) struct Work {
    pub(crate) name: String,
    /// What is counted: "an update".
    pub(crate) unit: &'static str,
    pub(crate) rounds: usize,
    /// No round begins later than this.
    patience: Duration,
    pub(crate) rows: Vec<Row>,
}

/// One contender at one work. The run begins in an empty directory.
pub(crate) struct Row {
    pub(crate) who: &'static Contender,
    pub(crate) run: Run,
}

/// What became of a work.
pub(crate) struct Done {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    /// How often all have done it.
    pub(crate) rounds: usize,
    pub(crate) rows: Vec<Standing>,
}

/// What became of a row.
pub(crate) struct Standing {
    pub(crate) who: &'static Contender,
    /// `None` where what he needs is not on this machine.
    pub(crate) figures: Option<Figures>,
}

/// The medians of the rounds, and how far these are apart.
pub(crate) struct Figures {
    /// How many times as long as the yardstick in the same round.
    pub(crate) ratio: f64,
    /// The least and the greatest ratio.
    pub(crate) spread: (f64, f64),
    /// Microseconds.
    pub(crate) each: f64,
    /// Of all rounds.
    pub(crate) lost: u64,
    /// Bytes, of the round with the most.
    pub(crate) peak: u64,
}

impl Work {
    pub(crate) fn new(name: impl Into<String>, unit: &'static str, rounds: usize) -> Work {
        Work {
            name: name.into(),
            unit,
            rounds,
            patience: Duration::from_secs(30),
            rows: Vec::new(),
        }
    }

    /// With another patience, in seconds.
    #[must_use]
    pub(crate) fn within(self, seconds: u64) -> Work {
        Work {
            patience: Duration::from_secs(seconds),
            ..self
        }
    }

    #[must_use]
    pub(crate) fn row(
        mut self,
        who: &'static Contender,
        run: impl Fn(&Path) -> anyhow::Result<Sample> + 'static,
    ) -> Work {
        let run = Box::new(run);
        self.rows.push(Row { who, run });
        self
    }

    /// Lets all do it in every round, in another order each time, each in a process and a directory of its own;
    /// at the most so many rounds.
    ///
    /// # Errors
    ///
    /// When a row fails, or loses an update.
    pub(crate) fn run(&self, rounds: usize) -> anyhow::Result<Done> {
        let mut samples: Vec<Vec<Sample>> = self.rows.iter().map(|_| vec![]).collect();
        let started = Instant::now();
        for round in 0..self.rounds.min(rounds.max(1)) {
            // On a slow disk a few rounds have to do: all works together end in ten minutes.
            if round > 0 && started.elapsed() > self.patience {
                break;
            }
            for turn in 0..self.rows.len() {
                let at = (turn + round) % self.rows.len();
                if self.rows[at].who.is_here() {
                    samples[at].push(self.sample(&self.rows[at])?);
                }
            }
        }
        let yardstick = samples[0].clone();
        let rounds = yardstick.len();
        let rows = self
            .rows
            .iter()
            .zip(samples)
            .map(|(row, samples)| Standing {
                who: row.who,
                figures: Figures::of(&samples, &yardstick),
            });
        Ok(Done {
            name: self.name.clone(),
            unit: self.unit,
            rounds,
            rows: rows.collect(),
        })
    }

    /// Runs a row in a process of its own.
    fn sample(&self, row: &Row) -> anyhow::Result<Sample> {
        let output = Command::new(std::env::current_exe()?)
            .args(["row", &self.name, row.who.name])
            .stderr(Stdio::inherit())
            .output()?;
        let failed = || format!("{}, {}", self.name, row.who.name);
        ensure!(output.status.success(), "{}: {}", failed(), output.status);
        let sample: Sample = serde_json::from_slice(&output.stdout).with_context(failed)?;
        // All who count promise it.
        ensure!(
            sample.lost == 0,
            "{}: {} updates are lost",
            failed(),
            sample.lost
        );
        Ok(sample)
    }

    /// What that process does.
    ///
    /// # Errors
    ///
    /// When there is no such row, or it fails.
    pub(crate) fn run_row(&self, who: &str) -> anyhow::Result<()> {
        let row = self.rows.iter().find(|row| row.who.name == who);
        let row = row.with_context(|| format!("{} has no row `{who}`", self.name))?;
        let scratch = scratch()?;
        let sample = (row.run)(scratch.path())?;
        println!("{}", serde_json::to_string(&sample)?);
        Ok(())
    }
}

impl Figures {
    fn of(samples: &[Sample], yardstick: &[Sample]) -> Option<Figures> {
        let ratios = samples.iter().zip(yardstick);
        let mut ratios: Vec<f64> = ratios.map(|(one, other)| one.each / other.each).collect();
        let mut each: Vec<f64> = samples.iter().map(|sample| sample.each).collect();
        if ratios.is_empty() {
            return None;
        }
        Some(Figures {
            ratio: median(&mut ratios),
            spread: (ratios[0], ratios[ratios.len() - 1]),
            each: median(&mut each),
            lost: samples.iter().map(|sample| sample.lost).sum(),
            peak: samples.iter().map(|sample| sample.peak).max()?,
        })
    }
}
