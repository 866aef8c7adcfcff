//! Several writers at once, in an order that a seed decides, until the power fails: with nothing, one thing and two
//! things going wrong, and one of them perhaps a program that knows nothing of drafts.
//!
//! When one of these fails it prints the seed; `AMEND_SEED=n cargo test -p amend-store programs` runs that one
//! alone.

use super::crash::{some_disk, texts};
use super::disk::{Disk, Said};
use super::harm::{Broken, Fault};
use super::power::assert_no_litter;
use super::world::World;
use super::{Process, count, increment, outsider};
use crate::error::Error;
use rustix::io::Errno;
use shuttle::Runner;
use shuttle::scheduler::RandomScheduler;
use std::collections::BTreeSet;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

const WRITERS: usize = 4;
const UPDATES: usize = 3;
/// Unless `AMEND_SEEDS` says how many.
const SEEDS: u64 = 300;

/// A small generator of numbers (xorshift); what matters is that a seed gives them again.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    /// Something that goes wrong in a run that makes these calls. Each name is as likely as any other: what is done
    /// seldom is what nobody thinks of.
    fn fault(&mut self, calls: &[&str], from: usize) -> Fault {
        let from = from.min(calls.len() - 1);
        let names: BTreeSet<_> = calls[from..].iter().collect();
        let name = names.iter().nth(self.below(names.len())).unwrap();
        let all: Vec<_> = (from..calls.len())
            .filter(|at| calls[*at] == **name)
            .collect();
        let call = all[self.below(all.len())];
        let errors = [Errno::IO, Errno::NOSPC, Errno::MFILE, Errno::ACCESS];
        let error = Fault::Error(call, errors[self.below(errors.len())]);
        let faults = match **name {
            "write" | "write staging file" => [Fault::Kill(call), Fault::Short(call), error],
            "lock" | "take the turn" => [Fault::Kill(call), Fault::Late(call), error],
            "rename" => [Fault::Kill(call), Fault::KillAfterRename(call), error],
            _ => [Fault::Kill(call), Fault::Kill(call), error],
        };
        faults[self.below(faults.len())]
    }
}

/// Runs the writers three times, first with nothing going wrong. Answers with what was wrong, if anything was; or with
/// how many updates of the first time were put in place with another one.
fn run(seed: u64, broken: Broken) -> Result<usize, String> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let has_outsider = broken == Broken::Not && random.below(2) == 0;
    let mut world = World::new();
    world.add_durable("state.json", b"{}", 0o640);
    let new = || Disk::new(world.clone()).with_broken(broken).scheduled();
    let whole = new();
    write_all(seed, &whole, has_outsider)?;
    check(&whole, &mut random, &[])?;
    if broken == Broken::Not {
        assert_no_litter(&whole.world(), "state.json");
    }
    // The same again, as far as a call at which something goes wrong; and again, as far as a later one.
    let mut faults = Vec::new();
    let mut calls = whole.calls();
    for _ in 0..2 {
        let from = faults.last().map_or(0, Fault::call);
        faults.push(random.fault(&calls, from));
        let disk = faults
            .iter()
            .fold(new(), |disk, fault| disk.with_fault(*fault));
        write_all(seed, &disk, has_outsider)?;
        check(&disk, &mut random, &faults).map_err(|what| format!("{faults:?}: {what}"))?;
        calls = disk.calls();
    }
    Ok(joined(&whole))
}

fn write_all(seed: u64, disk: &Disk, has_outsider: bool) -> Result<(), String> {
    let disk = disk.clone();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let config = shuttle::Config::default();
        Runner::new(RandomScheduler::new_from_seed(seed, 1), config).run(move || {
            let writers: Vec<_> = (0..WRITERS)
                .map(|number| {
                    let disk = disk.clone();
                    let is_outsider = has_outsider && number == 0;
                    shuttle::thread::spawn(move || write(&disk, number, is_outsider))
                })
                .collect();
            for writer in writers {
                writer.join().unwrap();
            }
        });
    }));
    outcome.map_err(|panic| format!("a writer panicked: {panic:?}"))
}

fn write(disk: &Disk, number: usize, is_outsider: bool) {
    for update in 0..UPDATES {
        if is_outsider {
            disk.say(number, Said::Begins);
            let done = outsider::increment(disk, number, &member(number));
            // It does not look how far it came.
            disk.say(number, done.map_or(Said::Unknown, |()| Said::Acknowledged));
        } else {
            write_once(disk, number, !(number + update).is_multiple_of(4));
        }
    }
}

fn write_once(disk: &Disk, number: usize, changes: bool) {
    let process = Process::new(disk, number);
    let mut seen = [0; WRITERS];
    let own = member(number);
    let mut increment = increment(&own);
    let updater = |current: Option<&str>| {
        for (of, seen) in seen.iter_mut().enumerate() {
            *seen = count(current.map(str::as_bytes), &member(of)).unwrap_or_default();
        }
        if changes {
            increment(current)
        } else {
            Ok(None)
        }
    };
    if changes {
        disk.say(number, Said::Begins);
    }
    let said = match process.update("state.json", updater) {
        Ok(_) => Said::Acknowledged,
        Err(Error::DurabilityUnknown { .. }) => Said::Unknown,
        Err(Error::Io { action, .. }) if action.contains("finding out") => Said::NotFoundOut,
        Err(_) => Said::Failed,
    };
    if said == Said::Acknowledged {
        for (of, changes) in seen.into_iter().enumerate() {
            disk.say(number, Said::Saw { of, changes });
        }
    }
    if changes {
        disk.say(number, said);
    }
}

fn member(number: usize) -> String {
    format!("w{number}")
}

fn check(disk: &Disk, random: &mut Random, faults: &[Fault]) -> Result<(), String> {
    let mut pictures = disk.pictures();
    // Once a directory could not be synced, no later sync of it proves anything, whoever makes it.
    let end = pictures
        .iter()
        .position(|(world, _)| world.is_directory_lost());
    pictures.truncate(end.unwrap_or(pictures.len()));
    for (moment, (world, said)) in pictures.iter().enumerate() {
        for found in texts(world, "state.json") {
            is_as_said(found.as_deref(), said)
                .map_err(|what| format!("at moment {moment}: {what}"))?;
        }
    }
    if let Some((number, _)) = disk.all_said().find(|(_, said)| *said == Said::NotFoundOut)
        && faults.len() < 2
    {
        // One thing that goes wrong is never enough for that.
        return Err(format!(
            "writer {number} was not told what came of its change"
        ));
    }
    let has_reason = faults
        .iter()
        .any(|fault| matches!(fault, Fault::Error(..) | Fault::Late(_)));
    if let Some((number, _)) = disk.all_said().find(|(_, said)| *said == Said::Failed)
        && !has_reason
    {
        return Err(format!("an update of writer {number} failed for no reason"));
    }
    // What is found works, whatever else is: a draft that nobody has synced, a temporary file.
    for _ in 0..4 {
        let (world, said) = &pictures[random.below(pictures.len())];
        let found = some_disk(world, |choices| random.below(choices));
        check_next(&found, said)?;
    }
    Ok(())
}

/// Checks that a document has what was acknowledged, and not what was said to have failed.
fn is_as_said(document: Option<&[u8]>, said: &[(usize, Said)]) -> Result<(), String> {
    for number in 0..WRITERS {
        let told = |what| said.iter().filter(|one| **one == (number, what)).count() as u64;
        let seen = said.iter().filter_map(|(_, what)| match what {
            Said::Saw { of, changes } if *of == number => Some(*changes),
            _ => None,
        });
        let least = seen.fold(told(Said::Acknowledged), u64::max);
        let most = told(Said::Begins) - told(Said::Failed);
        let is =
            count(document, &member(number)).ok_or_else(|| format!("not whole: {document:?}"))?;
        if !(least..=most).contains(&is) {
            return Err(format!(
                "{is} of writer {number}, not from {least} to {most}"
            ));
        }
    }
    Ok(())
}

/// Checks that the next update works on what is there, and leaves nothing behind. It may put in place what somebody
/// has staged who was not told what came of it.
fn check_next(world: &World, said: &[(usize, Said)]) -> Result<(), String> {
    let process = Process::new(&Disk::new(world.clone()), WRITERS + 1);
    let updated = process.update("state.json", increment("next"));
    updated.map_err(|error| format!("the next update fails: {error}"))?;
    let after = process.disk.world();
    let document = after.read("state.json").map(|(bytes, _)| bytes);
    if count(document, "next") != Some(1) {
        return Err(format!("the next update is not there: {document:?}"));
    }
    assert_no_litter(&after, "state.json");
    is_as_said(document, said).map_err(|what| format!("after the next update: {what}"))
}

/// So many more updates were acknowledged than documents were put in place.
fn joined(disk: &Disk) -> usize {
    let acknowledged = disk
        .all_said()
        .filter(|(_, what)| *what == Said::Acknowledged)
        .count();
    let calls = disk.calls();
    let renames = calls.iter().filter(|call| **call == "rename").count();
    acknowledged.saturating_sub(renames)
}

fn seeds() -> Range<u64> {
    let number = |name| std::env::var(name).ok()?.parse().ok();
    match number("AMEND_SEED") {
        Some(only) => only..only + 1,
        None => 0..number("AMEND_SEEDS").unwrap_or(SEEDS),
    }
}

/// The first seed that finds something, and what.
fn find(broken: Broken) -> Option<(u64, String)> {
    seeds().find_map(|seed| run(seed, broken).err().map(|what| (seed, what)))
}

#[test]
fn no_order_of_writers_and_no_power_failure_loses_anything() {
    let mut joined = 0;
    for seed in seeds() {
        match run(seed, Broken::Not) {
            Ok(more) => joined += more,
            Err(what) => panic!("with AMEND_SEED={seed}: {what}"),
        }
    }
    // Without this a change could make it look at no joint commit.
    assert!(
        seeds().count() == 1 || joined > seeds().count() / 10,
        "{joined}"
    );
}

#[test]
fn each_way_to_break_the_protocol_is_noticed() {
    for broken in [
        Broken::NoFileSync,
        Broken::NoDirectorySync,
        Broken::RenameFirst,
        Broken::LockOnDocument,
        Broken::IgnoreShortWrite,
    ] {
        assert!(find(broken).is_some(), "{broken:?} was not noticed");
    }
}
