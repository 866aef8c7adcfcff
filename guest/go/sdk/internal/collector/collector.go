// Package collector says when the garbage collector may run.
//
// A collection reads the clock, which is a function of the host's. The host allocates in this component's memory
// before it calls an export and before it returns from an import, and while it does so nothing of the host's may be
// called: a collection then would trap, "cannot leave component instance". So the collector is off whenever the host
// may allocate. (Switching it off waits for a collection that is under way.)
package collector

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// On lets the collector run, when the next allocation finds that it is time.
func On() { debug.SetGCPercent(percent) }

// Off keeps the collector from running.
func Off() { debug.SetGCPercent(-1) }

// CatchUp collects if it is time. A program that only reads allocates while the collector is off, and at no other time.
func CatchUp() {
	sizes := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/goal:bytes"}}
	metrics.Read(sizes)
	if sizes[0].Value.Uint64() >= sizes[1].Value.Uint64() {
		runtime.GC()
	}
}

// Go's own default.
const percent = 100
