//go:build !wasip1

package store

import "amend/patch"

// Native code, the author's tests, has no host.
var errNoHost = &Error{Other, "there is no store outside of WebAssembly: build the program and run it with amend run"}

func read(string, string) (Snapshot, bool, error) { return Snapshot{}, false, errNoHost }

func update(string, patch.Patch) (Receipt, error) { return Receipt{}, errNoHost }

func updateIf(string, patch.Patch, string) (Receipt, error) { return Receipt{}, errNoHost }

func apply(string, string, string) (Receipt, error) { return Receipt{}, errNoHost }
