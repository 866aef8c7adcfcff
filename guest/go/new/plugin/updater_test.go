package main

import (
	"testing"

	"amend/updater"
)

// Runs the updater as the host does, on text, without WebAssembly.
func TestTake(t *testing.T) {
	answer, refusal := updater.Edit(take).Run(`{"apples": 5, "price": 1.50}`, `{"take": 2}`)
	if refusal != nil || answer.String() != `replace({"apples":3,"price":1.50})` {
		t.Error(answer, refusal)
	}
	answer, refusal = updater.Edit(take).Run(`{"apples": 1}`, `{"take": 2}`)
	if refusal == nil || refusal.Error() != "2 apples were ordered, 1 are left" {
		t.Error(answer, refusal)
	}
}
