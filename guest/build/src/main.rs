//! `cargo guests`: compiles guests to components and says where they are.

use std::{error::Error, process::ExitCode};

use amend_guest_build::{Builder, Progress};
use clap::Parser;

/// Compiles guests to WebAssembly components.
///
/// A guest is a folder of guest/examples. What has not changed is not compiled again. What a language needs is
/// set up below the target directory where that can be done; otherwise the message says what to install.
///
/// Prints a line for each component: its size in bytes and its path.
#[derive(Debug, Parser)]
#[command(
    name = "cargo guests",
    bin_name = "cargo guests",
    after_help = "Examples:\n  \
        cargo guests               all guests\n  \
        cargo guests rust          those written in Rust\n  \
        cargo guests rust/counter  one\n  \
        cargo guests --filters     all guests, and each updater as a filter\n  \
        cargo guests --list        their names"
)]
struct Arguments {
    /// Which guests; all when none is named.
    #[arg(value_name = "LANGUAGE[/NAME]")]
    guests: Vec<String>,

    /// Print the guests' names and compile nothing.
    #[arg(long)]
    list: bool,

    /// Plug each updater into the component of guest/filter as well: a command that needs no amend to run.
    #[arg(long)]
    filters: bool,

    /// Report nothing but what goes wrong.
    #[arg(short, long)]
    quiet: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let builder = Builder::new(if arguments.quiet {
        Progress::Silent
    } else {
        Progress::Shown
    })?;
    for guest in builder.select(&arguments.guests)? {
        if arguments.list {
            println!("{guest}");
            continue;
        }
        if !arguments.quiet {
            eprintln!("{guest}:");
        }
        let mut made = vec![builder.compile(&guest)?];
        if arguments.filters {
            made.extend(builder.filter(&guest)?);
        }
        for component in made {
            println!(
                "{:>10} {}",
                std::fs::metadata(&component)?.len(),
                component.display()
            );
        }
    }
    Ok(())
}
