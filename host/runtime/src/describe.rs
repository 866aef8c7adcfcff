//! What a component is, read from its types: it is neither compiled nor run.

use crate::compile::{check_magic, not_a_component, read as read_file};
use crate::component_limits::ComponentLimits;
use crate::error::LoadError;
use crate::expected_types::{is_main, is_update};
use crate::inspect::{Fit, Inspection, Interface};
use crate::look::{Refused, look};
use crate::names::{Names, RUN, UPDATER, WANTS_STORE};
use crate::shown::bounded;
use sha2::{Digest, Sha256};
use std::path::Path;
use wasmparser::component_types::{ComponentEntityType, ComponentFuncTypeId};
use wasmparser::types::Types;
use wasmparser::{BinaryReaderError, Parser, Payload, ValidPayload, Validator, WasmFeatures};

/// The packages of WASI 0.2 that a guest is given, with nothing behind most of them.
const WASI: [&str; 6] = [
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:filesystem/",
    "wasi:io/",
    "wasi:random/",
    "wasi:sockets/",
];

impl Inspection {
    /// Describes the component in a file, as [`describe`](Inspection::describe) does. Of a file that is larger than the
    /// limit no more than that is read.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not a component, or exceeds the limits.
    pub fn describe_file(file: &Path, limits: &ComponentLimits) -> Result<Inspection, LoadError> {
        let bytes = read_file(file, limits)?;
        Inspection::describe(&file.to_string_lossy(), &bytes, limits)
    }

    /// Describes a component by its types, without compiling or running it: of a component that is a bomb only its
    /// numbers are read.
    ///
    /// [`Fit::Fits`] then says that the names and the types are right. That a guest can be started, is only known by
    /// starting it: [`Engine::inspect`](crate::Engine::inspect).
    ///
    /// # Errors
    ///
    /// When it is no component, or exceeds the limits.
    pub fn describe(
        name: &str,
        bytes: &[u8],
        limits: &ComponentLimits,
    ) -> Result<Inspection, LoadError> {
        check_magic(bytes).map_err(|reason| not_a_component(name, reason))?;
        look(bytes, limits).map_err(|refused| refused.of(name))?;
        let read = read(bytes).map_err(|error| Refused::Malformed(error).of(name))?;
        let read = read.ok_or_else(|| not_a_component(name, "it has no end"))?;
        Ok(read.inspection(name, bytes))
    }
}

/// The types of a component, and what is at its outermost level.
struct Read {
    types: Types,
    names: Names,
}

/// The types of a component; `None` when it has no end.
fn read(bytes: &[u8]) -> Result<Option<Read>, BinaryReaderError> {
    let mut validator = Validator::new_with_features(WasmFeatures::default());
    let (mut exports, mut imports) = (Vec::new(), Vec::new());
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        match &payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section.clone() {
                    exports.push(export?.name.name.to_owned());
                }
            }
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section.clone() {
                    imports.push(import?.name.name.to_owned());
                }
            }
            _ => {}
        }
        if let ValidPayload::End(types) = validator.payload(&payload)? {
            match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => {
                    let names = Names { exports, imports };
                    return Ok(Some(Read { types, names }));
                }
            }
        }
    }
    Ok(None)
}

impl Read {
    fn inspection(&self, name: &str, bytes: &[u8]) -> Inspection {
        let exports = self.names.exports.iter();
        let imports = self.names.imports.iter();
        Inspection {
            name: name.to_owned(),
            size: bytes.len(),
            sha256: Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            exports: exports
                .map(|name| self.interface(name, self.export(name)))
                .collect(),
            imports: imports
                .map(|name| self.interface(name, self.import(name)))
                .collect(),
            plugin: fit(self.is_plugin()),
            program: fit(self.is_program()),
        }
    }

    fn export(&self, name: &str) -> Option<ComponentEntityType> {
        Some(self.types.component_item_for_export(name)?.ty)
    }

    fn import(&self, name: &str) -> Option<ComponentEntityType> {
        Some(self.types.component_item_for_import(name)?.ty)
    }

    fn interface(&self, name: &str, item: Option<ComponentEntityType>) -> Interface {
        let functions = match item {
            Some(ComponentEntityType::Instance(id)) => self.types[id]
                .exports
                .iter()
                .filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)))
                .map(|(name, _)| name.clone())
                .collect(),
            _ => vec![],
        };
        Interface {
            name: name.to_owned(),
            functions,
        }
    }

    fn is_plugin(&self) -> Result<(), String> {
        let interface = self.names.exports.iter().find(|name| is_compatible(name));
        let update = interface
            .and_then(|interface| self.function(interface, "update"))
            .ok_or_else(|| self.names.lacks(UPDATER))?;
        if self.names.wants_store() {
            return Err(WANTS_STORE.to_owned());
        }
        self.imports_are_there()?;
        self.is_right(is_update(&self.types, update))
    }

    fn is_program(&self) -> Result<(), String> {
        let interface = self.names.exports.iter().find(|name| name.starts_with(RUN));
        let interface = interface.ok_or_else(|| self.names.no_run())?;
        let run = self.function(interface, "run");
        let run = run.ok_or_else(|| self.names.lacks(interface))?;
        self.imports_are_there()?;
        self.is_right(is_main(&self.types, run))
    }

    fn is_right(&self, is_right: bool) -> Result<(), String> {
        if is_right {
            Ok(())
        } else {
            Err("it exports a function of another type than this host speaks".to_owned())
        }
    }

    fn function(&self, interface: &str, name: &str) -> Option<ComponentFuncTypeId> {
        let ComponentEntityType::Instance(id) = self.export(interface)? else {
            return None;
        };
        match self.types[id].exports.get(name)?.ty {
            ComponentEntityType::Func(function) => Some(function),
            _ => None,
        }
    }

    /// Whether each import is of an interface that guests are given.
    fn imports_are_there(&self) -> Result<(), String> {
        let is_there = |name: &str| {
            let is_wasi = WASI.iter().any(|package| name.starts_with(package));
            is_wasi && name.contains("@0.2.")
                || name.starts_with("amend:document/types@0.1.")
                || name.starts_with("amend:document/store@0.1.")
        };
        match self.names.imports.iter().find(|name| !is_there(name)) {
            None => Ok(()),
            Some(name) => Err(format!(
                "it imports `{name}`, which this host does not have{}",
                self.names.newer_import()
            )),
        }
    }
}

/// Whether an export is an updater of this version of the contract, or of a later one that is compatible.
fn is_compatible(name: &str) -> bool {
    name.starts_with("amend:document/updater@0.1.")
}

fn fit(fits: Result<(), String>) -> Fit {
    match fits {
        Ok(()) => Fit::Fits,
        Err(reason) => Fit::DoesNot(bounded(&reason)),
    }
}
