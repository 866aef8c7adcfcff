package updater

import (
	"amend/internal/collector"
	"amend/internal/plugin/exports/export_amend_document_updater"
	_ "amend/internal/plugin/exports/wit_exports"
	wit "amend/internal/plugin/imports/amend_document_types"
	types "amend/internal/wit/types"
	"amend/patch"
)

func init() {
	collector.Off()
	export_amend_document_updater.Answer = answer
}

// The host's call, in the contract's types.
func answer(current types.Option[string], args string) types.Result[types.Option[wit.Patch], string] {
	collector.On()
	defer collector.Off()
	answer, refusal := exported.Run(current.SomeOr(""), args)
	if refusal != nil {
		return types.Err[types.Option[wit.Patch]](refusal.Error())
	}
	return types.Ok[types.Option[wit.Patch], string](inContract(answer))
}

func inContract(answer patch.Patch) types.Option[wit.Patch] {
	// Run has looked at the error.
	json, _ := answer.JSON()
	switch answer.Kind() {
	case patch.KindOperations:
		return types.Some(wit.MakePatchOperations(json))
	case patch.KindMerge:
		return types.Some(wit.MakePatchMerge(json))
	case patch.KindReplace:
		return types.Some(wit.MakePatchReplace(json))
	default:
		return types.None[wit.Patch]()
	}
}
