//! Components that are cheap to send and expensive to compile.

use wasm_encoder::{
    BlockType, CodeSection, Component, Function, FunctionSection, Instruction, Module,
    ModuleSection, RawSection, TypeSection, ValType,
};

/// A component of one module with these functions.
fn component(functions: impl IntoIterator<Item = Function>) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    for function in functions {
        declared.function(0);
        code.function(&function);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    let mut component = Component::new();
    component.section(&ModuleSection(&module));
    component.finish()
}

/// Many local variables that are all alive over many blocks: compiling takes their product.
pub(crate) fn locals(locals: u32, blocks: u32) -> Vec<u8> {
    let mut function = Function::new([(locals, ValType::I64)]);
    // The same numbers each time, and no order that a compiler could use.
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % locals
    };
    for _ in 0..blocks {
        let (a, b, c) = (random(), random(), random());
        function
            .instruction(&Instruction::LocalGet(a))
            .instruction(&Instruction::I32WrapI64)
            .instruction(&Instruction::If(BlockType::Empty))
            .instruction(&Instruction::LocalGet(a))
            .instruction(&Instruction::LocalGet(b))
            .instruction(&Instruction::I64Add)
            .instruction(&Instruction::LocalSet(c))
            .instruction(&Instruction::End);
    }
    function.instruction(&Instruction::End);
    component([function])
}

/// Empty functions.
pub(crate) fn functions(count: usize) -> Vec<u8> {
    component((0..count).map(|_| {
        let mut function = Function::new([]);
        function.instruction(&Instruction::End);
        function
    }))
}

/// Blocks in blocks.
pub(crate) fn blocks(levels: usize) -> Vec<u8> {
    let mut function = Function::new([]);
    for _ in 0..levels {
        function.instruction(&Instruction::Block(BlockType::Empty));
    }
    for _ in 0..=levels {
        function.instruction(&Instruction::End);
    }
    component([function])
}

/// Empty components, one after another.
pub(crate) fn components(count: usize) -> Vec<u8> {
    let mut whole = Component::new();
    let empty = Component::new().finish();
    for _ in 0..count {
        whole.section(&RawSection {
            id: 4,
            data: &empty,
        });
    }
    whole.finish()
}

/// Types of components in types of components. Each level is a declaration of a type, and its parser calls itself.
pub(crate) fn types(levels: usize) -> Vec<u8> {
    let mut data = vec![1];
    for _ in 0..levels {
        data.extend([0x41, 1, 1]);
    }
    data.extend([0x41, 0]);
    let mut whole = Component::new();
    whole.section(&RawSection { id: 7, data: &data });
    whole.finish()
}
