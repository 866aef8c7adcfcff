//! Promises that were broken once. Each story is a plan with its faults, in a few dozen orders of its writers.

use super::crash::disks;
use super::disk::Disk;
use super::event::Event;
use super::fault::Fault;
use super::foreign_writer::Foreign;
use super::model::Model;
use super::plan::{Kind, Plan};
use super::quiet::check_names;
use super::random::Random;
use super::schedules::{run_once, write_all};
use super::state::State;
use super::territory::{CLOSED, OWN, READ_ONLY, ROOTS, STICKY};
use super::watch::DOCUMENT;
use super::{Process, counted, existing, increment};
use crate::options::Durability;
use rustix::io::Errno;

/// Runs a plan in this many orders, in each with these faults.
pub(super) fn tell(plan: &Plan, orders: u64, faults: &[Fault]) -> Vec<Disk> {
    let tell_one = |seed| {
        let with = |disk: Disk, fault: &Fault| disk.with_fault(*fault);
        let disk = faults.iter().fold(plan.disk(), with);
        let told = run_once(plan, seed, &disk, &mut Random::new(seed), faults);
        told.unwrap_or_else(|what| panic!("{plan}, {faults:?}, in order {seed}: {what}"));
        disk
    };
    (0..orders).map(tell_one).collect()
}

/// Runs a plan once for every call of a writer, with that going wrong in this call.
fn sweep(plan: &Plan, orders: u64, writer: usize, call: &str, fault: impl Fn(usize) -> Fault) {
    for seed in 0..orders {
        let whole = plan.disk();
        run_once(plan, seed, &whole, &mut Random::new(seed), &[]).unwrap();
        let calls = whole.lock().calls.clone();
        let mut swept = 0;
        for (at, made) in calls.iter().enumerate() {
            if made.writer == writer && (call.is_empty() || made.name == call) {
                swept += 1;
                let fault = fault(at);
                let disk = plan.disk().with_fault(fault);
                let told = run_once(plan, seed, &disk, &mut Random::new(seed), &[fault]);
                told.unwrap_or_else(|what| panic!("{plan}, {fault:?}, in order {seed}: {what}"));
            }
        }
        assert!(swept > 0, "no call of writer {writer} is {call:?}");
    }
}

fn has(disks: &[Disk], event: Event) -> bool {
    let mut histories = disks.iter().map(Disk::history);
    histories.any(|history| history.iter().any(|one| one.1 == event))
}

/// A user may write to the document, and may not remove names beside it: it could not take back its staged update. The
/// next process committed it.
#[test]
fn an_update_that_failed_is_not_committed_by_the_next_process() {
    for territory in [CLOSED, STICKY] {
        let plan = Plan::of(territory, &[1, 1, 2, 2]);
        let hasty = Fault::Hasty {
            writer: 2,
            looks: 80,
        };
        let told = tell(&plan, 30, &[hasty]);
        assert!(has(&told, Event::Failed));
    }
}

/// The process with the turn is killed after its rename. The next one syncs what is in place, and cannot open it. It said
/// that nothing was changed.
#[test]
fn a_change_that_is_in_place_is_not_reported_as_failed() {
    let plan = Plan::of(OWN, &[1; 4]);
    let mut swept = 0;
    for seed in 0..40 {
        let killed = Fault::KillAfterRename(0);
        let disk = plan.disk().with_fault(killed);
        write_all(&plan, seed, &disk).unwrap();
        let calls = disk.lock().calls.clone();
        let Some(rename) = calls.iter().position(|call| call.name == "rename") else {
            continue;
        };
        for (at, call) in calls.iter().enumerate().skip(rename + 1) {
            if !["open document", "open directory to sync"].contains(&call.name) {
                continue;
            }
            swept += 1;
            let faults = [killed, Fault::Error(at, Errno::MFILE)];
            let with = |disk: Disk, fault: &Fault| disk.with_fault(*fault);
            let disk = faults.iter().fold(plan.disk(), with);
            let told = run_once(&plan, seed, &disk, &mut Random::new(seed), &faults);
            told.unwrap_or_else(|what| panic!("{plan}, {faults:?}, in order {seed}: {what}"));
        }
    }
    assert!(swept > 0, "no document is opened after a kill");
}

/// A writer that does not sync has replaced the document. A no-op then synced the directory, and not the document.
#[test]
fn an_acknowledged_no_op_is_durable_although_the_last_writer_did_not_sync() {
    for model in [existing(), Model::new()] {
        let disk = Disk::new(model);
        let mut unsynced = Process::new(&disk, 1);
        unsynced.options.durability = Durability::None;
        unsynced.update(DOCUMENT, increment("count")).unwrap();
        let no_op = Process::new(&disk, 2);
        let receipt = no_op.update(DOCUMENT, |_: Option<&str>| Ok::<_, String>(None));
        assert!(!receipt.unwrap().changed);
        for found in disks(&disk.model()) {
            assert_eq!(counted(&found, DOCUMENT), Some(1));
        }
    }
    for kind in [Kind::Unsynced, Kind::Foreign(Foreign::SyncsNothing)] {
        tell(&Plan::of(ROOTS, &[0; 3]).with_first(kind), 30, &[]);
    }
}

/// A process is stopped, perhaps with locks, and goes on when all others have ended. Each of them ends in time, and an
/// update that was reported as failed is not done in the end.
#[test]
fn a_process_that_is_stopped_holds_up_the_others_for_no_longer_than_they_want() {
    sweep(&Plan::of(ROOTS, &[0; 3]), 2, 1, "", Fault::Stop);
}

/// So does a program that is stopped with the lock.
#[test]
fn a_lock_that_is_not_released_is_waited_for_no_longer_than_wanted() {
    for foreign in [Foreign::Renames, Foreign::WritesInPlace] {
        let plan = Plan::of(ROOTS, &[0; 3]).with_first(Kind::Foreign(foreign));
        sweep(&plan, 6, 0, "", Fault::Stop);
    }
}

/// A process is killed while it stages. All that was staged was reported as failed, though it could be made again.
#[test]
fn a_torn_header_makes_no_update_fail() {
    for len in [0, 1, 63, 64, 200, 511, 512, 520] {
        sweep(&Plan::of(OWN, &[1; 3]), 2, 1, "write staging file", |at| {
            Fault::Torn(at, len)
        });
    }
}

/// A staging file that a killed process had left made the no-ops of users fail that may only read.
#[test]
fn a_leftover_staging_file_does_not_disturb_readers() {
    let plan = Plan::of(READ_ONLY, &[1, 1, 2]);
    tell(&plan, 30, &[]);
    sweep(&plan, 2, 1, "", Fault::Kill);
}

/// A program takes the lock while a shared commit writes without it, and does not release it before all others have
/// ended. In some orders this does not happen; the rest are returned.
fn locked_in_a_shared_commit() -> Vec<Disk> {
    let plan = Plan::of(ROOTS, &[0; 3]).with_first(Kind::Foreign(Foreign::Renames));
    let mut told = vec![];
    for seed in 0..40 {
        let writes_unlocked =
            |state: &State| state.has_just_made(1, "write") && !state.is_locked("state.json.lock");
        let others_have_ended = |state: &State| (1..3).all(|one| state.turns.has_ended(one));
        let has_lock = |state: &State| state.has_just_made(0, "lock");
        let disk = plan
            .disk()
            .with_gate(
                0,
                |_| true,
                move |state| writes_unlocked(state) || others_have_ended(state),
            )
            .with_gate(1, writes_unlocked, has_lock)
            .with_gate(0, has_lock, others_have_ended);
        write_all(&plan, seed, &disk).unwrap();
        if disk.lock().gates.is_empty() {
            told.push(disk);
        }
    }
    assert!(told.len() > 10, "{}", told.len());
    told
}

/// The process that had to withdraw its staged update waited for the lock without a limit.
#[test]
fn a_wait_for_a_lock_that_is_not_released_ends_after_staging_too() {
    for disk in locked_in_a_shared_commit() {
        assert_eq!(disk.lock().watch.wrongs, Vec::<String>::new());
    }
}

/// The temporary file of the shared commit stayed.
#[test]
fn a_shared_commit_that_fails_leaves_nothing_behind() {
    for disk in locked_in_a_shared_commit() {
        check_names(&disk.model()).unwrap();
    }
}
