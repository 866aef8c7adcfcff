//! A plugin: an updater that was loaded, ready to be called.

use crate::bindings::types::Patch as Said;
use crate::compile::Source;
use crate::engine::{Engine, World};
use crate::error::{CallError, LoadError};
use crate::instance::Given;
use crate::kit::Kit;
use crate::limits::Limits;
use crate::loaded::Loaded;
use crate::output::Output;
use crate::said::patch;
use crate::shown::bounded;
use amend_document::{Document, Exceeded, Json, Patch, PatchError, Pointer};
use amend_store::{Allowance, Answer, Updater, UpdaterError};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::debug_span;
use wasmtime::component::{Component, TypedFunc};

/// What the one function takes and gives that an updater exports, `amend:document/updater.update`. It is not called
/// through the generated bindings: those want `String`s, and a document is not copied for it.
type Params = (Option<&'static str>, &'static str);
type Results = (Result<Option<Said>, String>,);

/// An updater that was compiled and checked. Cheap to clone, and safe to share between threads; every call
/// runs in a fresh instance, so calls know nothing of each other.
#[derive(Clone)]
pub struct Plugin {
    loaded: Arc<Loaded>,
    limits: Limits,
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.loaded.name)
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
        self.load_from(&file.to_string_lossy(), Source::File(file), limits)
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
        self.load_from(name, Source::Bytes(bytes), limits)
    }

    fn load_from(
        &self,
        name: &str,
        source: Source<'_>,
        limits: Limits,
    ) -> Result<Plugin, LoadError> {
        let loaded = Loaded::load::<Params, Results>(self, name, source, World::Plugin, &limits)?;
        Ok(Plugin::new(loaded, limits))
    }
}

impl Plugin {
    /// Links a component that is compiled already, to see whether it can be.
    pub(crate) fn check(
        engine: &Engine,
        kit: &Kit,
        name: &str,
        component: &Component,
        limits: &Limits,
    ) -> Result<(), LoadError> {
        let world = World::Plugin;
        Loaded::check::<Params, Results>(engine, kit, name, component, world, limits).map(drop)
    }

    fn new(loaded: Loaded, limits: Limits) -> Plugin {
        Plugin {
            loaded: Arc::new(loaded),
            limits,
        }
    }

    /// The name it was loaded under.
    pub fn name(&self) -> &str {
        &self.loaded.name
    }

    /// The bounds of its calls.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The same plugin, nothing compiled again, with calls that take at most this long, or as long as its own
    /// [`Limits::time`] when that is shorter.
    #[must_use]
    pub fn within(&self, time: Duration) -> Plugin {
        let limits = self.limits.clone();
        let time = limits.time.min(time);
        Plugin {
            loaded: self.loaded.clone(),
            limits: limits.with_time(time),
        }
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
        self.call_within(current, args).map(|(patch, _)| patch)
    }

    /// The same, and what is left for applying the patch.
    pub(crate) fn call_within(
        &self,
        current: Option<&str>,
        args: &Json,
    ) -> Result<(Option<Patch>, Allowance), CallError> {
        let started = Instant::now();
        let loaded = &*self.loaded;
        let _span = debug_span!("guest", name = &*loaded.name).entered();
        let given = Given::nothing(Output::logged(loaded.name.clone(), &self.limits));
        let sandbox = loaded.sandbox(&self.limits);
        let answer = sandbox.run(given, async |store, instance| {
            let update: TypedFunc<Params, Results> = loaded.entry(&mut *store, instance)?;
            let (answer,) = update.call_async(store, (current, args.as_str())).await?;
            Ok(answer)
        })?;
        let said = answer.map_err(|reason| CallError::Refused(bounded(&reason)))?;
        let limit = self.limits.time;
        // A guest is stopped at a tick of the clock. One that has answered before that tick may still be late.
        if said.is_some() && started.elapsed() >= limit {
            return Err(CallError::TimedOut { limit });
        }
        let left = |allowance: Allowance| {
            allowance.with_time(Some(limit.saturating_sub(started.elapsed())))
        };
        let allowance = left(self.limits.allowance());
        let meter = allowance.meter();
        let patch = said
            .map(|said| patch(said, self.limits.depth, &meter))
            .transpose();
        match patch {
            Ok(patch) => Ok((patch, left(allowance.less(&meter)))),
            Err(PatchError::Exceeded(exceeded)) => Err(self.exceeded(exceeded)),
            Err(error) => Err(CallError::InvalidPatch(error)),
        }
    }

    pub(crate) fn exceeded(&self, exceeded: Exceeded) -> CallError {
        match exceeded {
            Exceeded::Work { .. } => CallError::HostWork {
                limit: self.limits.host_work,
            },
            Exceeded::Memory { .. } => CallError::HostMemory {
                limit: self.limits.host_memory,
            },
            _ => CallError::NotAppliedInTime {
                limit: self.limits.time,
            },
        }
    }

    /// This guest with these arguments, as an updater for [`Store::update`](amend_store::Store::update).
    pub fn with_args(&self, args: Json) -> Call<'_> {
        Call { plugin: self, args }
    }
}

/// A guest with its arguments: an updater.
#[derive(Debug, Clone)]
pub struct Call<'p> {
    plugin: &'p Plugin,
    args: Json,
}

impl Updater for Call<'_> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        let text = current
            .get(&Pointer::root())
            .map_err(|error| UpdaterError::Failed(Box::new(error)))?;
        let (patch, left) = self.plugin.call_within(text.as_deref(), &self.args)?;
        Ok(patch.map(|patch| Answer::from(patch).with_allowance(left)))
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        Some(self.plugin.exceeded(exceeded).into())
    }
}
