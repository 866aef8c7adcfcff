//! Tools that come from `PyPI`: compilers among them, which pip installs as it installs anything.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Error,
    kept::kept,
    recipe::Recipe,
    tool::{self, Tools},
};

/// The `bin` folder of a virtual environment with what a requirements.txt says, exactly: every package in it has a
/// hash. Languages with the same requirements share it.
pub(crate) fn environment(tools: &Tools, requirements: &Path) -> Result<PathBuf, Error> {
    let recipe = Recipe::new()
        .text("pip")
        .text(&python()?)
        .file(requirements)?;
    let environment = kept(tools, &recipe, |place| {
        let mut venv = Command::new(PYTHON);
        venv.args(["-m", "venv"]).arg(place);
        tools.run(&mut venv).map_err(|error| Error::Missing {
            what: "the module venv of Python 3",
            remedy: "apt-get install python3-venv".to_owned(),
            reason: error.to_string(),
        })?;
        let mut pip = Command::new(place.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--no-deps"])
            .args(["--require-hashes", "--only-binary", ":all:", "-r"])
            .arg(requirements);
        tools.run(&mut pip)
    })?;
    Ok(environment.join("bin"))
}

const PYTHON: &str = "python3";

/// Which Python there is: an environment is good only for the one it was made with.
fn python() -> Result<String, Error> {
    let mut python = Command::new(PYTHON);
    python.args(["-c", "import sys; print(sys.executable, sys.version)"]);
    tool::answer(&mut python).map_err(|error| Error::Missing {
        what: "Python 3",
        remedy: "apt-get install python3 python3-venv".to_owned(),
        reason: error.to_string(),
    })
}
