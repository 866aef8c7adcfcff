// Package patch says changes of documents as data.
//
// An updater that edits its document needs none of this: see [amend/updater.Edit]. A patch is for a change that
// depends on nothing but what it checks itself, and for programs.
package patch

import (
	"fmt"

	"amend/internal/text"
)

// Patch is a change of a document, as JSON text. The zero Patch leaves the document as it is.
//
// When what it was made of cannot be written as JSON, it keeps the error; who uses it is told.
type Patch struct {
	kind Kind
	json string
	err  error
}

// Kind is what a patch is, in the words of the contract.
type Kind string

const (
	// Nothing leaves the document as it is.
	Nothing Kind = ""
	// KindOperations is a JSON Patch, RFC 6902: an array of operations, all or nothing.
	KindOperations Kind = "operations"
	// KindMerge is a JSON Merge Patch, RFC 7396: null removes a member, an object merges, all else replaces.
	KindMerge Kind = "merge"
	// KindReplace is the whole new document. The host edits only what differs.
	KindReplace Kind = "replace"
)

// Operations is a JSON Patch of these operations: in order, all or nothing.
func Operations(operations ...Operation) Patch {
	if operations == nil {
		operations = []Operation{}
	}
	return of(KindOperations, operations)
}

// Merge is a JSON Merge Patch: Merge(map[string]any{"added": 1, "removed": nil}).
func Merge(changes any) Patch { return of(KindMerge, changes) }

// Replace is the whole new document.
func Replace(document any) Patch { return of(KindReplace, document) }

// FromText is a patch of JSON text, which stays as it is written.
func FromText(kind Kind, json string) Patch {
	switch kind {
	case KindOperations, KindMerge, KindReplace:
		return Patch{kind: kind, json: json}
	default:
		return Patch{kind: kind, err: fmt.Errorf("%q is no kind of patch", kind)}
	}
}

// Kind says what it is.
func (patch Patch) Kind() Kind { return patch.kind }

// JSON is the patch as text, or why it could not be written.
func (patch Patch) JSON() (string, error) { return patch.json, patch.err }

// String is for people: replace({"count":5}), as wasmtime prints it.
func (patch Patch) String() string {
	switch {
	case patch.err != nil:
		return string(patch.kind) + ": " + patch.err.Error()
	case patch.kind == Nothing:
		return "none"
	default:
		return string(patch.kind) + "(" + patch.json + ")"
	}
}

func of(kind Kind, value any) Patch {
	json, err := text.Write(value)
	return Patch{kind: kind, json: json, err: err}
}
