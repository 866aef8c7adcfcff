//! From bytes to a component that is known to fit a world.

use crate::engine::World;
use crate::error::LoadError;
use crate::instance::Guest;
use crate::kit::Kit;
use std::path::Path;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre};

/// What an updater exports, and the function in it.
pub(crate) const UPDATER: &str = "amend:document/updater@0.1.0";
const STORE: &str = "amend:document/store@";

/// What a program exports; any 0.2 will do, and they are all the same.
pub(crate) const RUN: &str = "wasi:cli/run@0.2.";

pub(crate) fn read(file: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(file).map_err(|source| LoadError::Read {
        path: file.to_owned(),
        source,
    })
}

/// A component, where it is.
#[derive(Clone, Copy)]
pub(crate) enum Source<'s> {
    File(&'s Path),
    Bytes(&'s [u8]),
}

impl Source<'_> {
    /// Compiles the component, or finds it in the cache.
    pub(crate) fn compile(self, kit: &Kit, name: &str) -> Result<Component, LoadError> {
        let file = match self {
            Source::File(file) => file,
            Source::Bytes(bytes) => return compile(kit, name, bytes),
        };
        if let Some(cache) = &kit.cache
            && let Ok(Some(component)) = cache.find(&kit.wasmtime, file)
        {
            return Ok(component);
        }
        compile(kit, name, &read(file)?)
    }
}

/// Compiles a component, or finds it in the cache.
pub(crate) fn compile(kit: &Kit, name: &str, bytes: &[u8]) -> Result<Component, LoadError> {
    let not_a_component = |reason: String| LoadError::NotAComponent {
        guest: name.to_owned(),
        reason,
    };
    check_magic(bytes).map_err(|reason| not_a_component(reason.to_owned()))?;
    let compiled = match &kit.cache {
        Some(cache) => cache.compile(&kit.wasmtime, bytes),
        None => Component::from_binary(&kit.wasmtime, bytes),
    };
    compiled.map_err(|error| {
        let reason = format!("{error:#}");
        // wasmtime has no type for it.
        if reason.contains("pooling allocator") {
            let guest = name.to_owned();
            return LoadError::NoRoom { guest, reason };
        }
        not_a_component(reason)
    })
}

/// Tells a component from what people hand over instead of one. Both kinds of WebAssembly start with the
/// same four bytes; the next four differ (the component model's `Binary.md`).
fn check_magic(bytes: &[u8]) -> Result<(), &'static str> {
    match bytes {
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Err(
            "this is a core module; make a component of it with `wasm-tools component new`, \
                 or compile for the target wasm32-wasip2",
        ),
        [0, b'a', b's', b'm', ..] => Ok(()),
        _ => Err("it does not start like WebAssembly"),
    }
}

/// A component that has what a world asks for, and is given what it asks for itself.
pub(crate) struct Fitting {
    pub(crate) pre: InstancePre<Guest>,
    /// The function that is called.
    pub(crate) entry: ComponentExportIndex,
}

/// Links a component to a world, and finds the function that is called. Whether its types are right is only
/// known when it is instantiated. The error is the reason why it does not fit.
pub(crate) fn fit(kit: &Kit, component: &Component, world: World) -> Result<Fitting, String> {
    let names = Names::of(kit, component);
    let (interface, function) = match world {
        World::Plugin => (UPDATER.to_owned(), "update"),
        World::Program => {
            let run = names.exports.iter().find(|name| name.starts_with(RUN));
            let run = run.ok_or_else(|| {
                format!(
                    "it does not export `wasi:cli/run@0.2`, as a command does{}",
                    names.hint()
                )
            })?;
            (run.clone(), "run")
        }
    };
    let entry = component
        .get_export_index(None, &*interface)
        .and_then(|instance| component.get_export_index(Some(&instance), function))
        .ok_or_else(|| format!("it does not export `{interface}`{}", names.hint()))?;
    let pre = world.linker(kit).instantiate_pre(component);
    let pre = pre.map_err(|error| match world {
        World::Plugin if names.imports.iter().any(|name| name.starts_with(STORE)) => format!(
            "it imports `{STORE}…`, which a program has and an updater has not: an updater is told the document, \
             and answers with a patch"
        ),
        _ => format!("{error:#}{}", names.newer_import()),
    })?;
    Ok(Fitting { pre, entry })
}

/// The names of what a component exports and imports.
struct Names {
    exports: Vec<String>,
    imports: Vec<String>,
}

impl Names {
    fn of(kit: &Kit, component: &Component) -> Names {
        let types = component.component_type();
        Names {
            exports: types
                .exports(&kit.wasmtime)
                .map(|(name, _)| name.to_owned())
                .collect(),
            imports: types
                .imports(&kit.wasmtime)
                .map(|(name, _)| name.to_owned())
                .collect(),
        }
    }

    /// What else may be meant by a component that lacks what it is called by.
    fn hint(&self) -> String {
        let another = |name: &&String| {
            name.starts_with("amend:document/updater@") || name.starts_with("wasi:cli/run@")
        };
        match self.exports.iter().find(another) {
            Some(name) if name.starts_with(RUN) => {
                format!("; it exports `{name}`, so it is a program")
            }
            Some(name) if name.as_str() == UPDATER => {
                format!("; it exports `{name}`, so it is an updater")
            }
            Some(name) => format!("; it exports `{name}`, which this host does not speak"),
            None => String::new(),
        }
    }

    fn newer_import(&self) -> String {
        let ours =
            |name: &&String| name.starts_with("amend:document/") && !name.ends_with("@0.1.0");
        match self.imports.iter().find(ours) {
            Some(name) => format!("; it imports `{name}`, and this host speaks 0.1.0"),
            None => String::new(),
        }
    }
}
