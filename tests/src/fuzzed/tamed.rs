//! Random code that gets a little further. As it comes, hardly any is even given its arguments: its allocator
//! answers with a random number, and so does its update; and most are stopped while they start.

use arbitrary::Unstructured;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Function, Instruction, Module};
use wasmparser::{ExternalKind, FunctionBody, MemoryType, Parser, Payload, TypeRef};

/// Gives a module memory, mostly an allocator that works, an update whose answer is in the memory, and nothing to
/// do at the start.
pub(super) fn tame(module: &[u8], u: &mut Unstructured<'_>) -> Vec<u8> {
    let functions = functions(module);
    let mut mostly = |index| u.ratio(7, 8).unwrap_or_default().then_some(index).flatten();
    let mut tamed = Module::new();
    let done = Tame {
        at: functions.imported,
        realloc: mostly(functions.realloc),
        update: mostly(functions.update),
        initialize: mostly(functions.initialize),
        // Now and then more than a guest may have.
        pages: *u.choose(&[0, 1, 1, 1, 2, 17, 17, 1000]).unwrap_or(&1),
    }
    .parse_core_module(&mut tamed, Parser::new(0), module);
    match done {
        Ok(()) => tamed.finish(),
        Err(_) => module.to_vec(),
    }
}

/// Where the functions are that are not left as they are.
#[derive(Default)]
struct Functions {
    imported: u32,
    realloc: Option<u32>,
    update: Option<u32>,
    initialize: Option<u32>,
}

fn functions(module: &[u8]) -> Functions {
    let mut functions = Functions::default();
    for payload in Parser::new(0).parse_all(module) {
        match payload {
            Ok(Payload::ImportSection(imports)) => {
                let is_function =
                    |import: &wasmparser::Import<'_>| matches!(import.ty, TypeRef::Func(_));
                let imports = imports.into_imports().filter_map(Result::ok);
                functions.imported =
                    u32::try_from(imports.filter(is_function).count()).unwrap_or(u32::MAX);
            }
            Ok(Payload::ExportSection(exports)) => {
                for export in exports.into_iter().filter_map(Result::ok) {
                    match export.name {
                        _ if export.kind != ExternalKind::Func => {}
                        "cabi_realloc" => functions.realloc = Some(export.index),
                        "_initialize" => functions.initialize = Some(export.index),
                        "amend:document/updater@0.1.0#update" => {
                            functions.update = Some(export.index);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    functions
}

struct Tame {
    at: u32,
    realloc: Option<u32>,
    update: Option<u32>,
    initialize: Option<u32>,
    pages: u64,
}

impl Reencode for Tame {
    type Error = Infallible;

    fn memory_type(
        &mut self,
        memory: MemoryType,
    ) -> Result<wasm_encoder::MemoryType, Error<Infallible>> {
        let mut memory = utils::memory_type(self, memory);
        // The shape's has none, and arguments have no place in it.
        memory.minimum = memory.minimum.max(self.pages);
        memory.maximum = memory.maximum.map(|maximum| maximum.max(memory.minimum));
        Ok(memory)
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let at = Some(self.at);
        self.at += 1;
        if at == self.realloc {
            let mut constant = Function::new([]);
            constant.instructions().i32_const(1024).end();
            code.function(&constant);
        } else if at == self.initialize {
            let mut nothing = Function::new([]);
            nothing.instructions().end();
            code.function(&nothing);
        } else if at == self.update {
            let mut function = self.new_function_with_parsed_locals(&body)?;
            let mut reader = body.get_operators_reader()?;
            while !reader.eof() {
                let instruction = self.parse_instruction(&mut reader)?;
                if reader.eof() && matches!(instruction, Instruction::End) {
                    // Aligned, and within one page.
                    function.instructions().i32_const(0x7ffc).i32_and();
                }
                function.instruction(&instruction);
            }
            code.function(&function);
        } else {
            utils::parse_function_body(self, code, body)?;
        }
        Ok(())
    }
}
