//! Looking at a component: what it is, and what it would need.

use crate::compile::{compile, read};
use crate::engine::Engine;
use crate::error::LoadError;
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::program::Program;
use sha2::{Digest, Sha256};
use std::path::Path;
use wasmtime::component::types::ComponentItem;

/// What a component is, and what it would need.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// Its name, as it was given.
    pub name: String,
    /// Its size in bytes.
    pub size: usize,
    /// The SHA-256 of its bytes, 64 hexadecimal digits, as `sha256sum` prints.
    pub sha256: String,
    /// What it exports, in the order in which it does.
    pub exports: Vec<Interface>,
    /// What it imports, in the order in which it does.
    pub imports: Vec<Interface>,
    /// Whether it can be loaded as a plugin, and if not, why.
    pub plugin: Fit,
    /// Whether it can be loaded as a program, and if not, why.
    pub program: Fit,
}

/// An interface, or something else that a component exports or imports.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interface {
    /// Its name: `wasi:cli/run@0.2.6`.
    pub name: String,
    /// The functions in it.
    pub functions: Vec<String>,
}

/// Whether a component fits a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Its names and its types are right. Where it was [started](crate::Engine::inspect), it can be.
    Fits,
    /// It does not; the text says why.
    DoesNot(String),
}

impl Inspection {
    /// The WASI interfaces among its imports.
    pub fn wasi(&self) -> impl Iterator<Item = &Interface> {
        self.imports
            .iter()
            .filter(|import| import.name.starts_with("wasi:"))
    }
}

impl Engine {
    /// Looks at a component in a file. It is compiled, linked to each of the worlds and instantiated, which runs its
    /// start functions within the limits: linking alone does not find every type that is wrong.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no component.
    pub fn inspect(
        &self,
        file: impl AsRef<Path>,
        limits: &Limits,
    ) -> Result<Inspection, LoadError> {
        let file = file.as_ref();
        let bytes = read(file, &self.kit(limits)?.component_limits)?;
        self.inspect_bytes(&file.to_string_lossy(), &bytes, limits)
    }

    /// The same from memory.
    ///
    /// # Errors
    ///
    /// When it is no component.
    pub fn inspect_bytes(
        &self,
        name: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Inspection, LoadError> {
        let kit = self.kit(limits)?;
        let component = compile(kit, name, bytes)?;
        let types = component.component_type();
        let engine = &kit.wasmtime;
        Ok(Inspection {
            name: name.to_owned(),
            size: bytes.len(),
            sha256: Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            exports: types
                .exports(engine)
                .map(|(name, item)| interface(engine, name, &item.ty))
                .collect(),
            imports: types
                .imports(engine)
                .map(|(name, item)| interface(engine, name, &item.ty))
                .collect(),
            plugin: Plugin::check(self, kit, name, &component, limits).into(),
            program: Program::check(self, kit, name, &component, limits).into(),
        })
    }
}

impl From<Result<(), LoadError>> for Fit {
    fn from(checked: Result<(), LoadError>) -> Self {
        match checked {
            Ok(()) => Fit::Fits,
            Err(LoadError::WrongWorld { reason, .. }) => Fit::DoesNot(reason),
            Err(LoadError::Start { source, .. }) => {
                Fit::DoesNot(format!("it cannot be started: {source}"))
            }
            Err(other) => Fit::DoesNot(other.to_string()),
        }
    }
}

fn interface(engine: &wasmtime::Engine, name: &str, item: &ComponentItem) -> Interface {
    let functions = match item {
        ComponentItem::ComponentInstance(instance) => instance
            .exports(engine)
            .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_)))
            .map(|(name, _)| name.to_owned())
            .collect(),
        _ => vec![],
    };
    Interface {
        name: name.to_owned(),
        functions,
    }
}
