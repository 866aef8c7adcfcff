// token registers a deployment token at /token: the updater that answers with a patch.
//
// Two deployments at once: one wins, the other is refused, nobody is clobbered. A deployment that takes over says
// whose token it expects to find.
//
// Arguments: {"token": "...", "previous": "..."}, previous only when taking over. Refuses when the stored token is
// neither absent nor previous.
package main

import (
	"errors"

	"amend/patch"
	"amend/updater"
)

func init() { updater.Export(updater.Decide(register)) }

func main() {}

// Deployment is as much of the document as this updater has to know.
type Deployment struct {
	Token *string `json:"token"`
}

type Args struct {
	Token    *string `json:"token"`
	Previous *string `json:"previous"`
}

func register(current Deployment, args Args) (patch.Patch, error) {
	if args.Token == nil {
		return patch.Patch{}, errors.New("no token: it says which one is registered")
	}
	isExpected := args.Previous != nil && current.Token != nil && *current.Token == *args.Previous
	if current.Token != nil && !isExpected {
		// The reason goes into logs, where somebody's token must not be read.
		return patch.Patch{}, errors.New("another token is registered")
	}
	return patch.Operations(patch.Add("/token", *args.Token)), nil
}
