//! A look at a component before it is compiled: it is read once, and refused where a number in it is that of a bomb.

use crate::compile::not_a_component;
use crate::component_limits::{ComponentLimits, OverLimit};
use crate::error::LoadError;
use wasmparser::{
    BinaryReaderError, ComponentInstance, ComponentType, ComponentTypeDeclaration, CoreType,
    FunctionBody, Instance, InstanceTypeDeclaration, Operator, Parser, Payload,
};

/// Why a component is not compiled.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It is too large, or a part of it is.
    Over(OverLimit),
    /// It is not a component.
    Malformed(BinaryReaderError),
}

impl Refused {
    /// The error of the guest with this name.
    pub(crate) fn of(self, name: &str) -> LoadError {
        match self {
            Refused::Over(source) => LoadError::OverLimit {
                guest: name.to_owned(),
                source,
            },
            Refused::Malformed(error) => not_a_component(name, &error.to_string()),
        }
    }
}

impl From<BinaryReaderError> for Refused {
    fn from(error: BinaryReaderError) -> Self {
        Refused::Malformed(error)
    }
}

/// Checks a component against its limits.
pub(crate) fn look(bytes: &[u8], limits: &ComponentLimits) -> Result<(), Refused> {
    Count::new(limits).component(bytes)
}

/// What was counted so far.
struct Count<'l> {
    limits: &'l ComponentLimits,
    functions: usize,
    components: usize,
    types: usize,
    items: usize,
    depth: usize,
}

impl<'l> Count<'l> {
    fn new(limits: &'l ComponentLimits) -> Count<'l> {
        Count {
            limits,
            functions: 0,
            components: 0,
            types: 0,
            items: 0,
            depth: 0,
        }
    }

    fn component(mut self, bytes: &[u8]) -> Result<(), Refused> {
        let size = self.limits.size;
        within(bytes.len(), size, "bytes", "size")?;
        for payload in Parser::new(0).parse_all(bytes) {
            self.payload(payload?, bytes)?;
        }
        Ok(())
    }

    fn payload(&mut self, payload: Payload<'_>, bytes: &[u8]) -> Result<(), Refused> {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => self.enter(),
            Payload::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(())
            }
            Payload::CodeSectionStart { count, .. } => self.functions(count),
            Payload::CodeSectionEntry(body) => function(&body, self.limits),
            Payload::TypeSection(section) => self.types(section.count()),
            Payload::CoreTypeSection(section) => {
                for declared in section {
                    self.core_type(&declared?)?;
                }
                Ok(())
            }
            Payload::ComponentTypeSection(section) => {
                let levels = type_nesting(bytes.get(section.range()).unwrap_or_default());
                let what = "levels of nested types";
                within(levels, self.limits.type_nesting, what, "type_nesting")?;
                for declared in section {
                    self.component_type(&declared?)?;
                }
                Ok(())
            }
            Payload::InstanceSection(section) => {
                for instance in section {
                    let parts = match instance? {
                        Instance::Instantiate { args, .. } => args.len(),
                        Instance::FromExports(exports) => exports.len(),
                    };
                    self.items(parts.saturating_add(1))?;
                }
                Ok(())
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    let parts = match instance? {
                        ComponentInstance::Instantiate { args, .. } => args.len(),
                        ComponentInstance::FromExports(exports) => exports.len(),
                    };
                    self.items(parts.saturating_add(1))?;
                }
                Ok(())
            }
            Payload::ImportSection(section) => self.counted(section.count()),
            Payload::ExportSection(section) => self.counted(section.count()),
            Payload::GlobalSection(section) => self.counted(section.count()),
            Payload::TableSection(section) => self.counted(section.count()),
            Payload::MemorySection(section) => self.counted(section.count()),
            Payload::TagSection(section) => self.counted(section.count()),
            Payload::ElementSection(section) => self.counted(section.count()),
            Payload::DataSection(section) => self.counted(section.count()),
            Payload::ComponentAliasSection(section) => self.counted(section.count()),
            Payload::ComponentCanonicalSection(section) => self.counted(section.count()),
            Payload::ComponentImportSection(section) => self.counted(section.count()),
            Payload::ComponentExportSection(section) => self.counted(section.count()),
            // The rest is read past by the compiler as well.
            _ => Ok(()),
        }
    }

    /// Goes one module or component deeper.
    fn enter(&mut self) -> Result<(), Refused> {
        self.depth = self.depth.saturating_add(1);
        let deepest = self.limits.component_nesting;
        let what = "levels of nested components";
        within(self.depth, deepest, what, "component_nesting")?;
        self.components = self.components.saturating_add(1);
        let what = "modules and nested components";
        within(self.components, self.limits.components, what, "components")
    }

    fn functions(&mut self, count: u32) -> Result<(), Refused> {
        self.functions = self.functions.saturating_add(size(count));
        within(
            self.functions,
            self.limits.functions,
            "functions",
            "functions",
        )
    }

    fn types(&mut self, count: u32) -> Result<(), Refused> {
        self.types = self.types.saturating_add(size(count));
        within(self.types, self.limits.types, "types", "types")
    }

    fn counted(&mut self, count: u32) -> Result<(), Refused> {
        self.items(size(count))
    }

    fn items(&mut self, count: usize) -> Result<(), Refused> {
        self.items = self.items.saturating_add(count);
        let what = "imports, exports and other items";
        within(self.items, self.limits.items, what, "items")
    }

    fn core_type(&mut self, declared: &CoreType<'_>) -> Result<(), Refused> {
        match declared {
            CoreType::Module(declarations) => {
                self.types(u32::try_from(declarations.len()).unwrap_or(u32::MAX))
            }
            CoreType::Rec(_) => self.types(1),
        }
    }

    /// Counts a type and the declarations in it. Its nesting is bounded already.
    fn component_type(&mut self, declared: &ComponentType<'_>) -> Result<(), Refused> {
        self.types(1)?;
        match declared {
            ComponentType::Component(declarations) => {
                for declaration in declarations {
                    match declaration {
                        ComponentTypeDeclaration::CoreType(inner) => self.core_type(inner)?,
                        ComponentTypeDeclaration::Type(inner) => self.component_type(inner)?,
                        _ => self.types(1)?,
                    }
                }
            }
            ComponentType::Instance(declarations) => {
                for declaration in declarations {
                    match declaration {
                        InstanceTypeDeclaration::CoreType(inner) => self.core_type(inner)?,
                        InstanceTypeDeclaration::Type(inner) => self.component_type(inner)?,
                        _ => self.types(1)?,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Checks one function.
fn function(body: &FunctionBody<'_>, limits: &ComponentLimits) -> Result<(), Refused> {
    let bytes = body.as_bytes().len();
    let what = "bytes in one function";
    within(bytes, limits.function_bytes, what, "function_bytes")?;
    let mut locals = 0_usize;
    for declared in body.get_locals_reader()? {
        let (count, _) = declared?;
        locals = locals.saturating_add(size(count));
    }
    within(
        locals,
        limits.locals,
        "local variables in one function",
        "locals",
    )?;
    let (mut depth, mut deepest, mut places) = (0_usize, 0_usize, 1_usize);
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        match operators.read()? {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. } => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
                places = places.saturating_add(1);
            }
            Operator::End => depth = depth.saturating_sub(1),
            Operator::BrTable { targets } => places = places.saturating_add(size(targets.len())),
            _ => {}
        }
    }
    let what = "levels of nested blocks in one function";
    within(deepest, limits.block_nesting, what, "block_nesting")?;
    let flow = locals.saturating_mul(places);
    let what = "local variables times places of control flow in one function";
    within(flow, limits.flow, what, "flow")
}

/// How deep the types of a section are nested at the most. The parser calls itself for each level, so a few hundred
/// kilobytes of nested types overflow its stack; counting the bytes that open a level (a declaration of a type, 1, and
/// that of a component or of an instance, 0x41 or 0x42) costs none.
fn type_nesting(section: &[u8]) -> usize {
    let pairs = section.windows(2);
    pairs
        .filter(|pair| matches!(pair, [0x01, 0x41 | 0x42]))
        .count()
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

pub(crate) fn within(
    found: usize,
    limit: usize,
    what: &'static str,
    setting: &'static str,
) -> Result<(), Refused> {
    if found <= limit {
        return Ok(());
    }
    Err(Refused::Over(OverLimit {
        what,
        found,
        limit,
        setting,
    }))
}
