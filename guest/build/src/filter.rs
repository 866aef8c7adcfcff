//! Updaters as filters: plugged into the component of `guest/filter`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wac_graph::{CompositionGraph, EncodeOptions, PlugError, types::Package};

use crate::{Builder, Error, Guest, recipe::Recipe, workspace};

/// Where the filter is, seen from the top of the workspace.
const FILTER: &str = "guest/filter";

impl Builder {
    /// Compiles an updater and the filter, and plugs the one into the other: `<name>-filter.wasm` beside the
    /// updater's component is a command that any runtime with WASI runs. `None` for a guest that is no updater.
    ///
    /// It is what `wac plug filter.wasm --plug <name>.wasm` makes.
    ///
    /// # Errors
    /// As [`Builder::compile`]; [`Error::Plug`] when they do not fit.
    pub fn filter(&self, guest: &Guest) -> Result<Option<PathBuf>, Error> {
        let updater = self.compile(guest)?;
        if !exports(&updater)?.iter().any(|name| is_updater(name)) {
            return Ok(None);
        }
        let filter = self.compile_filter()?;
        let tools = self.tools("filter")?;
        let _lock = self.lock()?;
        let name = format!("{}-filter", guest.name);
        let made = tools.work.join(&guest.language).join(&name);
        let recipe = Recipe::new().file(&filter)?.file(&updater)?;
        let made = recipe.make(&made, |scratch| {
            let plugged = scratch.join("plugged.wasm");
            let bytes = plug(&filter, &updater)?;
            fs::write(&plugged, bytes).map_err(Error::file("write", &plugged))?;
            Ok(plugged)
        })?;
        self.publish(&made, guest, &name).map(Some)
    }

    /// Compiles the filter alone, which waits for an updater: `<target>/guests/filter.wasm`.
    ///
    /// # Errors
    /// As [`Builder::compile`].
    pub fn compile_filter(&self) -> Result<PathBuf, Error> {
        self.compile_to(
            &Guest {
                language: "rust".to_owned(),
                name: "filter".to_owned(),
                folder: workspace::root().join(FILTER),
            },
            Path::new(""),
        )
    }
}

fn is_updater(export: &str) -> bool {
    export.starts_with("amend:document/updater@")
}

/// The names of what a component exports.
fn exports(component: &Path) -> Result<Vec<String>, Error> {
    let mut graph = CompositionGraph::new();
    let package = package(&mut graph, "component", component)?;
    let world = &graph.types()[package.ty()];
    Ok(world.exports.keys().cloned().collect())
}

fn plug(filter: &Path, updater: &Path) -> Result<Vec<u8>, Error> {
    let mut graph = CompositionGraph::new();
    let mut register = |name: &str, file: &Path| {
        let package = package(&mut graph, name, file)?;
        graph.register_package(package).map_err(failed(file))
    };
    let socket = register("amend:filter", filter)?;
    let plug = register("amend:updater", updater)?;
    wac_graph::plug(&mut graph, vec![plug], socket).map_err(|error| match error {
        PlugError::NoPlugHappened => failed(updater)("it exports another updater than the filter calls"),
        error => failed(updater)(error),
    })?;
    graph.encode(EncodeOptions::default()).map_err(failed(updater))
}

fn package(graph: &mut CompositionGraph, name: &str, file: &Path) -> Result<Package, Error> {
    Package::from_file(name, None, file, graph.types_mut()).map_err(failed(file))
}

/// For `map_err`: which component it was.
fn failed<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
    component: &Path,
) -> impl FnOnce(E) -> Error {
    let component = component.to_owned();
    move |source| Error::Plug {
        component,
        source: source.into(),
    }
}
