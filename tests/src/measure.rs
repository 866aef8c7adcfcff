//! Two contenders that take turns, so that a busy moment of the machine hits both; what counts is the ratio.

use anyhow::{Context, ensure};
use std::process::Child;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What came of some rounds.
#[derive(Debug, Default)]
pub struct Contest {
    ratios: Vec<f64>,
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Contest {
    /// Lets both do their work in every round, the one that begins being the other in the next, and takes how
    /// long each says that it took. A first round warms up.
    ///
    /// # Errors
    ///
    /// When one of them fails.
    pub fn of(
        rounds: usize,
        mut ours: impl FnMut() -> anyhow::Result<Duration>,
        mut theirs: impl FnMut() -> anyhow::Result<Duration>,
    ) -> anyhow::Result<Contest> {
        let mut contest = Contest::default();
        for round in 0..=rounds {
            let (our, their) = if round % 2 == 0 {
                let our = ours()?;
                (our, theirs()?)
            } else {
                let their = theirs()?;
                (ours()?, their)
            };
            if round > 0 {
                contest.ratios.push(our.as_secs_f64() / their.as_secs_f64());
                contest.ours.push(our.as_secs_f64() * 1e6);
                contest.theirs.push(their.as_secs_f64() * 1e6);
            }
        }
        Ok(contest)
    }

    /// Prints the median, the middle half, and whether it is allowed.
    pub fn report(mut self, what: &str, allowed: f64) {
        let ratio = median(&mut self.ratios);
        let quarter = self.ratios.len() / 4;
        println!(
            "{} {what:<58} {ratio:>6.2} of {allowed:<5} ({:.2} to {:.2}; {:.1} us beside {:.1} us)",
            verdict(ratio <= allowed),
            self.ratios[quarter],
            self.ratios[self.ratios.len() - 1 - quarter],
            median(&mut self.ours),
            median(&mut self.theirs),
        );
    }
}

/// How a line of a report begins.
pub fn verdict(good: bool) -> &'static str {
    if good { "ok  " } else { "MISS" }
}

/// The one in the middle, or what lies halfway between the two that are; they are sorted afterwards.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let (upper, lower) = (values.len() / 2, (values.len() - 1) / 2);
    f64::midpoint(values[lower], values[upper])
}

/// How long one of so many takes.
///
/// # Errors
///
/// When one fails.
pub fn each(count: u32, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let started = Instant::now();
    for _ in 0..count {
        work()?;
    }
    Ok(started.elapsed() / count)
}

/// A directory beside the build, not in the temporary directory: that one may be memory, and what is measured
/// there is no disk.
///
/// # Errors
///
/// When it cannot be made.
pub fn scratch() -> anyhow::Result<TempDir> {
    let this = std::env::current_exe()?;
    Ok(tempfile::tempdir_in(
        this.parent().context("it is in a directory")?,
    )?)
}

/// What the system says of this process's memory, in bytes: `VmRSS` for what it has, `VmHWM` for the most that it
/// ever had.
///
/// # Errors
///
/// When the system does not say.
pub fn memory(field: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kilobytes = value.and_then(|value| value.split_whitespace().next());
    Ok(kilobytes.context("it is not told")?.parse::<u64>()? << 10)
}

/// The arguments of a benchmark that runs for as long as its user likes: a time such as `10m`, a minute by default; and the
/// first seed, as in `seed=7`, 0 by default.
pub fn time_and_seed() -> (Duration, u64) {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let time = args
        .iter()
        .find_map(|arg| humantime::parse_duration(arg).ok());
    let seed = args
        .iter()
        .find_map(|arg| arg.strip_prefix("seed=")?.parse().ok());
    (time.unwrap_or(Duration::from_secs(60)), seed.unwrap_or(0))
}

/// The processor time of this process, of all its threads together.
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("it is no time before the start")
}

/// The processor time of the thread that calls this.
pub fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("it is no time before the start")
}

/// What all processes have cost that this one has waited for: their processor time together, and the most memory that
/// one of them has had, in bytes.
pub fn children() -> (Duration, u64) {
    // SAFETY: `rusage` is plain data for which all zeros is a value, and the call only writes to it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        let done = libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        assert_eq!(done, 0, "it fails for other arguments only");
        usage
    };
    let duration = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec.unsigned_abs())
            + Duration::from_micros(time.tv_usec.unsigned_abs())
    };
    // Kilobytes on Linux (getrusage(2)).
    let memory = usage.ru_maxrss.unsigned_abs() * 1024;
    (duration(usage.ru_utime) + duration(usage.ru_stime), memory)
}

/// Waits for a child, and gives the most memory that it has had, in bytes.
///
/// # Errors
///
/// When it fails, or is not this process's child.
pub fn wait(child: &Child) -> anyhow::Result<u64> {
    let mut status = 0;
    // SAFETY: `rusage` is plain data for which all zeros is a value, the call only writes to it and to
    // `status`, and the child has not been waited for.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        let pid = libc::pid_t::try_from(child.id())?;
        (libc::wait4(pid, &raw mut status, 0, &raw mut usage), usage)
    };
    ensure!(waited > 0 && status == 0, "the command failed");
    // Kilobytes on Linux (getrusage(2)).
    Ok(usage.ru_maxrss.unsigned_abs() * 1024)
}
