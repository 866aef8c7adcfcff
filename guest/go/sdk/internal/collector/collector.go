// Package collector says when the garbage collector may run.
//
// A collection reads the clock, which is a function of the host's. The host allocates in this component's memory
// before it calls an export and before it returns from an import, and while it does so nothing of the host's may be
// called: a collection then would trap, "cannot leave component instance". So the collector is off whenever the host
// may allocate. (Switching it off waits for a collection that is under way.)
package collector

import "runtime/debug"

// On lets the collector run.
func On() { debug.SetGCPercent(percent) }

// Off keeps the collector from running.
func Off() { debug.SetGCPercent(-1) }

// Go's own default.
const percent = 100
