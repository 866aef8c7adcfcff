//! How large a component may be, and its parts: the settings of the look before compiling.

/// Bounds on a component, checked before it is compiled.
///
/// Compiling takes time and memory out of proportion to a component's size: 100 KB can cost a gigabyte. These bounds
/// refuse a component whose numbers are far beyond those of every compiler's output. They cost one pass over its
/// bytes. They are no bound on the cost of compiling: [`Compiler::process`](crate::Compiler::process) is.
///
/// The defaults are six times and more what the largest guest of amend's repository has (Python, 19 MB: 13,351 functions,
/// at most 426,843 bytes, 271 local variables and 781 levels of blocks in one of them).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ComponentLimits {
    /// Bytes of the component. 128 MiB by default.
    pub size: usize,
    /// Functions of all core modules together. 200,000 by default.
    pub functions: usize,
    /// Bytes of one function's body. 4 MiB by default.
    pub function_bytes: usize,
    /// Local variables that one function declares. 20,000 by default.
    pub locals: usize,
    /// The product, for one function, of its local variables and its places of control flow (blocks and the targets
    /// of its branch tables). The compiler's work on local variables grows with it. 20,000,000 by default.
    pub flow: usize,
    /// Levels of nested blocks in one function. 10,000 by default.
    pub block_nesting: usize,
    /// Levels of nested components. 20 by default.
    pub component_nesting: usize,
    /// Levels of types nested in types, in one section. It is estimated from above without reading the types, as reading
    /// them takes stack for each level. 500 by default.
    pub type_nesting: usize,
    /// Core modules and nested components, at all levels together. 1,000 by default.
    pub components: usize,
    /// Types, and the declarations in them, of all modules and components together. 100,000 by default.
    pub types: usize,
    /// Imports, exports, instances, aliases, globals, tables, memories and segments, of all modules and components
    /// together. 500,000 by default.
    pub items: usize,
}

impl Default for ComponentLimits {
    fn default() -> Self {
        ComponentLimits {
            size: 128 << 20,
            functions: 200_000,
            function_bytes: 4 << 20,
            locals: 20_000,
            flow: 20_000_000,
            block_nesting: 10_000,
            component_nesting: 20,
            type_nesting: 500,
            components: 1_000,
            types: 100_000,
            items: 500_000,
        }
    }
}

/// A bound of [`ComponentLimits`] that a component exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{found} {what}, and the limit is {limit} (`ComponentLimits::{setting}`)")]
#[non_exhaustive]
pub struct OverLimit {
    /// What there is too much of, in words.
    pub what: &'static str,
    /// How much of it there is. Counting ends at the first bound that is exceeded, so there may be more.
    pub found: usize,
    /// The limit.
    pub limit: usize,
    /// The name of the field of [`ComponentLimits`] that sets it.
    pub setting: &'static str,
}
