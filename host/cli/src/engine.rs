//! The engine of a command, and the process that compiles for it.

use crate::args::LimitArgs;
use crate::exit::{Code, Failure};
use amend_runtime::{Compiler, Engine};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What `amend` is started with to compile a guest for another `amend`. It is not for people, and not in the help.
const COMPILE: &str = "compile-guest";

/// An engine without a pool: reserving room for hundreds of guests takes longer than running one. It compiles in a
/// process of its own, so a component that is built to be expensive is an error of this command.
pub(crate) fn engine(limits: &LimitArgs) -> Result<Engine, Failure> {
    let compiler = Compiler::process(this_program()?, [COMPILE], limits.compiling());
    Ok(Engine::builder()
        .with_pool(false)
        .with_compiler(compiler)
        .build()?)
}

/// Whether this process was started to compile a guest.
pub(crate) fn is_compiler() -> bool {
    std::env::args_os().nth(1).as_deref() == Some(OsStr::new(COMPILE))
}

/// This program, even where its file was replaced after it was started.
fn this_program() -> Result<PathBuf, Failure> {
    let itself = Path::new("/proc/self/exe");
    if itself.exists() {
        return Ok(itself.to_owned());
    }
    std::env::current_exe().map_err(|error| {
        Failure::new(
            Code::Unexpected,
            format!("finding this program, to compile with it: {error}"),
        )
    })
}
