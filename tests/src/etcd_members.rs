//! What the members of a cluster say of themselves: who leads, and whether they agree.

use crate::etcd::{Cluster, Member};
use serde_json::Value;
use std::time::{Duration, Instant};
use ureq::Agent;

/// How long a member may take to say how it is. It asks nobody for that.
const ANSWER: Duration = Duration::from_millis(500);

/// How a member sees the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Status {
    id: u64,
    /// The id of the member that leads; `None` when it knows none.
    leader: Option<u64>,
    /// One that leads in a higher term leads; the other has not heard of it yet.
    term: u64,
}

/// The number of the member that leads; `None` while there is none, or none that can be asked.
pub fn leader(cluster: &Cluster) -> Option<usize> {
    let told = (0..cluster.members.len()).filter_map(|number| {
        let status = status(&cluster.members[number])?;
        (status.leader == Some(status.id)).then_some((status.term, number))
    });
    told.max().map(|(_, number)| number)
}

/// Waits until all members answer, and agree on who leads.
///
/// # Panics
///
/// When they have not in this time. It tells what they said.
pub fn await_agreement(cluster: &Cluster, patience: Duration) {
    let started = Instant::now();
    loop {
        let told: Vec<_> = cluster.members.iter().map(status).collect();
        let first = told.first().copied().flatten();
        let view = |status: Option<Status>| status.map(|told| (told.leader, told.term));
        let is_known = first.is_some_and(|status| status.leader.is_some());
        if is_known && told.iter().all(|status| view(*status) == view(first)) {
            return;
        }
        assert!(
            started.elapsed() < patience,
            "the members do not agree on a leader after {patience:?}: {told:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The address of a prefix, whose members stand in another order: the one with this number, which is asked first, and
/// those that follow it.
pub fn address_from(cluster: &Cluster, first: usize, prefix: &str) -> String {
    let count = cluster.members.len();
    let members = (0..count).map(|place| cluster.members[(first + place) % count].endpoint());
    let members: Vec<_> = members.collect();
    format!("etcd://{}{prefix}", members.join(","))
}

/// What the member says; `None` when it does not answer.
fn status(member: &Member) -> Option<Status> {
    let config = Agent::config_builder().timeout_global(Some(ANSWER)).build();
    let reply = config
        .new_agent()
        .post(format!(
            "http://{}/v3/maintenance/status",
            member.endpoint()
        ))
        .content_type("application/json")
        .send("{}");
    let body = reply.ok()?.body_mut().read_to_vec().ok()?;
    let reply: Value = serde_json::from_slice(&body).ok()?;
    let number = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    Some(Status {
        id: number(&reply["header"]["member_id"])?,
        leader: number(&reply["leader"]),
        term: number(&reply["raftTerm"])?,
    })
}
