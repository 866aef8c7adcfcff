//! A guest that answers with its arguments.

use super::answer::Answer;
use crate::contract::Contract;
use amend_store::Json;

/// The arguments that make the guest give this answer.
pub(super) fn args(answer: &Answer) -> Json {
    let text = format!("[{},{}]", answer.kind as u8, answer.patch);
    Json::parse(&text).expect("a patch is JSON")
}

/// The component. Its arguments are `[K,PATCH]`, where K is the number of the kind of patch.
pub(super) fn component() -> Vec<u8> {
    let module = wat::parse_str(TEXT).expect("it is WebAssembly");
    let component = Contract::plugin().component(module);
    component.expect("it keeps to the contract")
}

const TEXT: &str = r#"(module
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
        (global.set $next (i32.add (local.get $at) (local.get 3)))
        (if (i32.lt_u (i32.shl (memory.size) (i32.const 16)) (global.get $next))
            (then (drop (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1))))))
        (local.get $at))
    ;; The answer, result<option<patch>, string>, is at 0: a patch, its kind, the place and the length of its text.
    (func (export "amend:document/updater@0.1.0#update") (param i32 i32 i32 i32 i32) (result i32)
        (i32.store (i32.const 4) (i32.const 1))
        (i32.store (i32.const 8) (i32.sub (i32.load8_u (i32.add (local.get 3) (i32.const 1))) (i32.const 48)))
        (i32.store (i32.const 12) (i32.add (local.get 3) (i32.const 3)))
        (i32.store (i32.const 16) (i32.sub (local.get 4) (i32.const 4)))
        (i32.const 0)))"#;
