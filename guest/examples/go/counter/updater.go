// counter adds to /count: the updater on types of its own.
//
// Arguments: {"by": 3}, or {} for 1. Refuses when the count is not a whole number, or would no longer fit 64 bits.
package main

import (
	"fmt"

	"amend/updater"
)

func init() { updater.Export(updater.Edit(add)) }

func main() {}

// State is as much of the document as this updater has to know. What it does not name stays as it is.
type State struct {
	Count int64 `json:"count"`
}

type Args struct {
	By *int64 `json:"by"`
}

func add(state *State, args Args) error {
	by := int64(1)
	if args.By != nil {
		by = *args.By
	}
	count := state.Count + by
	if (count > state.Count) != (by > 0) && by != 0 {
		return fmt.Errorf("%d and %d more are too many for a counter of 64 bits", state.Count, by)
	}
	state.Count = count
	return nil
}
