//! `token` registers a deployment token at `/token`: the updater that answers with a [`Patch`].
//!
//! Two deployments at once: one wins, the other is refused, nobody is clobbered. A deployment that takes over
//! says whose token it expects to find.
//!
//! Arguments: `{"token": "...", "previous": "..."}`, `previous` only when taking over. Refuses when the stored
//! token is neither absent nor `previous`.

use amend_guest::{Operation, Patch, Refusal, refuse};
use serde::Deserialize;

amend_guest::updater!(update);

/// As much of the document as this updater has to know. It answers with one operation, so it need not carry
/// the rest.
#[derive(Debug, Deserialize)]
struct Deployment {
    token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Args {
    token: String,
    previous: Option<String>,
}

fn update(current: Deployment, args: Args) -> Result<Patch, Refusal> {
    match current.token {
        // The reason goes into logs, where somebody's token must not be read.
        Some(stored) if Some(&stored) != args.previous.as_ref() => {
            refuse!("another token is registered")
        }
        _ => Patch::operations([Operation::add("/token", args.token)]),
    }
}

#[cfg(test)]
mod tests;
