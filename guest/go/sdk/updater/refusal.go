package updater

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// What a panic said, and where. Called while the panic is recovered from, when its stack is still there.
func panicked(said any) error {
	where := ""
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	// From here up: the deferred function, then the runtime, and then who panicked.
	seen := false
	for more := true; more && where == ""; {
		var frame runtime.Frame
		frame, more = frames.Next()
		isRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if seen && !isRuntime {
			where = fmt.Sprintf(" (%s:%d)", filepath.Base(frame.File), frame.Line)
		}
		seen = seen || isRuntime
	}
	return fmt.Errorf("the updater panicked: %v%s", said, where)
}

// A refusal whose text the contract can carry, and that says something.
func withReason(refusal error) error {
	if refusal == nil {
		return nil
	}
	switch reason := strings.ToValidUTF8(refusal.Error(), "\uFFFD"); reason {
	case refusal.Error():
		if reason != "" {
			return refusal
		}
		return errors.New("the updater refused, and did not say why")
	default:
		return errors.New(reason)
	}
}
