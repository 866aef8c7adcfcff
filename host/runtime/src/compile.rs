//! From bytes to a component that is known to fit a world.

use crate::compile_process::{self, NotCompiled};
use crate::compiler::Place;
use crate::component_limits::ComponentLimits;
use crate::engine::World;
use crate::error::LoadError;
use crate::instance::Guest;
use crate::kit::Kit;
use crate::look::{look, within};
use crate::names::{Names, RUN, UPDATER, WANTS_STORE};
use crate::shown::bounded;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use tracing::warn;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre};

/// The bytes of a component. Of a file that is larger than the limit no more than that is read.
pub(crate) fn read(file: &Path, limits: &ComponentLimits) -> Result<Vec<u8>, LoadError> {
    let limit = limits.size;
    let read = || {
        let mut bytes = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|source| LoadError::Read {
        path: file.to_owned(),
        source,
    })?;
    within(bytes.len(), limit, "bytes", "size")
        .map_err(|refused| refused.of(&file.to_string_lossy()))?;
    Ok(bytes)
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
            && let Ok(Some(component)) = cache.find(&kit.wasmtime, file, kit.component_limits.size)
        {
            return Ok(component);
        }
        compile(kit, name, &read(file, &kit.component_limits)?)
    }
}

/// Compiles a component, or finds it in the cache.
pub(crate) fn compile(kit: &Kit, name: &str, bytes: &[u8]) -> Result<Component, LoadError> {
    check_magic(bytes).map_err(|reason| not_a_component(name, reason))?;
    // Not the key that a file was looked for by: it may be another file by now.
    let entry = kit
        .cache
        .as_ref()
        .map(|cache| cache.entry(&kit.wasmtime, bytes));
    if let Some(component) = entry.as_ref().and_then(|entry| entry.load(&kit.wasmtime)) {
        return Ok(component);
    }
    look(bytes, &kit.component_limits).map_err(|refused| refused.of(name))?;
    let code = match &kit.compiler.0 {
        Place::Inside => (kit.wasmtime.precompile_component(bytes))
            .map_err(|error| rejected(name, &format!("{error:#}")))?,
        Place::Process(command) => {
            compile_process::compile(command, kit.stack, kit.is_metered, bytes)
                .map_err(|error| not_compiled(name, error))?
        }
    };
    if let Some(entry) = entry
        && let Err(error) = entry.keep(&code)
    {
        warn!(
            "{}: the compiled guest was not kept: {error}",
            entry.path().display()
        );
    }
    // SAFETY: the code was made a moment ago by this process, or by one of this program for it, and is in memory that
    // no other process can write to.
    let component = unsafe { Component::deserialize(&kit.wasmtime, &code) };
    component.map_err(|error| rejected(name, &format!("{error:#}")))
}

pub(crate) fn not_a_component(name: &str, reason: &str) -> LoadError {
    LoadError::NotAComponent {
        guest: name.to_owned(),
        reason: bounded(reason),
    }
}

fn rejected(name: &str, reason: &str) -> LoadError {
    // wasmtime has no type for it.
    if reason.contains("pooling allocator") {
        return LoadError::NoRoom {
            guest: name.to_owned(),
            reason: bounded(reason),
        };
    }
    not_a_component(name, reason)
}

fn not_compiled(name: &str, error: NotCompiled) -> LoadError {
    let guest = name.to_owned();
    match error {
        NotCompiled::Rejected(reason) => rejected(name, &reason),
        NotCompiled::Memory(limit) => LoadError::CompileMemory { guest, limit },
        NotCompiled::Time(limit) => LoadError::CompileTime { guest, limit },
        NotCompiled::Failed(reason) => LoadError::CompileFailed { guest, reason },
    }
}

/// Tells a component from what people hand over instead of one. Both kinds of WebAssembly start with the
/// same four bytes; the next four differ (the component model's `Binary.md`).
pub(crate) fn check_magic(bytes: &[u8]) -> Result<(), &'static str> {
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
    let names = names(kit, component);
    let (interface, function) = match world {
        World::Plugin => (UPDATER.to_owned(), "update"),
        World::Program => {
            let run = names.exports.iter().find(|name| name.starts_with(RUN));
            (run.ok_or_else(|| names.no_run())?.clone(), "run")
        }
    };
    let entry = component
        .get_export_index(None, &*interface)
        .and_then(|instance| component.get_export_index(Some(&instance), function))
        .ok_or_else(|| names.lacks(&interface))?;
    let pre = world.linker(kit).instantiate_pre(component);
    let pre = pre.map_err(|error| match world {
        World::Plugin if names.wants_store() => WANTS_STORE.to_owned(),
        _ => format!("{error:#}{}", names.newer_import()),
    })?;
    Ok(Fitting { pre, entry })
}

fn names(kit: &Kit, component: &Component) -> Names {
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
