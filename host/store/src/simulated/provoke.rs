//! The protocol is broken on purpose, each time in a plan in which that shows.

use super::fault::Fault;
use super::foreign_writer::Foreign;
use super::mutation::Mutation;
use super::plan::{Kind, Plan};
use super::random::{Random, seeds};
use super::schedules::{SEEDS, run};
use super::territory::ROOTS;

impl Plan {
    /// A plan in which the lack of a part of the protocol shows.
    fn provoking(mutation: Mutation, random: &mut Random) -> Plan {
        let mut plan = Plan::of(ROOTS, &[0; 4]);
        match mutation {
            Mutation::BaseNotCompared => {
                let locking = [
                    Foreign::Renames,
                    Foreign::WritesInPlace,
                    Foreign::Truncates,
                    Foreign::SyncsNothing,
                ];
                return plan.with_first(Kind::Foreign(random.one_of(&locking)));
            }
            Mutation::NoSyncOfNoOp => return plan.with_first(Kind::Unsynced),
            Mutation::IgnoreShortWrite => plan.aim = Some("write"),
            Mutation::NotRecorded => plan.aim = Some("rename"),
            Mutation::NoHeaderLock
            | Mutation::NotVoid
            | Mutation::AlwaysAlive
            | Mutation::ToldBeforeSync => {
                let looks = 160;
                plan.faults = (1..4)
                    .map(|writer| Fault::Hasty { writer, looks })
                    .collect();
            }
            _ => {}
        }
        plan
    }
}

/// All seeds are tried where `AMEND_SEEDS` says how many, and else as many as it takes.
#[test]
fn each_way_to_break_the_protocol_is_noticed() {
    let mut unnoticed = vec![];
    for mutation in Mutation::ALL {
        let notices = |seed: &u64| {
            let plan = Plan::provoking(mutation, &mut Random::new(*seed));
            run(&plan, *seed, mutation).is_err()
        };
        let all = seeds(SEEDS);
        let noticed = if std::env::var_os("AMEND_SEEDS").is_some() {
            all.clone().filter(notices).count()
        } else {
            usize::from(all.clone().any(|seed| notices(&seed)))
        };
        println!(
            "{mutation:?}: noticed by {noticed} of {} seeds",
            all.count()
        );
        if noticed == 0 {
            unnoticed.push(mutation);
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
}
