;; Grows four memories in turn, none of which is large, until one gets no more, and traps.
(module
  (memory $a (export "memory") 1)
  (memory $b 1)
  (memory $c 1)
  (memory $d 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "amend:document/updater@0.1.0#update") (param i32 i32 i32 i32 i32) (result i32)
    (loop
      (br_if 0 (i32.ne (memory.grow $a (i32.const 16)) (i32.const -1)))
      (br_if 0 (i32.ne (memory.grow $b (i32.const 16)) (i32.const -1)))
      (br_if 0 (i32.ne (memory.grow $c (i32.const 16)) (i32.const -1)))
      (br_if 0 (i32.ne (memory.grow $d (i32.const 16)) (i32.const -1))))
    unreachable))
