// Package store is for programs: the documents that this one was granted, and changes of them.
//
// A program is an ordinary command, func main, compiled to a component. A path is the name of a grant, a slash, and a
// path in it. Locks are the host's: none is held between two calls.
//
//	receipt, err := store.Update("state/app.json", patch.Merge(map[string]any{"ready": true}))
//	if err != nil {
//		return err
//	}
//	fmt.Println("now at version", receipt.Version)
//
// An error is always an [*Error].
package store

import (
	"amend/internal/text"
	"amend/patch"
)

// Snapshot is a document, or a part of it, as it was at one moment.
type Snapshot struct {
	// Text is the exact text at the pointer that was asked for.
	Text string
	// Version is that of the whole document.
	Version string
}

// Receipt is what an update did. The document is durable when it is returned.
type Receipt struct {
	// Version is that of the document that is now stored.
	Version string
	// Changed says whether the update changed anything.
	Changed bool
}

// NoDocument, as the version that [UpdateIf] expects, expects that there is no such document.
const NoDocument = ""

// Read is what stands at a pointer ("" is the whole document); not found when there is no such document, or nothing
// there.
func Read(path, at string) (snapshot Snapshot, found bool, err error) {
	return read(path, at)
}

// Update changes a document: the host locks it, applies the patch, and replaces it durably.
func Update(path string, change patch.Patch) (Receipt, error) {
	if err := written(change); err != nil {
		return Receipt{}, err
	}
	return update(path, change)
}

// UpdateIf is the same, when the document still has the version that is expected. When it has another, that is a
// [Conflict].
func UpdateIf(path string, change patch.Patch, expected string) (Receipt, error) {
	if err := written(change); err != nil {
		return Receipt{}, err
	}
	return updateIf(path, change, expected)
}

// Apply runs an updater, one that the host was given by name, on the document under its lock, and applies its
// answer.
func Apply(path, updater string, args any) (Receipt, error) {
	json, err := text.Write(args)
	if err != nil {
		return Receipt{}, &Error{Malformed, err.Error()}
	}
	return apply(path, updater, json)
}

// Whether a patch is one that can be sent.
func written(change patch.Patch) error {
	if _, err := change.JSON(); err != nil {
		return &Error{Malformed, err.Error()}
	}
	if change.Kind() == patch.Nothing {
		return &Error{InvalidPatch, "the patch is empty: there is nothing to ask the host for"}
	}
	return nil
}
