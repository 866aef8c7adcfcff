//! A guest that was compiled, linked and checked: what plugins and programs have in common.

use crate::compile::{Source, fit};
use crate::engine::{Engine, World};
use crate::error::LoadError;
use crate::instance::{Given, Guest, Sandbox};
use crate::kit::Kit;
use crate::limits::Limits;
use crate::output::Output;
use crate::shown::bounded;
use std::sync::Arc;
use wasmtime::AsContextMut;
use wasmtime::component::{
    Component, ComponentExportIndex, ComponentNamedList, Instance, InstancePre, Lift, Lower,
    TypedFunc,
};

pub(crate) struct Loaded {
    pub(crate) engine: Engine,
    pub(crate) name: Arc<str>,
    world: World,
    pre: InstancePre<Guest>,
    /// The function that is called.
    entry: ComponentExportIndex,
}

impl Loaded {
    /// Compiles a guest, or finds it in the cache, links it and starts it once. `P` and `R` are what its function
    /// takes and gives.
    pub(crate) fn load<P, R>(
        engine: &Engine,
        name: &str,
        source: Source<'_>,
        world: World,
        limits: &Limits,
    ) -> Result<Loaded, LoadError>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let kit = engine.kit(limits)?;
        let component = source.compile(kit, name)?;
        Loaded::check::<P, R>(engine, kit, name, &component, world, limits)
    }

    /// Links a component to a world and starts it once: its types are only looked at when it is instantiated.
    pub(crate) fn check<P, R>(
        engine: &Engine,
        kit: &Kit,
        name: &str,
        component: &Component,
        world: World,
        limits: &Limits,
    ) -> Result<Loaded, LoadError>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let wrong_world = |reason: String| LoadError::WrongWorld {
            guest: name.to_owned(),
            world,
            reason: bounded(&reason),
        };
        let fitting = fit(kit, component, world).map_err(wrong_world)?;
        let loaded = Loaded {
            engine: engine.clone(),
            name: name.into(),
            world,
            pre: fitting.pre,
            entry: fitting.entry,
        };
        let given = Given::nothing(Output::logged(loaded.name.clone(), limits));
        let types = loaded.sandbox(limits).run(given, async |store, instance| {
            Ok(loaded.entry::<P, R>(store, instance).map(drop))
        });
        match types {
            Ok(Ok(())) => Ok(loaded),
            Ok(Err(error)) => Err(wrong_world(format!(
                "it exports a function of another type than this host speaks: {error:#}"
            ))),
            Err(source) => Err(LoadError::Start {
                guest: name.to_owned(),
                source,
            }),
        }
    }

    /// The function that is called.
    pub(crate) fn entry<P, R>(
        &self,
        store: impl AsContextMut,
        instance: Instance,
    ) -> wasmtime::Result<TypedFunc<P, R>>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        instance.get_typed_func(store, self.entry)
    }

    pub(crate) fn sandbox<'p>(&'p self, limits: &'p Limits) -> Sandbox<'p> {
        Sandbox {
            engine: &self.engine,
            pre: &self.pre,
            world: self.world,
            limits,
        }
    }
}
