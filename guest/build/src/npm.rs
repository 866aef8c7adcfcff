//! Tools that come from npm.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Error, files,
    kept::kept,
    recipe::Recipe,
    tool::{self, Tools},
};

/// The `node_modules` folder with what a folder's `package.json` and `package-lock.json` say, exactly.
pub(crate) fn packages(tools: &Tools, folder: &Path) -> Result<PathBuf, Error> {
    let pinned = [
        folder.join("package.json"),
        folder.join("package-lock.json"),
    ];
    let mut recipe = Recipe::new().text("npm").text(&node()?);
    for file in &pinned {
        recipe = recipe.file(file)?;
    }
    let place = kept(tools, &recipe, |place| {
        for file in &pinned {
            files::copy_into(file, place)?;
        }
        let mut npm = Command::new("npm");
        npm.current_dir(place);
        npm.args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--silent",
        ]);
        tools.run(&mut npm)
    })?;
    Ok(place.join("node_modules"))
}

/// Which Node there is: some packages are good only for one.
fn node() -> Result<String, Error> {
    tool::answer(Command::new("node").arg("--version")).map_err(|error| Error::Missing {
        what: "Node",
        remedy: "apt-get install nodejs npm".to_owned(),
        reason: error.to_string(),
    })
}
