package main

import (
	"strings"
	"testing"

	"amend/updater"
)

const args = `{"keys":["HelloFlow","linux-64","a1b2"],"value":{"size":3,"name":null}}`

func TestSet(t *testing.T) {
	manifest := updater.Edit(set)
	for _, test := range []struct{ current, args, expected string }{
		{``, args, `replace({"HelloFlow":{"linux-64":{"a1b2":{"size":3,"name":null}}}})`},
		{
			`{"zlib":{"1":2},"HelloFlow":{"linux-64":{"ffff":1.0},"osx":[]}}`, args,
			`replace({"zlib":{"1":2},"HelloFlow":{"linux-64":{"ffff":1.0,"a1b2":{"size":3,"name":null}},"osx":[]}})`,
		},
		{`{"a":{"old":1}}`, `{"keys":["a"],"value":null}`, `replace({"a":null})`},
		{`{"a":1}`, `{"keys":["a"],"value":1}`, `none`},
		{`{"a":1}`, `{"keys":["b"],"value":1e400}`, `replace({"a":1,"b":1e400})`},
	} {
		answer, refusal := manifest.Run(test.current, test.args)
		if refusal != nil || answer.String() != test.expected {
			t.Errorf("%s, %s: %v, %v", test.current, test.args, answer, refusal)
		}
	}
}

func TestRefuses(t *testing.T) {
	manifest := updater.Edit(set)
	for _, test := range []struct{ current, args, reason string }{
		{`{"HelloFlow":{"linux-64":[]}}`, args, `"/HelloFlow/linux-64" is not an object, so it cannot have a member "a1b2"`},
		{`{}`, `{"keys":[],"value":1}`, `no keys: they say where in the document the value goes`},
		{`{}`, `{"keys":["a"]}`, `no value: it says what is set`},
		{`{}`, `{"keys":["k"` + strings.Repeat(`,"k"`, 32) + `],"value":1}`, `33 keys are too many: at most 32 are taken`},
	} {
		answer, refusal := manifest.Run(test.current, test.args)
		if refusal == nil || refusal.Error() != test.reason {
			t.Errorf("%s, %s: %v, %v", test.current, test.args, answer, refusal)
		}
	}
	for _, current := range []string{`[]`, `null`, `7`} {
		if answer, refusal := manifest.Run(current, args); refusal == nil {
			t.Errorf("%s: %v", current, answer)
		}
	}
}
