//! How the hostile programs tell what came of their attempts.

use amend_guest::store::Error;
use std::fmt::Debug;

/// Prints one line, whatever is in it: a test reads it.
pub fn tell(attempt: &str, outcome: &Result<impl Debug, Error>) {
    match outcome {
        Ok(done) => println!("{attempt}: done: {done:?}"),
        Err(error) => println!("{attempt}: {error:?}"),
    }
}
