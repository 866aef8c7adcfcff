package main

import "testing"

func TestRemovals(t *testing.T) {
	operations, err := removals(`{"a/b": null, "c": [null], "d": "null"}`)
	if err != nil || len(operations) != 1 {
		t.Fatal(operations, err)
	}
	if text, _ := operations[0].MarshalJSON(); string(text) != `{"op":"remove","path":"/a~1b"}` {
		t.Error(string(text))
	}
	if _, err := removals(`[]`); err == nil {
		t.Error("an array has no members")
	}
}
