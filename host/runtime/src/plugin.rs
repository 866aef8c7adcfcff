//! A plugin: an updater that was loaded, ready to be called.

use crate::bindings::amend::document::types::Patch as Answer;
use crate::engine::Engine;
use crate::error::{CallError, LoadError};
use crate::instance::{Guest, Run};
use crate::limits::Limits;
use amend_document::{Document, Json, Patch, Pointer};
use amend_store::{Updater, UpdaterError};
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre};

/// What an updater exports.
const UPDATER: &str = "amend:document/updater@0.1.0";

/// An updater that was compiled and checked. Cheap to clone, and safe to share between threads; every call
/// runs in a fresh instance, so calls know nothing of each other.
#[derive(Clone)]
pub struct Plugin {
    engine: Engine,
    pre: InstancePre<Guest>,
    update: ComponentExportIndex,
    name: Arc<str>,
    limits: Limits,
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Loads an updater from a file: compiles it, or finds it in the cache, and starts it once to see that it
    /// can be. Do it before an update, never inside one: it can take seconds, and the lock would be held.
    ///
    /// # Errors
    ///
    /// See [`LoadError`].
    pub fn load(&self, file: impl AsRef<Path>, limits: Limits) -> Result<Plugin, LoadError> {
        let file = file.as_ref();
        let bytes = std::fs::read(file).map_err(|source| LoadError::Read {
            path: file.to_owned(),
            source,
        })?;
        self.load_bytes(&file.to_string_lossy(), &bytes, limits)
    }

    /// The same from memory; `name` stands in messages and in the log.
    ///
    /// # Errors
    ///
    /// See [`LoadError`].
    pub fn load_bytes(
        &self,
        name: &str,
        bytes: &[u8],
        limits: Limits,
    ) -> Result<Plugin, LoadError> {
        let not_a_component = |reason: String| LoadError::NotAComponent {
            guest: name.to_owned(),
            reason,
        };
        check_magic(bytes).map_err(|reason| not_a_component(reason.to_owned()))?;
        let component = Component::from_binary(&self.wasmtime, bytes)
            .map_err(|error| not_a_component(format!("{error:#}")))?;
        let not_an_updater = |reason: String| LoadError::NotAnUpdater {
            guest: name.to_owned(),
            reason,
        };
        let update = component
            .get_export_index(None, UPDATER)
            .and_then(|updater| component.get_export_index(Some(&updater), "update"))
            .ok_or_else(|| not_an_updater(format!("it does not export `{UPDATER}`")))?;
        let pre = self
            .linker
            .instantiate_pre(&component)
            .map_err(|error| not_an_updater(format!("{error:#}")))?;
        let plugin = Plugin {
            engine: self.clone(),
            pre,
            update,
            name: name.into(),
            limits,
        };
        let start = plugin.run().start();
        start.map_err(|source| LoadError::Start {
            guest: name.to_owned(),
            source,
        })?;
        Ok(plugin)
    }
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

impl Plugin {
    /// The name it was loaded under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks the guest what should change, without any store: `current` is the document's text, `None` for no
    /// document.
    ///
    /// It blocks until the guest has answered, for at most [`Limits::time`]. From async code call it where
    /// blocking is allowed, in `tokio::task::spawn_blocking` for example.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub fn call(&self, current: Option<&str>, args: &Json) -> Result<Option<Patch>, CallError> {
        let answer = self.run().update(current, args.as_str())?;
        let patch = answer.map(|answer| match answer {
            Answer::Operations(text) => Patch::operations(&text),
            Answer::Merge(text) => Patch::merge(text),
            Answer::Replace(text) => Patch::replace(text),
        });
        patch.transpose().map_err(CallError::InvalidPatch)
    }

    /// This guest with these arguments, as an updater for [`Store::update`](amend_store::Store::update).
    pub fn with_args(&self, args: Json) -> Call<'_> {
        Call { plugin: self, args }
    }

    fn run(&self) -> Run<'_> {
        Run {
            pre: &self.pre,
            update: &self.update,
            name: &self.name,
            limits: &self.limits,
            timers: &self.engine.timers,
            places: &self.engine.places,
        }
    }
}

/// A guest with its arguments: an updater.
#[derive(Debug, Clone)]
pub struct Call<'p> {
    plugin: &'p Plugin,
    args: Json,
}

impl Updater for Call<'_> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Cow<'_, Patch>>, UpdaterError> {
        let text = current
            .get(&Pointer::root())
            .map_err(|error| UpdaterError::Failed(Box::new(error)))?;
        let patch = self.plugin.call(text.as_deref(), &self.args)?;
        Ok(patch.map(Cow::Owned))
    }
}
