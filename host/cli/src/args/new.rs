//! The arguments of `amend new`.

use amend_guest_new::languages;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = help())]
pub(crate) struct NewArgs {
    /// The language of the guest
    #[arg(value_parser = PossibleValuesParser::new(languages().iter().map(|language| language.name())))]
    pub(crate) language: String,

    /// The project's name: letters from a to z, digits and `-`
    pub(crate) name: String,

    /// plugin: an updater, which returns the change of one document. program: a command, which changes any documents
    /// that it is granted
    #[arg(long, value_name = "WORLD", default_value = "plugin", value_parser = PossibleValuesParser::new(worlds()))]
    pub(crate) world: String,

    /// The folder to create, which must not exist [default: the project's name, in this folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<PathBuf>,
}

/// The worlds that at least one language has a template for.
fn worlds() -> Vec<&'static str> {
    let mut worlds: Vec<_> = languages()
        .iter()
        .flat_map(amend_guest_new::Language::worlds)
        .collect();
    worlds.sort_unstable();
    worlds.dedup();
    worlds
}

fn help() -> String {
    let lines = languages().iter().map(|language| {
        let worlds: Vec<_> = language.worlds().collect();
        format!("  {:<12}{}", language.name(), worlds.join(", "))
    });
    let lines: Vec<_> = lines.collect();
    format!(
        "Languages, and the worlds they have a template for:\n{}\n\nExamples:\n  amend new rust apples\n  \
         amend new rust tidy --world program --path guests/tidy",
        lines.join("\n")
    )
}
