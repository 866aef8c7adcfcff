//! Components that are cheap to send and expensive to compile.

use arbitrary::{Result, Unstructured};
use wasm_encoder::{
    BlockType, CodeSection, Component, Function, FunctionSection, Instruction, Module,
    ModuleSection, RawSection, TypeSection, ValType,
};

/// A component that is near the limits of the look before compiling, or beyond them.
pub(crate) fn any(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let power = |u: &mut Unstructured<'_>, most: u32| -> Result<u32> {
        let power = 1 << u.int_in_range(0..=most)?;
        u.int_in_range(1..=power)
    };
    Ok(match u.int_in_range(0..=9)? {
        0 | 1 => locals(power(u, 15)?, power(u, 14)?),
        2 => functions(power(u, 18)? as usize),
        3 => blocks(power(u, 14)? as usize),
        4 => components(power(u, 11)? as usize),
        5 => types(power(u, 10)? as usize),
        6 => sums(power(u, 21)?, power(u, 4)?),
        7 => jumps(power(u, 12)?, power(u, 9)?),
        8 => calls(power(u, 9)?, power(u, 14)?),
        _ => memories(power(u, 16)?, power(u, 3)?),
    })
}

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
pub fn locals(locals: u32, blocks: u32) -> Vec<u8> {
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
pub fn functions(count: usize) -> Vec<u8> {
    component((0..count).map(|_| {
        let mut function = Function::new([]);
        function.instruction(&Instruction::End);
        function
    }))
}

/// Blocks in blocks.
pub fn blocks(levels: usize) -> Vec<u8> {
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
pub fn components(count: usize) -> Vec<u8> {
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
pub fn types(levels: usize) -> Vec<u8> {
    let mut data = vec![1];
    for _ in 0..levels {
        data.extend([0x41, 1, 1]);
    }
    data.extend([0x41, 0]);
    let mut whole = Component::new();
    whole.section(&RawSection { id: 7, data: &data });
    whole.finish()
}

/// Functions without a branch: one long sum each.
pub fn sums(length: u32, count: u32) -> Vec<u8> {
    component((0..count).map(|_| {
        let mut function = Function::new([(4, ValType::I64)]);
        for index in 0..length / count {
            function
                .instruction(&Instruction::LocalGet(index % 4))
                .instruction(&Instruction::LocalGet((index + 1) % 4))
                .instruction(&Instruction::I64Mul)
                .instruction(&Instruction::LocalSet((index + 2) % 4));
        }
        function.instruction(&Instruction::End);
        function
    }))
}

/// Tables of branches to each of the blocks that they are in.
pub fn jumps(blocks: u32, tables: u32) -> Vec<u8> {
    let mut function = Function::new([(1, ValType::I32)]);
    let targets: Vec<_> = (0..blocks).collect();
    for _ in 0..blocks {
        function.instruction(&Instruction::Block(BlockType::Empty));
    }
    for _ in 0..tables {
        function
            .instruction(&Instruction::Block(BlockType::Empty))
            .instruction(&Instruction::LocalGet(0))
            .instruction(&Instruction::BrTable(targets.as_slice().into(), 0))
            .instruction(&Instruction::End);
    }
    for _ in 0..=blocks {
        function.instruction(&Instruction::End);
    }
    component([function])
}

/// Calls with many parameters and results, which all go over the stack.
pub fn calls(parameters: u32, count: u32) -> Vec<u8> {
    let parameters = parameters as usize;
    let mut types = TypeSection::new();
    let all = || std::iter::repeat_n(ValType::I64, parameters);
    types.ty().function(all(), all());
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    declared.function(0);
    let mut function = Function::new([]);
    for index in 0..parameters {
        function.instruction(&Instruction::LocalGet(u32::try_from(index).unwrap_or(0)));
    }
    for _ in 0..count {
        function.instruction(&Instruction::Call(0));
    }
    function.instruction(&Instruction::End);
    code.function(&function);
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    let mut whole = Component::new();
    whole.section(&ModuleSection(&module));
    whole.finish()
}

/// Loads and stores, in several modules.
pub fn memories(count: u32, modules: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut function = Function::new([(1, ValType::I32)]);
    let at = wasm_encoder::MemArg {
        offset: 0xffff_0000,
        align: 0,
        memory_index: 0,
    };
    for _ in 0..count {
        function
            .instruction(&Instruction::LocalGet(0))
            .instruction(&Instruction::LocalGet(0))
            .instruction(&Instruction::I64Load(at))
            .instruction(&Instruction::I64Store(at));
    }
    function.instruction(&Instruction::End);
    let mut whole = Component::new();
    for _ in 0..modules {
        let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
        declared.function(0);
        code.function(&function);
        let mut memory = wasm_encoder::MemorySection::new();
        memory.memory(wasm_encoder::MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut module = Module::new();
        module
            .section(&types)
            .section(&declared)
            .section(&memory)
            .section(&code);
        whole.section(&ModuleSection(&module));
    }
    whole.finish()
}
