package store

import (
	"sync"

	"amend/internal/collector"
	_ "amend/internal/command"
	host "amend/internal/program/imports/amend_document_store"
	wit "amend/internal/program/imports/amend_document_types"
	memory "amend/internal/wit/runtime"
	types "amend/internal/wit/types"
	"amend/patch"
)

func read(path, at string) (Snapshot, bool, error) {
	answer, err := call(func() types.Result[types.Option[wit.Snapshot], wit.Error] {
		return host.Read(path, at)
	})
	if err != nil || answer.IsNone() {
		return Snapshot{}, false, err
	}
	return Snapshot(answer.Some()), true, nil
}

func update(path string, change patch.Patch) (Receipt, error) {
	return receipt(func() types.Result[wit.Receipt, wit.Error] {
		return host.Update(path, inContract(change))
	})
}

func updateIf(path string, change patch.Patch, expected string) (Receipt, error) {
	version := types.None[string]()
	if expected != NoDocument {
		version = types.Some(expected)
	}
	return receipt(func() types.Result[wit.Receipt, wit.Error] {
		return host.UpdateIf(path, inContract(change), version)
	})
}

func apply(path, updater, args string) (Receipt, error) {
	return receipt(func() types.Result[wit.Receipt, wit.Error] {
		return host.Apply(path, updater, args)
	})
}

func receipt(ask func() types.Result[wit.Receipt, wit.Error]) (Receipt, error) {
	answer, err := call(ask)
	return Receipt(answer), err
}

// One call at a time: while one waits for the collector to be off, another goroutine must not switch it on.
var one sync.Mutex

func call[T any](ask func() types.Result[T, wit.Error]) (T, error) {
	one.Lock()
	defer one.Unlock()
	collector.Off()
	answer := ask()
	// The host's answer was pinned while it was written. Now it is held by the strings in it, like any other.
	memory.Unpin()
	collector.On()
	collector.CatchUp()
	if answer.IsErr() {
		var none T
		return none, inGo(answer.Err())
	}
	return answer.Ok(), nil
}

func inContract(change patch.Patch) wit.Patch {
	// Whoever comes here has been through written.
	json, _ := change.JSON()
	switch change.Kind() {
	case patch.KindOperations:
		return wit.MakePatchOperations(json)
	case patch.KindMerge:
		return wit.MakePatchMerge(json)
	default:
		return wit.MakePatchReplace(json)
	}
}

func inGo(err wit.Error) *Error {
	switch err.Tag() {
	case wit.Error_Denied:
		return &Error{Denied, err.Denied()}
	case wit.Error_NotFound:
		return &Error{NotFound, err.NotFound()}
	case wit.Error_Malformed:
		return &Error{Malformed, err.Malformed()}
	case wit.Error_InvalidPatch:
		return &Error{InvalidPatch, err.InvalidPatch()}
	case wit.Error_Conflict:
		return &Error{Conflict, err.Conflict()}
	case wit.Error_Refused:
		return &Error{Refused, err.Refused()}
	case wit.Error_TooLarge:
		return &Error{TooLarge, err.TooLarge()}
	case wit.Error_TimedOut:
		return &Error{TimedOut, err.TimedOut()}
	default:
		return &Error{Other, err.Other()}
	}
}
