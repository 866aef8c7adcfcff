// Package export_amend_document_updater is where the bindings look for the updater. Its name is theirs.
package export_amend_document_updater

import (
	wit "amend/internal/plugin/imports/amend_document_types"
	types "amend/internal/wit/types"
)

// Answer is what package updater puts here.
var Answer func(current types.Option[string], args string) types.Result[types.Option[wit.Patch], string]

// Update is what the bindings call.
func Update(current types.Option[string], args string) types.Result[types.Option[wit.Patch], string] {
	return Answer(current, args)
}
