// deploy PATH TOKEN [VERSION] takes a deployment from its token to its end, in the document at PATH.
//
// It has the host apply the updater token, which refuses when another deployment is under way; says so in /status; and
// says that it is done if nobody has changed the document in between, or if the document still has the version that
// was named.
package main

import (
	"fmt"
	"os"

	"amend/patch"
	"amend/store"
)

func main() {
	args := os.Args[1:]
	if len(args) != 2 && len(args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: deploy PATH TOKEN [VERSION]")
		os.Exit(1)
	}
	version := ""
	if len(args) == 3 {
		version = args[2]
	}
	if err := deploy(args[0], args[1], version); err != nil {
		fmt.Fprintln(os.Stderr, "deploy:", err)
		os.Exit(1)
	}
}

func deploy(path, token, version string) error {
	if _, err := store.Apply(path, "token", map[string]any{"token": token}); err != nil {
		return err
	}
	if _, err := store.Update(path, patch.Merge(map[string]any{"status": "deploying"})); err != nil {
		return err
	}

	snapshot, found, err := store.Read(path, "/status")
	if err != nil {
		return err
	}
	if !found {
		return &store.Error{Case: store.NotFound, Message: "the status is gone"}
	}
	fmt.Println("status:", snapshot.Text)

	if version == "" {
		version = snapshot.Version
	}
	done := patch.Operations(patch.ReplaceAt("/status", "deployed"))
	if _, err := store.UpdateIf(path, done, version); err != nil {
		return err
	}
	fmt.Println("deployed")
	return nil
}
