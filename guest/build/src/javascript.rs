//! Guests in JavaScript: the engine `QuickJS`, with the author's module in it, as a component.

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
        let output = tools.place_of(guest)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Progress};

    /// What can be said of the SDK without WebAssembly, and what its types accept and reject.
    #[test]
    fn the_tests_of_the_sdk_pass_in_node() {
        let builder = Builder::new(Progress::Silent).unwrap();
        let packages = builder.with_tools(&JavaScript, |tools| npm::packages(tools, &kit()));
        let mut node = Command::new("node");
        node.current_dir(kit()).args(["--test", "tests/"]);
        node.env("NODE_PATH", packages.unwrap());
        let output = node.output().unwrap();
        let report = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{report}");
        assert!(report.contains("# fail 0"), "{report}");
    }

    /// An author gets the tools that all of this was tested with.
    #[test]
    fn the_templates_pin_the_same_tools() {
        let text = |file: &str| fs::read_to_string(kit().join(file)).unwrap();
        let packages = |file: &str| {
            let lock: serde_json::Value = serde_json::from_str(&text(file)).unwrap();
            let mut packages = lock["packages"].clone();
            let project = packages.as_object_mut().unwrap().remove("").unwrap();
            (packages, project["devDependencies"].clone())
        };
        let own = packages("package-lock.json");
        for world in ["plugin", "program"] {
            let lock = format!("new/{world}/package-lock.json");
            assert_eq!(packages(&lock), own, "{lock}");
        }
    }
}
