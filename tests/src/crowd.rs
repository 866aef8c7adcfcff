//! Many who do something at once, in threads and in processes.

use crate::measure::memory;
use anyhow::{Context, anyhow, ensure};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// What a crowd did: how many updates, in what time, and the longest wait for one.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    /// How many, all together.
    pub updates: usize,
    /// From the first to the last.
    pub time: Duration,
    /// The longest that one took.
    pub longest: Duration,
    /// The most memory that a process of the crowd has had, in bytes.
    pub peak: u64,
}

/// Runs something in many threads, many times each. It is told which thread it is in, and which time it is.
///
/// # Errors
///
/// When it fails once.
pub fn in_threads(
    threads: usize,
    each: usize,
    update: impl Fn(usize, usize) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<Done> {
    let outcome = Mutex::new(Ok(Duration::ZERO));
    let started = Instant::now();
    thread::scope(|scope| {
        for number in 0..threads {
            let (outcome, update) = (&outcome, &update);
            scope.spawn(move || {
                let done = longest_of(each, |time| update(number, time));
                if let Ok(mut outcome) = outcome.lock() {
                    match (outcome.as_mut(), done) {
                        (Ok(all), Ok(longest)) => *all = longest.max(*all),
                        (Ok(_), Err(error)) => *outcome = Err(error),
                        (Err(_), _) => {}
                    }
                }
            });
        }
    });
    let time = started.elapsed();
    let longest = outcome.into_inner();
    Ok(Done {
        updates: threads * each,
        time,
        longest: longest.map_err(|_| anyhow!("a thread panicked"))??,
        peak: memory("VmHWM")?,
    })
}

/// Runs something so many times, and gives the longest that it took once.
///
/// # Errors
///
/// When it fails once.
pub fn longest_of(
    times: usize,
    mut update: impl FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<Duration> {
    let mut longest = Duration::ZERO;
    for time in 0..times {
        let before = Instant::now();
        update(time)?;
        longest = longest.max(before.elapsed());
    }
    Ok(longest)
}

/// Starts so many processes, and lets them begin together when all have started. Each of them is a [`member`], or
/// does as one, and makes `each` updates.
///
/// # Errors
///
/// When one cannot be started, or fails.
pub fn in_processes(
    processes: usize,
    each: usize,
    command: impl Fn() -> Command,
) -> anyhow::Result<Done> {
    let mut members: Vec<Child> = (0..processes)
        .map(|_| {
            let mut command = command();
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
        })
        .collect::<Result<_, _>>()?;
    for member in &mut members {
        read_line(member)?;
    }
    let started = Instant::now();
    for member in &mut members {
        let mut input = member.stdin.take().context("it has one")?;
        input.write_all(b"go\n")?;
    }
    let (mut longest, mut peak) = (Duration::ZERO, 0);
    for member in &mut members {
        let line = read_line(member)?;
        let (micros, bytes) = line.trim().split_once(' ').context("a member's line")?;
        longest = longest.max(Duration::from_micros(micros.parse()?));
        peak = peak.max(bytes.parse()?);
    }
    let time = started.elapsed();
    for mut member in members {
        ensure!(member.wait()?.success(), "a process of the crowd failed");
    }
    Ok(Done {
        updates: processes * each,
        time,
        longest,
        peak,
    })
}

/// One of the processes: says that it has started, waits until it may begin, makes its updates, and says how long the
/// longest of them took, in microseconds, and how much memory it had at most, in bytes.
///
/// # Errors
///
/// When an update fails.
pub fn member(each: usize, mut update: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    println!("ready");
    std::io::stdin().read_line(&mut String::new())?;
    let longest = longest_of(each, |_| update())?;
    println!("{} {}", longest.as_micros(), memory("VmHWM")?);
    Ok(())
}

fn read_line(child: &mut Child) -> anyhow::Result<String> {
    let mut line = Vec::new();
    let out = child.stdout.as_mut().context("it has one")?;
    let mut byte = [0];
    while out.read(&mut byte)? == 1 && byte != *b"\n" {
        line.push(byte[0]);
    }
    Ok(String::from_utf8(line)?)
}
