//! Makes a filter of any updater that is plugged into it: a document on standard input, the patched document on
//! standard output. It needs no host of ours, only a WebAssembly runtime with WASI. The README shows how.

mod arguments;
mod bindings;
mod failure;
mod filter;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use arguments::Asked;
use bindings::amend::document::updater;
use failure::Failure;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Where standard error is closed there is nobody to tell; the exit code still says it.
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let args = match arguments::read(std::env::args().skip(1))? {
        Asked::Help => return write(|out| out.write_all(arguments::HELP.as_bytes())),
        Asked::Update(args) => args,
    };
    if !cfg!(target_family = "wasm") {
        return Err(Failure::Native);
    }
    let mut input = Vec::new();
    io::stdin()
        .read_to_end(&mut input)
        .map_err(Failure::Input)?;
    let document = filter::filter(&input, &args, updater::update)?;
    write(|out| document.write_to(out))
}

/// Writes all of the output. Nothing is written before it is known: who fails has no output.
fn write(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    content(&mut out)
        .and_then(|()| out.flush())
        .map_err(Failure::Output)
}
