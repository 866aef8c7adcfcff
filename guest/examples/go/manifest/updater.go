// manifest sets a value at a path of keys and makes the objects that are missing on the way: the updater on maps, for
// documents without a fixed shape.
//
// Build tools do this to a shared manifest from many processes at once: each adds its own artifact.
//
// Arguments: {"keys": ["HelloFlow", "linux-64", "a1b2"], "value": {...}}. Refuses when something on the way is not an
// object, and when there are no keys.
package main

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"

	"amend/patch"
	"amend/updater"
)

func init() { updater.Export(updater.Edit(set)) }

func main() {}

// Far more than any manifest needs.
const mostKeys = 32

type Args struct {
	Keys []string `json:"keys"`
	// As it is written: nothing is to be known about it but whether it is there.
	Value jsontext.Value `json:"value"`
}

func set(document *map[string]any, args Args) error {
	switch keys := len(args.Keys); {
	case args.Value == nil:
		return errors.New("no value: it says what is set")
	case keys == 0:
		return errors.New("no keys: they say where in the document the value goes")
	case keys > mostKeys:
		return fmt.Errorf("%d keys are too many: at most %d are taken", keys, mostKeys)
	}
	last := len(args.Keys) - 1
	place := *document
	for depth, key := range args.Keys[:last] {
		if _, isThere := place[key]; !isThere {
			place[key] = map[string]any{}
		}
		next, isObject := place[key].(map[string]any)
		if !isObject {
			return fmt.Errorf("%q is not an object, so it cannot have a member %q",
				patch.Pointer(args.Keys[:depth+1]...), args.Keys[depth+1])
		}
		place = next
	}
	place[args.Keys[last]] = args.Value
	return nil
}
