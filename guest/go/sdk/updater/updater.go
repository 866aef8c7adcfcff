// Package updater makes an updater of a plain function.
//
// An updater decides how one JSON document should change. It reads no file and takes no lock: the host gives it the
// document and the caller's arguments, and makes the change it answers with.
//
//	type Stock struct {
//		Apples uint64 `json:"apples"`
//	}
//
//	type Order struct {
//		Take uint64 `json:"take"`
//	}
//
//	func init() { updater.Export(updater.Edit(take)) }
//
//	func main() {}
//
//	func take(stock *Stock, order Order) error {
//		if order.Take > stock.Apples {
//			return fmt.Errorf("only %d are left", stock.Apples)
//		}
//		stock.Apples -= order.Take
//		return nil
//	}
//
// # What may stand where
//
// The document and the arguments are read with encoding/json/v2: into a struct of the author's, a map, an any, a
// [encoding/json/jsontext.Value] for the text as it stands. Names are compared exactly, upper and lower case apart. A
// number in an any is a [encoding/json.Number], with all its digits. A null member is a zero value, as in all of Go: take a
// pointer to tell it from one.
//
// A document that does not exist yet is empty: a struct of zero values, an empty map, an any that holds one. To tell
// it from one that is there, take a pointer: it is nil then.
//
// A document or arguments that do not fit are refused with a reason that says which of the two, and where. So are
// arguments that the type does not name: they are most likely misspelt. A map takes any.
//
// # What refuses
//
// An error refuses: the document stays as it is, and the caller sees the error's text. So does a panic, with what it
// said and where. (What Go cannot recover from, such as running out of memory, ends the component: the caller sees
// a guest that failed.)
//
// # The same answer every time
//
// The host may call an updater again with a newer document, in a fresh instance. So the answer depends on the
// document and the arguments alone: no clock, no random numbers, no memory. What varies comes in as an argument.
package updater

import (
	"errors"
	"fmt"

	"amend/internal/text"
	"amend/internal/weave"
	"amend/patch"
)

// An Updater answers with the change of a document. [Edit] and [Decide] make one.
type Updater struct {
	answer func(current, args string) (patch.Patch, error)
}

// Edit makes an updater of a function that edits a document in place.
//
// What the function changed is changed in the document, and nothing else: members that D does not name stay, and so
// does a number that D cannot hold exactly. A function that changes nothing leaves the document as it is, or missing.
//
// In an array, an element that was not changed is known by its value, wherever it is moved; one that was changed is
// known by its place, unless the array has become shorter. Where that is not enough to keep the members that D does
// not name, D can hold them: a field Others jsontext.Value with the tag json:",embed" takes all that the other fields
// do not.
func Edit[D, A any](update func(document *D, args A) error) Updater {
	return Updater{func(current, args string) (patch.Patch, error) {
		document, read, err := input[D, A](current, args)
		if err != nil {
			return patch.Patch{}, err
		}
		before, err := text.Write(document)
		if err != nil {
			return patch.Patch{}, fmt.Errorf("the document was read, and cannot be written again: %w", err)
		}
		if err := update(&document, read); err != nil {
			return patch.Patch{}, err
		}
		after, err := text.Write(document)
		switch {
		case err != nil:
			return patch.Patch{}, fmt.Errorf("the new document cannot be written: %w", err)
		case before == after:
			return patch.Patch{}, nil
		case current == "":
			return patch.FromText(patch.KindReplace, after), nil
		}
		woven, err := weave.Weave(current, before, after)
		if err != nil {
			return patch.Patch{}, fmt.Errorf("the document does not fit this updater: %w", err)
		}
		return patch.FromText(patch.KindReplace, woven), nil
	}}
}

// Decide makes an updater of a function that answers with a patch, which is what it is: a Replace of a D that
// does not name every member takes the others away.
func Decide[D, A any](update func(document D, args A) (patch.Patch, error)) Updater {
	return Updater{func(current, args string) (patch.Patch, error) {
		document, read, err := input[D, A](current, args)
		if err != nil {
			return patch.Patch{}, err
		}
		return update(document, read)
	}}
}

// Run runs an updater as the host does, without WebAssembly: for the author's own tests.
//
// current is the document's text, "" when there is none; args is one JSON value. An error is a refusal.
func (updater Updater) Run(current, args string) (answer patch.Patch, refusal error) {
	defer func() {
		if said := recover(); said != nil {
			answer, refusal = patch.Patch{}, panicked(said)
		}
		refusal = withReason(refusal)
	}()
	if updater.answer == nil {
		return patch.Patch{}, errors.New("there is no updater: call updater.Export in a function init")
	}
	answer, refusal = updater.answer(current, args)
	if refusal == nil {
		_, refusal = answer.JSON()
	}
	if refusal != nil {
		answer = patch.Patch{}
	}
	return answer, refusal
}
