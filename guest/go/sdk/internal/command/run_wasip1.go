// Package command lets a host run a program's function main.
//
// Compiled as an executable, a Go program has a start function of its own, and the adapter for those asks for memory
// before it calls that: too early for Go's runtime. Compiled as a library, as updaters are, the runtime is up before
// anything else happens; and then this is what makes a command of it, as command.wit says.
package command

import _ "unsafe" // for go:linkname

//go:linkname authors main.main
func authors()

//go:wasmexport wasi:cli/run@0.2.6#run
func run() int32 {
	authors()
	return ok
}

// The first case of a result.
const ok = 0
