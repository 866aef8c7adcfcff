//! Guests in Rust: `cargo build --target wasm32-wasip2` makes the component itself.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Error, Guest,
    language::Language,
    tool::{self, Tools},
    workspace,
};

const TARGET: &str = "wasm32-wasip2";

pub(crate) struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn prepare(&self, tools: &Tools) -> Result<(), Error> {
        if is_target_installed()? {
            return Ok(());
        }
        // In the workspace's directory, where rust-toolchain.toml says which toolchain is meant.
        let mut rustup = std::process::Command::new("rustup");
        rustup
            .current_dir(workspace::root())
            .args(["target", "add", TARGET]);
        tools.run(&mut rustup).map_err(|error| Error::Missing {
            what: "the Rust target wasm32-wasip2",
            remedy: tool::line(&rustup),
            reason: match error {
                Error::CannotRun { .. } => {
                    "There is no rustup here. With a Rust that came some other way, install \
                    that target the same way, or install Rust from https://rustup.rs."
                        .to_owned()
                }
                error => error.to_string(),
            },
        })
    }

    fn compile(&self, guest: &Guest, tools: &Tools) -> Result<BTreeMap<String, PathBuf>, Error> {
        let manifest = guest.folder.join("Cargo.toml");
        let names = component_names(&manifest)?;
        let mut cargo = tool::cargo();
        cargo.current_dir(workspace::root()).args([
            "build",
            "--profile",
            "guest",
            "--target",
            TARGET,
        ]);
        cargo.arg("--manifest-path").arg(&manifest);
        // Not the directory of the cargo that may be waiting for us: it holds the lock on its own.
        cargo.arg("--target-dir").arg(&tools.work);
        tools.run(&mut cargo)?;
        let built = tools.work.join(TARGET).join("guest");
        let components = names.into_iter().map(|name| {
            let file = built.join(format!("{name}.wasm"));
            (name, file)
        });
        Ok(components.collect())
    }
}

fn is_target_installed() -> Result<bool, Error> {
    let mut rustc = tool::rustc();
    rustc
        .current_dir(workspace::root())
        .args(["--print", "target-libdir", "--target", TARGET]);
    Ok(Path::new(tool::answer(&mut rustc)?.trim_end()).exists())
}

/// What cargo makes components of: an updater is a `cdylib`, a program a `bin`, and a package may have many.
fn component_names(manifest: &Path) -> Result<Vec<String>, Error> {
    let unexpected = |problem: &str| Error::Unexpected {
        command: format!("cargo metadata of {}", manifest.display()),
        problem: problem.to_owned(),
    };
    let canonical = fs::canonicalize(manifest).map_err(Error::file("find", manifest))?;
    let metadata = workspace::metadata(&canonical)?;
    let package = metadata
        .packages
        .iter()
        .find(|package| package.manifest_path == canonical);
    let package =
        package.ok_or_else(|| unexpected("the package is not among those of its workspace"))?;
    let components = package.targets.iter().filter(|target| {
        target
            .kind
            .iter()
            .any(|kind| kind == "cdylib" || kind == "bin")
    });
    let names: Vec<_> = components.map(|target| target.name.clone()).collect();
    if names.is_empty() {
        return Err(unexpected(
            "it has neither a library of crate-type cdylib nor a binary",
        ));
    }
    Ok(names)
}
