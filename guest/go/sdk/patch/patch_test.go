package patch_test

import (
	"math"
	"testing"

	"amend/patch"
)

func TestWhatPatchesLookLike(t *testing.T) {
	for _, test := range []struct {
		patch    patch.Patch
		expected string
	}{
		{patch.Patch{}, `none`},
		{patch.Operations(), `operations([])`},
		{
			patch.Operations(patch.Test("/owner", "me"), patch.Remove("/lease"), patch.Add("/none", nil)),
			`operations([{"op":"test","path":"/owner","value":"me"},{"op":"remove","path":"/lease"},{"op":"add","path":"/none","value":null}])`,
		},
		{
			patch.Operations(patch.ReplaceAt("", 1), patch.Move("/a", "/b"), patch.Copy("", "/c")),
			`operations([{"op":"replace","path":"","value":1},{"op":"move","from":"/a","path":"/b"},{"op":"copy","from":"","path":"/c"}])`,
		},
		{patch.Merge(map[string]any{"removed": nil, "added": "<é>"}), `merge({"added":"<é>","removed":null})`},
		{patch.Replace([]int(nil)), `replace([])`},
		{patch.FromText(patch.KindReplace, `{"a": 1e400}`), `replace({"a": 1e400})`},
	} {
		if test.patch.String() != test.expected {
			t.Errorf("%v, not %s", test.patch, test.expected)
		}
	}
}

func TestWhatCannotBeWrittenIsTold(t *testing.T) {
	for _, patch := range []patch.Patch{
		patch.Merge(math.NaN()),
		patch.Replace(make(chan int)),
		patch.Operations(patch.Add("/a", "half a \xff")),
		patch.FromText("removal", "{}"),
	} {
		if json, err := patch.JSON(); err == nil {
			t.Errorf("%s", json)
		}
	}
}

func TestAPointerIsEscaped(t *testing.T) {
	if pointer := patch.Pointer("a/b", "", "c~d", "~1"); pointer != "/a~1b//c~0d/~01" {
		t.Error(pointer)
	}
	if pointer := patch.Pointer(); pointer != "" {
		t.Error(pointer)
	}
}
