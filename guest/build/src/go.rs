//! Guests in Go: `guest/go/sdk/build.py` makes the component, here as in an author's project.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use crate::{Error, Guest, language::Language, pip, recipe::Recipe, tool::Tools, workspace};

pub(crate) struct Go;

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn prepare(&self, tools: &Tools) -> Result<(), Error> {
        pip::environment(tools, &requirements()).map(drop)
    }

    fn compile(&self, guest: &Guest, tools: &Tools) -> Result<BTreeMap<String, PathBuf>, Error> {
        let (sdk, wit) = (
            workspace::root().join("guest/go/sdk"),
            workspace::root().join("wit"),
        );
        let recipe = Recipe::new()
            .text(include_str!("go.rs"))
            .file(&requirements())?
            .folder(&sdk)?
            .folder(&wit)?
            // All guests of a folder are packages of one module.
            .file(&guest.folder.with_file_name("go.mod"))?
            .folder(&guest.folder)?;
        let output = tools.place_of(guest)?;
        let component = recipe.make(&output, |scratch| {
            let made = scratch.join("component.wasm");
            let mut build = tool(tools, "python")?;
            build.arg(sdk.join("build.py")).arg(&made);
            build.arg("--package").arg(&guest.folder);
            build.arg("--wit").arg(&wit);
            tools.run(&mut build)?;
            Ok(made)
        })?;
        Ok(BTreeMap::from([(guest.name.clone(), component)]))
    }
}

fn requirements() -> PathBuf {
    workspace::root().join("guest/go/requirements.txt")
}

/// One of the pinned tools. What it keeps between builds, it keeps in the folder that is for that.
fn tool(tools: &Tools, name: &str) -> Result<Command, Error> {
    let bin = pip::environment(tools, &requirements())?;
    let mut command = Command::new(bin.join(name));
    command
        .env("GOCACHE", tools.work.join("cache"))
        .env("GOPATH", tools.work.join("path"));
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Progress};
    use std::{fs, path::Path};

    /// Runs `go` in a folder of the repository as an author would, and returns what it wrote.
    fn go(folder: &str, arguments: &[&str]) -> String {
        let builder = Builder::new(Progress::Silent).unwrap();
        let output = builder.with_tools(&Go, |tools| {
            let mut go = tool(tools, "go")?;
            go.env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
            go.env("GOFLAGS", "").env("GOWORK", "off");
            go.current_dir(workspace::root().join(folder));
            Ok(go.args(arguments).output())
        });
        let output = output.unwrap().unwrap();
        // A Go test says on standard output why it has failed, the compiler on standard error.
        let said = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (out, errors) = (said(&output.stdout), said(&output.stderr));
        assert!(
            output.status.success(),
            "go {arguments:?} in {folder}\n{out}\n{errors}"
        );
        out
    }

    #[test]
    fn the_sdk_and_the_examples_pass_their_own_tests() {
        for (folder, some) in [
            ("guest/go/sdk", "amend/updater"),
            ("guest/examples/go", "examples/counter"),
        ] {
            let said = go(folder, &["test", "./..."]);
            assert!(said.contains(&format!("ok  \t{some}")), "{said}");
        }
    }

    #[test]
    fn the_source_is_as_go_wants_it() {
        go("guest/examples/go", &["vet", "./..."]);
        let root = go("guest/go/sdk", &["env", "GOROOT"]);
        let mut gofmt = Command::new(Path::new(root.trim_end()).join("bin/gofmt"));
        gofmt.args(["-l", "guest/go", "guest/examples/go"]);
        gofmt.current_dir(workspace::root());
        assert_eq!(crate::tool::answer(&mut gofmt).unwrap(), "");
    }

    /// The README's updater, in a project as the README lays it out.
    #[test]
    fn the_updater_in_the_readme_compiles() {
        let root = workspace::root();
        let readme = fs::read_to_string(root.join("guest/go/README.md")).unwrap();
        let block = |start: &str| {
            let (_, text) = readme.split_once(start).unwrap();
            start.lines().last().unwrap().to_owned() + text.split_once("```").unwrap().0
        };
        let project = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| fs::write(project.path().join(name), text).unwrap();
        let sdk = root.join("guest/go/sdk").display().to_string();
        let module = block("```\nmodule");
        write("go.mod", module.replace("./amend", &sdk));
        write("updater.go", block("```go\npackage"));
        go(project.path().to_str().unwrap(), &["vet", "."]);
    }
}
