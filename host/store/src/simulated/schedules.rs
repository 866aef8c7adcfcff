//! Several writers at once, in an order that a seed decides, until the power fails: with nothing, one thing and two
//! things going wrong. The seed decides the plan as well ([`Plan`]): users, foreign programs, clocks.
//!
//! When one of these fails it prints the seed; `AMEND_SEED=n cargo test -p amend-store schedules` runs that one alone.

use super::clock;
use super::crash::some_disk;
use super::disk::Disk;
use super::event::{Event, History};
use super::fault::Fault;
use super::judge::{When, check_moment, texts};
use super::model::Model;
use super::mutation::Mutation;
use super::plan::Plan;
use super::quiet::{check_names, check_next};
use super::random::{Random, seeds};
use super::state::Call;
use super::writer::write;
use shuttle::scheduler::RandomScheduler;
use shuttle::{FailurePersistence, MaxSteps, Runner};

/// The stack of each simulated process, in bytes.
const STACK: usize = 256 << 10;

/// Unless `AMEND_SEEDS` says how many.
pub(super) const SEEDS: u64 = 400;

/// No run needs as many: a writer in it goes on for ever.
const MOST_STEPS: usize = 200_000;

/// Runs the writers of a plan three times, first with nothing going wrong.
///
/// # Errors
///
/// The promise that was broken.
pub(super) fn run(plan: &Plan, seed: u64, mutation: Mutation) -> Result<Disk, String> {
    let mut random = Random::new(!seed);
    let new = || plan.disk().with_mutation(mutation);
    let with = |faults: &[Fault]| {
        let add = |disk: Disk, fault: &Fault| disk.with_fault(*fault);
        faults.iter().fold(new(), add)
    };
    let mut faults = plan.faults.clone();
    let whole = with(&faults);
    run_once(plan, seed, &whole, &mut random, &faults)?;
    // The same again, as far as a call at which something goes wrong; and again, as far as a later one.
    let mut calls = whole.lock().calls.clone();
    for _ in 0..2 {
        let from = faults.last().map_or(0, Fault::call);
        faults.push(random.fault(plan, &calls, from));
        let disk = with(&faults);
        run_once(plan, seed, &disk, &mut random, &faults)
            .map_err(|what| format!("{}: {what}", shown(&faults, &disk)))?;
        calls.clone_from(&disk.lock().calls);
    }
    Ok(whole)
}

/// Runs the writers on a disk, and checks everything.
pub(super) fn run_once(
    plan: &Plan,
    seed: u64,
    disk: &Disk,
    random: &mut Random,
    faults: &[Fault],
) -> Result<(), String> {
    write_all(plan, seed, disk)?;
    check(plan, disk, random, faults)
}

/// Runs the writers, to their ends.
pub(super) fn write_all(plan: &Plan, seed: u64, disk: &Disk) -> Result<(), String> {
    let (disk, plan) = (disk.clone(), plan.clone());
    // On a thread of its own: a run that panics leaves thread-local state behind.
    let outcome = std::thread::spawn(move || {
        clock::start();
        let mut config = shuttle::Config::default();
        // An update in a debug build needs more than the 32 KiB that a coroutine has by default.
        config.stack_size = STACK;
        config.failure_persistence = FailurePersistence::None;
        config.max_steps = MaxSteps::FailAfter(MOST_STEPS);
        Runner::new(RandomScheduler::new_from_seed(seed, 1), config).run(move || {
            disk.start(plan.writers.len());
            let writers: Vec<_> = (0..plan.writers.len())
                .map(|number| {
                    let (disk, plan) = (disk.clone(), plan.clone());
                    shuttle::thread::spawn(move || write(&disk, &plan, number))
                })
                .collect();
            for writer in writers {
                writer.join().unwrap();
            }
        });
    })
    .join();
    outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        format!("a writer panicked: {}", text.unwrap_or_default())
    })
}

fn check(plan: &Plan, disk: &Disk, random: &mut Random, faults: &[Fault]) -> Result<(), String> {
    if let Some(wrong) = disk.lock().watch.wrongs.first() {
        return Err(wrong.clone());
    }
    let (mut moments, mut void): (Vec<(Model, usize)>, Vec<usize>) = (vec![], vec![]);
    let (history, mutation) = (disk.history(), disk.lock().mutation);
    let mut last = None;
    disk.each_snapshot(|model, before| {
        // Once a directory could not be synced, no later sync of it proves anything.
        if model.is_directory_lost() {
            return Ok(());
        }
        let texts = texts(model);
        let moment = (texts, before.len());
        if last.as_ref() != Some(&moment) {
            let found = check_moment(plan, model, before, &moment.0);
            found.map_err(|what| format!("at moment {}: {what}", moments.len()))?;
            last = Some(moment);
        }
        if model.has_void_staging_file() {
            void.push(moments.len());
        }
        moments.push((model.clone(), before.len()));
        Ok(())
    })?;
    check_outcomes(plan, disk, &history, faults)?;
    // The next updates work whatever is found: a staging file that was not synced, a temporary file.
    for number in 0..4 {
        let is_void = number == 0 && !void.is_empty();
        let moment = if is_void {
            random.one_of(&void)
        } else {
            random.below(moments.len())
        };
        let (model, events) = &moments[moment];
        let found = some_disk(model, random, is_void);
        check_next(
            plan,
            mutation,
            found,
            &history[..*events],
            When::AfterPowerFailure,
        )?;
    }
    let end = disk.model();
    if !end.is_directory_lost() {
        check_next(plan, mutation, end.without_processes(), &history, When::Now)?;
        if !faults.iter().any(Fault::leaves_files) {
            check_names(&end)?;
        }
    }
    Ok(())
}

/// Checks that no update failed, or had an unknown outcome, for no reason.
fn check_outcomes(
    plan: &Plan,
    disk: &Disk,
    history: &History,
    faults: &[Fault],
) -> Result<(), String> {
    let errors = |writer| {
        let mut errors = disk.lock().errors.clone();
        errors.retain(|(of, _)| *of == writer);
        errors
    };
    let hard = faults.iter().filter(|fault| !fault.is_impatience()).count();
    let is_stopped = faults.iter().any(|fault| matches!(fault, Fault::Stop(_)));
    for (writer, event) in history {
        let has_met = is_stopped || disk.lock().met.contains(writer);
        let may_change = plan.may_change(plan.writers[*writer].user);
        match event {
            // One thing that goes wrong, and does not last, is never enough for that.
            Event::OutcomeUnknown if hard < 2 && !faults.iter().any(Fault::lasts) => {
                return Err(format!(
                    "the outcome is unknown to writer {writer}: {:?}",
                    errors(*writer)
                ));
            }
            Event::Failed if !has_met && may_change => {
                return Err(format!(
                    "an update of writer {writer} failed for no reason: {:?}",
                    errors(*writer)
                ));
            }
            Event::NoOpFailed if !has_met => {
                return Err(format!(
                    "a no-op of writer {writer} failed for no reason: {:?}",
                    errors(*writer)
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Faults, with the names of the calls that they are about.
fn shown(faults: &[Fault], disk: &Disk) -> String {
    let calls = &disk.lock().calls;
    let show = |fault: &Fault| match calls.get(fault.call()) {
        Some(call) => format!("{fault:?} at {:?} of writer {}", call.name, call.writer),
        None => format!("{fault:?}"),
    };
    let faults: Vec<_> = faults.iter().map(show).collect();
    faults.join(", ")
}

/// So many more updates were acknowledged than documents were put in place.
fn joined(disk: &Disk) -> usize {
    let acknowledged = disk
        .history()
        .iter()
        .filter(|(_, what)| *what == Event::Acknowledged)
        .count();
    let is_rename = |call: &&Call| call.name == "rename";
    let renames = disk.lock().calls.iter().filter(is_rename).count();
    acknowledged.saturating_sub(renames)
}

#[test]
fn no_order_of_writers_and_no_power_failure_loses_anything() {
    let (mut all, mut failures) = (0, vec![]);
    for seed in seeds(SEEDS) {
        let plan = Plan::random(&mut Random::new(seed));
        match run(&plan, seed, Mutation::None) {
            Ok(whole) => all += joined(&whole),
            Err(what) => failures.push(format!("with AMEND_SEED={seed}, {plan}: {what}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // Without this a change could make it look at no joint commit.
    assert!(
        seeds(SEEDS).count() == 1 || all > seeds(SEEDS).count() / 10,
        "{all}"
    );
}
