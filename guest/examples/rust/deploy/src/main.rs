//! `deploy PATH TOKEN [VERSION]` takes a deployment from its token to its end, in the document at PATH.
//!
//! It has the host apply the updater `token`, which refuses when another deployment is under way; says so in
//! `/status`; and says that it is done if nobody has changed the document in between, or if the document still has
//! the version that was named.

use amend_guest::{Operation, Patch, json, store};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let (path, token, version) = match &args[..] {
        [path, token] => (path, token, None),
        [path, token, version] => (path, token, Some(version.as_str())),
        _ => {
            eprintln!("usage: deploy PATH TOKEN [VERSION]");
            return ExitCode::FAILURE;
        }
    };
    match deploy(path, token, version) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("deploy: {}: {error}", error.case());
            ExitCode::FAILURE
        }
    }
}

fn deploy(path: &str, token: &str, version: Option<&str>) -> Result<(), store::Error> {
    store::apply(path, "token", &json!({ "token": token }))?;
    store::update(path, Patch::merge(json!({ "status": "deploying" }))?)?;

    let snapshot = store::read(path, "/status")?;
    let snapshot = snapshot.ok_or_else(|| store::Error::NotFound("the status is gone".into()))?;
    println!("status: {}", snapshot.text);

    let done = Patch::operations([Operation::replace("/status", "deployed")])?;
    store::update_if(path, done, Some(version.unwrap_or(&snapshot.version)))?;
    println!("deployed");
    Ok(())
}
