//! Several writers at once, in an order that a seed decides, some killed, until the power fails.
//!
//! When one of these fails it prints the seed; `AMEND_SEED=n cargo test -p amend-store programs` runs that one
//! alone.

use super::crash::disks;
use super::disk::{Broken, Disk, Fault, Said};
use super::world::World;
use super::{Process, count, increment};
use shuttle::Runner;
use shuttle::scheduler::RandomScheduler;
use std::panic::{AssertUnwindSafe, catch_unwind};

const WRITERS: usize = 3;
const UPDATES: usize = 3;
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
}

/// Runs the writers, and answers with what was wrong, if anything was.
fn run(seed: u64, broken: Broken) -> Result<(), String> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut world = World::new();
    world.add_durable("state.json", b"{}", 0o640);
    let call = random.below(WRITERS * UPDATES * 30);
    let fault = match random.below(3) {
        0 => None,
        1 => Some(Fault::Kill(call)),
        _ => Some(Fault::Short(call)),
    };
    let disk = Disk::new(world).with_broken(broken).scheduled();
    let disk = match fault {
        Some(fault) => disk.with_fault(fault),
        None => disk,
    };
    let ran = disk.clone();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let config = shuttle::Config::default();
        Runner::new(RandomScheduler::new_from_seed(seed, 1), config).run(move || {
            let writers: Vec<_> = (0..WRITERS)
                .map(|number| {
                    let disk = ran.clone();
                    shuttle::thread::spawn(move || write(&disk, number))
                })
                .collect();
            for writer in writers {
                writer.join().unwrap();
            }
        });
    }));
    outcome.map_err(|panic| format!("a writer panicked: {panic:?}"))?;
    check(&disk, &mut random)
}

fn write(disk: &Disk, number: usize) {
    let process = Process::new(disk, number);
    let member = format!("w{number}");
    for _ in 0..UPDATES {
        disk.say(number, Said::Begins);
        let said = match process.update("state.json", increment(&member)) {
            Ok(_) => Said::Acknowledged,
            Err(crate::Error::DurabilityUnknown { .. }) => Said::Unknown,
            Err(_) => Said::Failed,
        };
        disk.say(number, said);
    }
}

fn check(disk: &Disk, random: &mut Random) -> Result<(), String> {
    let pictures = disk.pictures();
    // All of the last, and some of the others: there are hundreds.
    let mut moments: Vec<usize> = (0..12).map(|_| random.below(pictures.len())).collect();
    moments.push(pictures.len() - 1);
    for moment in moments {
        let (world, said) = &pictures[moment];
        for found in disks(world) {
            for number in 0..WRITERS {
                let told = |what| said.iter().filter(|one| **one == (number, what)).count() as u64;
                let least = told(Said::Acknowledged);
                let most = told(Said::Begins) - told(Said::Failed);
                let document = found.read("state.json").map(|(bytes, _)| bytes);
                let is = count(document, &format!("w{number}"))
                    .ok_or_else(|| format!("not whole at moment {moment}: {document:?}"))?;
                if !(least..=most).contains(&is) {
                    return Err(format!(
                        "writer {number} at moment {moment}: {is}, not from {least} to {most}"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// The first seed that finds something, and what.
fn find(broken: Broken) -> Option<(u64, String)> {
    let only = std::env::var("AMEND_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seeds = only.map_or(0..SEEDS, |seed| seed..seed + 1);
    seeds
        .into_iter()
        .find_map(|seed| run(seed, broken).err().map(|what| (seed, what)))
}

#[test]
fn no_order_of_writers_and_no_power_failure_loses_anything() {
    if let Some((seed, what)) = find(Broken::Not) {
        panic!("with AMEND_SEED={seed}: {what}");
    }
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
