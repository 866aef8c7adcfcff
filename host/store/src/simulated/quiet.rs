//! The quiet updates afterwards: one by each user, with nothing going wrong.

use super::disk::Disk;
use super::event::History;
use super::judge::{Verdict, When};
use super::model::{Model, ROOT};
use super::mutation::Mutation;
use super::plan::Plan;
use super::watch::DOCUMENT;
use super::{Process, count, increment};

/// Checks that the next updates work, and leave nothing behind.
pub(super) fn check_next(
    plan: &Plan,
    mutation: Mutation,
    found: Model,
    history: &History,
    when: When,
) -> Result<(), String> {
    // A foreign program that writes in place, or a writer that does not sync, may have left no document.
    let verdict = Verdict::new(plan, history, when);
    if verdict.may_be_torn {
        return Ok(());
    }
    let mut disk = Disk::new(found).with_mutation(mutation);
    let mut made = 0;
    for (number, user) in plan.users().into_iter().enumerate().rev() {
        let writer = plan.writers.len() + number;
        disk = disk.with_user(writer, user);
        let process = Process::new(&disk, writer);
        let nothing = process.update(DOCUMENT, |_: Option<&str>| Ok::<_, String>(None));
        nothing.map_err(|error| format!("then a no-op of user {user} fails: {error}"))?;
        if plan.may_change(user) {
            let updated = process.update(DOCUMENT, increment("next"));
            updated.map_err(|error| format!("then an update of user {user} fails: {error}"))?;
            made += 1;
        } else if process.update(DOCUMENT, increment("next")).is_ok() {
            return Err(format!("user {user} may not change it, and has"));
        }
    }
    let after = disk.model();
    let document = after.read(DOCUMENT).map(|(bytes, _)| bytes);
    let is = count(document, "next");
    if is != Some(made) {
        return Err(format!(
            "{made} next updates are done, and {is:?} are there"
        ));
    }
    verdict
        .check(document)
        .map_err(|what| format!("after the next: {what}"))?;
    check_names(&after)
}

/// Checks that nothing of amend is left beside the document.
pub(super) fn check_names(model: &Model) -> Result<(), String> {
    let is_known =
        |name: &String| [DOCUMENT, "state.json.lock", "foreign"].contains(&name.as_str());
    match model.names(ROOT).iter().find(|name| !is_known(name)) {
        Some(left) => Err(format!("{left} is left behind")),
        None => Ok(()),
    }
}
