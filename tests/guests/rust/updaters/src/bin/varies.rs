//! Answers with all that could be another the next time: the order in a hash table, random numbers, the time.

use amend_guest::{Refusal, Value, json};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::time::{Instant, SystemTime};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Value, Refusal> {
    let order: Vec<u32> = (0..1000).collect::<HashSet<_>>().into_iter().collect();
    let random: Vec<u64> = (0..10).map(|n| RandomState::new().hash_one(n)).collect();
    let time = format!("{:?} {:?}", SystemTime::now(), Instant::now());
    Ok(json!({"order": order, "random": random, "time": time}))
}

fn main() {}
