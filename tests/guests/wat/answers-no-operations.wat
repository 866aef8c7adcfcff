;; Answers with operations that are JSON, but not a JSON Patch.
(module
  (memory (export "memory") 1)
  (data (i32.const 32) "[{\"op\": \"explode\"}]")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "amend:document/updater@0.1.0#update") (param i32 i32 i32 i32 i32) (result i32)
    ;; ok(some(operations(...)))
    (i32.store8 (i32.const 0) (i32.const 0))
    (i32.store8 (i32.const 4) (i32.const 1))
    (i32.store8 (i32.const 8) (i32.const 0))
    (i32.store (i32.const 12) (i32.const 32))
    (i32.store (i32.const 16) (i32.const 19))
    (i32.const 0)))
