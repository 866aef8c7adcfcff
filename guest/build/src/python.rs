//! Guests in Python: componentize-py starts Python, has it import the guest, and makes a component of what is in its
//! memory then.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use crate::{
    Error, Guest, World, files, language::Language, pip, recipe::Recipe, tool::Tools, workspace,
};

pub(crate) struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn prepare(&self, tools: &Tools) -> Result<(), Error> {
        pip::environment(tools, &requirements()).map(drop)
    }

    fn compile(&self, guest: &Guest, tools: &Tools) -> Result<BTreeMap<String, PathBuf>, Error> {
        let (kit, wit) = (kit(), workspace::root().join("wit"));
        let component = tools.place_of(guest)?;
        let made = Recipe::new()
            .text(include_str!("python.rs"))
            .file(&requirements())?
            .folder(&wit)?
            .folder(&kit)?
            .folder(&guest.folder)?
            .make(&component, |scratch| {
                // As in an author's project. Python writes what it has parsed beside the source, so not where it
                // really is.
                files::copy_all(&kit, &scratch.join("amend"))?;
                files::copy_all(&guest.folder, scratch)?;
                let made = scratch.join("made.wasm");
                let mut componentize =
                    Command::new(pip::environment(tools, &requirements())?.join("componentize-py"));
                // The packages of whoever calls this are none of the guest's.
                componentize
                    .current_dir(scratch)
                    .env_remove("VIRTUAL_ENV")
                    .arg("--quiet");
                componentize.arg("--wit-path").arg(&wit);
                let (world, module) = match guest.world()? {
                    World::Plugin => ("plugin", "updater"),
                    World::Program => {
                        componentize.args(["--wit-path", "amend/command.wit"]);
                        ("amend:python/command", "program")
                    }
                };
                componentize.args(["--world", world, "componentize", module, "--output"]);
                tools.run(componentize.arg(&made))?;
                Ok(made)
            })?;
        Ok(BTreeMap::from([(guest.name.clone(), made)]))
    }
}

/// What makes an author's project a guest: see its README.
fn kit() -> PathBuf {
    workspace::root().join("guest/python/sdk")
}

fn requirements() -> PathBuf {
    workspace::root().join("guest/python/requirements.txt")
}
