//! The wasmtime command as everybody has it, to see that guests need no host of ours.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Builder, Error, files, pip,
    recipe::Recipe,
    tool::{self, Tools},
    workspace,
};

/// Which one, seen from the top of the workspace.
const REQUIREMENTS: &str = "tests/stock/requirements.txt";

/// The wasmtime command, not of our making, installed below the target directory.
#[derive(Debug)]
pub struct StockWasmtime<'b> {
    builder: &'b Builder,
    tools: Tools,
    command: PathBuf,
    version: String,
}

impl Builder {
    /// Installs the wasmtime command of the release that `tests/stock/requirements.txt` says, unless it is there.
    ///
    /// # Errors
    /// When Python 3 is missing, or what is installed with it cannot be run.
    pub fn stock_wasmtime(&self) -> Result<StockWasmtime<'_>, Error> {
        let tools = self.tools("stock")?;
        let _lock = self.lock()?;
        let bin = pip::environment(&tools, &workspace::root().join(REQUIREMENTS))?;
        // Not the script in `bin`, which starts Python every time, only to start this.
        let mut where_it_is = Command::new(bin.join("python"));
        where_it_is.args(["-c", "import wasmtime_cli; print(wasmtime_cli.__path__[0])"]);
        let package = tool::answer(&mut where_it_is)?;
        let command = Path::new(package.trim_end()).join("wasmtime");
        // The package forgets to say that it can be run.
        fs::set_permissions(&command, fs::Permissions::from_mode(0o755))
            .map_err(Error::file("make a command of", &command))?;
        let version = tool::answer(Command::new(&command).arg("--version"))?;
        Ok(StockWasmtime {
            builder: self,
            tools,
            command,
            version,
        })
    }
}

impl StockWasmtime<'_> {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.command
    }

    /// Compiles a component ahead, unless that was done before, for `wasmtime run --allow-precompiled`: with a large
    /// one every run would take seconds otherwise.
    ///
    /// # Errors
    /// When it is no component, or a file cannot be written.
    pub fn compile(&self, component: &Path) -> Result<PathBuf, Error> {
        let folder = component.strip_prefix(self.builder.compiled());
        let output = self
            .tools
            .work
            .join(folder.unwrap_or(component))
            .with_extension("cwasm");
        files::create(output.parent().unwrap_or(&self.tools.work))?;
        let recipe = Recipe::new().text(&self.version).file(component)?;
        let _lock = self.builder.lock()?;
        recipe.make(&output, |scratch| {
            let compiled = scratch.join("compiled");
            let mut compile = Command::new(&self.command);
            compile.args(["compile", "--output"]).arg(&compiled);
            self.tools.run(compile.arg(component))?;
            Ok(compiled)
        })
    }
}
