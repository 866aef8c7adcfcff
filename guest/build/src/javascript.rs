//! Guests in JavaScript: QuickJS, with the author's module in it, as a component.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Error, Guest, files, guest::World, language::Language, npm, recipe::Recipe, tool::Tools,
    workspace,
};

/// Where the language's kit and its pinned tools are.
fn kit() -> PathBuf {
    workspace::root().join("guest/javascript")
}

pub(crate) struct JavaScript;

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "javascript"
    }

    fn prepare(&self, tools: &Tools) -> Result<(), Error> {
        npm::packages(tools, &kit()).map(drop)
    }

    fn compile(&self, guest: &Guest, tools: &Tools) -> Result<BTreeMap<String, PathBuf>, Error> {
        let packages = npm::packages(tools, &kit())?;
        let (sdk, wit) = (kit().join("sdk"), workspace::root().join("wit"));
        let recipe = Recipe::new()
            .folder(&guest.folder)?
            .folder(&sdk)?
            .folder(&wit)?
            .file(&kit().join("package-lock.json"))?
            .text(include_str!("javascript.rs"));
        let output = tools.work.join(format!("{}.wasm", guest.name));
        let component = recipe.make(&output, |project| {
            // The layout of an author's project, built with the author's command.
            files::copy_all(&guest.folder, project)?;
            files::copy_all(&sdk, &project.join("amend"))?;
            files::copy_all(&wit, &project.join("wit"))?;
            let manifest = project.join("package.json");
            fs::write(&manifest, r#"{"type": "module"}"#)
                .map_err(Error::file("write", &manifest))?;
            build(project, &packages, guest.world()?, tools)
        })?;
        Ok(BTreeMap::from([(guest.name.clone(), component)]))
    }
}

fn build(project: &Path, packages: &Path, world: World, tools: &Tools) -> Result<PathBuf, Error> {
    let source = match world {
        World::Plugin => "updater.js",
        World::Program => "program.js",
    };
    let made = project.join("made.wasm");
    let mut node = Command::new("node");
    node.current_dir(project)
        .arg("amend/build.js")
        .arg(source)
        .arg(&made);
    // The packages are shared by all guests, and are not in the project's own folder.
    node.env("NODE_PATH", packages);
    tools.run(&mut node)?;
    Ok(made)
}
