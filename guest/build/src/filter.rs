//! Updaters as filters: plugged into the component of `guest/filter`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wac_graph::{CompositionGraph, EncodeOptions, PlugError, types::Package};

use crate::{Builder, Error, Guest, files, publish::publish, recipe::Recipe, workspace};

/// Where the filter is, seen from the top of the workspace.
const FILTER: &str = "guest/filter";

impl Builder {
    /// Compiles an updater and the filter, and plugs the one into the other. `<name>-filter.wasm`, beside the
    /// updater's own component, is a command that every runtime with WASI runs. `None` for a guest that is no updater.
    ///
    /// It is what `wac plug filter.wasm --plug <name>.wasm` makes, by the library that wac is made of.
    ///
    /// # Errors
    /// As [`Builder::compile`]; [`Error::Plug`] when the two do not fit.
    pub fn filter(&self, guest: &Guest) -> Result<Option<PathBuf>, Error> {
        let updater = self.compile(guest)?;
        if !is_updater(&updater)? {
            return Ok(None);
        }
        let filter = self.compile_filter()?;
        let name = format!("{}-filter.wasm", guest.name);
        let folder = self.tools("filters")?.work.join(&guest.language);
        files::create(&folder)?;
        let recipe = Recipe::new().file(&filter)?.file(&updater)?;
        let _lock = self.lock()?;
        let made = recipe.make(&folder.join(&name), |scratch| {
            let plugged = scratch.join("plugged.wasm");
            let bytes = plug(&filter, &updater)?;
            fs::write(&plugged, bytes).map_err(Error::file("write", &plugged))?;
            Ok(plugged)
        })?;
        let place = updater.with_file_name(name);
        publish(&made, &place)?;
        Ok(Some(place))
    }

    /// Compiles the filter alone, `<target>/guests/filter.wasm`: it lacks an updater.
    ///
    /// # Errors
    /// As [`Builder::compile`].
    pub fn compile_filter(&self) -> Result<PathBuf, Error> {
        let guest = Guest {
            language: "rust".to_owned(),
            name: "filter".to_owned(),
            folder: workspace::root().join(FILTER),
        };
        self.compile_into(self.compiled(), &guest)
    }
}

/// Whether a component exports an updater, of whatever version.
fn is_updater(component: &Path) -> Result<bool, Error> {
    let mut graph = CompositionGraph::new();
    let package = read(&mut graph, "amend:guest", component)?;
    let world = &graph.types()[package.ty()];
    let mut names = world.exports.keys();
    Ok(names.any(|name| name.starts_with("amend:document/updater@")))
}

/// Plugs an updater into the filter: the bytes of the two as one component.
///
/// # Errors
/// [`Error::Plug`] when they do not fit.
pub fn plug(filter: &Path, updater: &Path) -> Result<Vec<u8>, Error> {
    let mut graph = CompositionGraph::new();
    let package = read(&mut graph, "amend:filter", filter)?;
    let socket = graph.register_package(package).map_err(failed(filter))?;
    let package = read(&mut graph, "amend:updater", updater)?;
    let plug = graph.register_package(package).map_err(failed(updater))?;
    wac_graph::plug(&mut graph, vec![plug], socket).map_err(|error| match error {
        PlugError::NoPlugHappened => {
            failed(updater)("its updater is not of the type that the filter calls")
        }
        error => failed(updater)(error),
    })?;
    graph
        .encode(EncodeOptions::default())
        .map_err(failed(updater))
}

fn read(graph: &mut CompositionGraph, name: &str, component: &Path) -> Result<Package, Error> {
    Package::from_file(name, None, component, graph.types_mut()).map_err(failed(component))
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
