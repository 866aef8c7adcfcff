;; Calls itself until the stack is used up.
(module
  (memory (export "memory") 1)
  (func $deeper (param i32) (result i32)
    (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "amend:document/updater@0.1.0#update") (param i32 i32 i32 i32 i32) (result i32)
    (call $deeper (i32.const 0))))
