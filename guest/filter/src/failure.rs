//! Why there is no document on standard output.

use std::io;

use amend_document::{ApplyError, PatchError, SyntaxError};

/// Why there is no document on standard output. The message is all that the caller sees, beside the exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0} arguments were given: there is one, a JSON value; try --help")]
    TooMany(usize),
    #[error("the argument is not JSON: {0}; try --help")]
    Args(SyntaxError),
    #[error("this is a WebAssembly component: compile it with `cargo guests --filters`")]
    Native,
    #[error("standard input cannot be read: {0}")]
    Input(io::Error),
    #[error("the document on standard input is not JSON: {0}")]
    Document(SyntaxError),
    #[error("refused: {0}")]
    Refused(String),
    #[error("the updater did not answer with a patch: {0}")]
    InvalidPatch(#[from] PatchError),
    #[error("the updater's patch does not fit the document: {0}")]
    Apply(#[from] ApplyError),
    #[error("the document cannot be written to standard output: {0}")]
    Output(io::Error),
}
