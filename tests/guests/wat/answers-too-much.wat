;; Answers with a hundred megabytes.
(module
  (memory (export "memory") 1700)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "amend:document/updater@0.1.0#update") (param i32 i32 i32 i32 i32) (result i32)
    (memory.fill (i32.const 32) (i32.const 0x20) (i32.const 100000000))
    ;; ok(some(replace(...)))
    (i32.store8 (i32.const 0) (i32.const 0))
    (i32.store8 (i32.const 4) (i32.const 1))
    (i32.store8 (i32.const 8) (i32.const 2))
    (i32.store (i32.const 12) (i32.const 32))
    (i32.store (i32.const 16) (i32.const 100000000))
    (i32.const 0)))
