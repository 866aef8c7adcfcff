//! `{{name}} PATH` removes the members of a document that are `null`.

use amend_guest::{Operation, Patch, Value, pointer, store};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: {{name}} PATH");
        return ExitCode::FAILURE;
    };
    match tidy(&path) {
        Ok(removed) => {
            println!("{removed} removed");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{{name}}: {}: {error}", error.case());
            ExitCode::FAILURE
        }
    }
}

/// The path is the name of a grant, a slash, and a path in it.
fn tidy(path: &str) -> Result<usize, store::Error> {
    loop {
        let Some(snapshot) = store::read(path, "")? else {
            return Ok(0);
        };
        let document: Value = snapshot
            .text
            .parse()
            .map_err(|error| store::Error::Malformed(format!("{path}: {error}")))?;
        let members = document.as_object().into_iter().flatten();
        let operations: Vec<_> = members
            .filter(|(_, value)| value.is_null())
            .map(|(name, _)| Operation::remove(pointer([name])))
            .collect();
        let removed = operations.len();
        if removed == 0 {
            return Ok(0);
        }
        // Nobody holds a lock between the two: whoever was faster has made another version.
        match store::update_if(
            path,
            Patch::operations(operations)?,
            Some(&snapshot.version),
        ) {
            Err(store::Error::Conflict(_)) => {}
            done => return done.map(|_| removed),
        }
    }
}
