//! Guests that want of WASI whatever they can get, and as much of it.

use crate::contract::Contract;
use arbitrary::Unstructured;

/// What they call, in loops that may or may not end. `$i` counts down from a random number.
const CALLS: [&str; 12] = [
    "(drop (call $stdout))",
    "(drop (call $subscribe (i64.const -1)))",
    "(drop (call $subscribe (i64.const 0)))",
    "(call $block (call $subscribe (i64.const 1000000)))",
    "(call $block (call $subscribe (i64.extend_i32_u (local.get $i))))",
    "(call $block (local.get $i))",
    "(call $drop (local.get $i))",
    "(call $random (i64.const 60000) (i32.const 16))",
    "(call $random (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $i))) (i32.const 16))",
    "(call $write (call $stdout) (i32.const 0) (i32.const 60000) (i32.const 65500))",
    "(call $zeroes (call $stdout) (i64.extend_i32_u (local.get $i)) (i32.const 65500))",
    "(call $exit (i32.and (local.get $i) (i32.const 1)))",
];

/// A guest that makes one or two of the calls, over and over, and answers with nothing at the end.
pub(super) fn updater(contract: &Contract, u: &mut Unstructured<'_>) -> Vec<u8> {
    let mut choose = |choices: &[&'static str]| u.choose(choices).copied().unwrap_or_default();
    let calls = [choose(&CALLS), choose(&["", "", CALLS[0], CALLS[1]])].concat();
    let byte = choose(&["\\0a", "\\00", "x"]).repeat(10);
    let times = choose(&["1", "40", "70000", "-1"]);
    let text = format!(
        r#"(module
            (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
            (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
            (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
                (func $subscribe (param i64) (result i32)))
            (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
            (import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))
            (import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
            (import "wasi:io/streams@0.2.0" "[method]output-stream.write"
                (func $write (param i32 i32 i32 i32)))
            (import "wasi:io/streams@0.2.0" "[method]output-stream.write-zeroes"
                (func $zeroes (param i32 i64 i32)))
            (memory (export "memory") 2)
            (data (i32.const 0) "{byte}")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "amend:document/updater@0.1.0#update")
                (param i32 i32 i32 i32 i32) (result i32) (local $i i32)
                (local.set $i (i32.const {times}))
                (loop $more
                    {calls}
                    (br_if $more (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
                (i32.const 100000)))"#
    );
    let module = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    contract
        .component(module)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}
