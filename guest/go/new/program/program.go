// {{name}} PATH removes the members of a document that are null.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"amend/patch"
	"amend/store"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: {{name}} PATH")
		os.Exit(1)
	}
	removed, err := tidy(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "{{name}}:", err)
		os.Exit(1)
	}
	fmt.Println(removed, "removed")
}

// tidy says how many it has removed. The path is the name of a grant, a slash, and a path in it.
func tidy(path string) (int, error) {
	for {
		snapshot, found, err := store.Read(path, "")
		if err != nil || !found {
			return 0, err
		}
		operations, err := removals(snapshot.Text)
		if err != nil || len(operations) == 0 {
			return 0, err
		}
		// Nobody holds a lock between the two: whoever was faster has made another version.
		_, err = store.UpdateIf(path, patch.Operations(operations...), snapshot.Version)
		if failed, is := errors.AsType[*store.Error](err); !is || failed.Case != store.Conflict {
			return len(operations), err
		}
	}
}

func removals(document string) ([]patch.Operation, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(document), &members); err != nil {
		return nil, err
	}
	var operations []patch.Operation
	for name, value := range members {
		if string(value) == "null" {
			operations = append(operations, patch.Remove(patch.Pointer(name)))
		}
	}
	return operations, nil
}
