package main

import (
	"strings"
	"testing"

	"amend/updater"
)

func TestAdd(t *testing.T) {
	counter := updater.Edit(add)
	for _, test := range []struct{ current, args, expected string }{
		{`{"count":4}`, `{}`, `replace({"count":5})`},
		{`{"count":4}`, `{"by":-6}`, `replace({"count":-2})`},
		{`{"count":4}`, `{"by":0}`, `none`},
		{``, `{"by":3}`, `replace({"count":3})`},
		{`{"name":"é"}`, `{}`, `replace({"name":"é","count":1})`},
		{`{"count":9223372036854775806}`, `{}`, `replace({"count":9223372036854775807})`},
	} {
		answer, refusal := counter.Run(test.current, test.args)
		if refusal != nil || answer.String() != test.expected {
			t.Errorf("%s, %s: %v, %v", test.current, test.args, answer, refusal)
		}
	}
}

func TestRefuses(t *testing.T) {
	counter := updater.Edit(add)
	for _, test := range []struct{ current, args, says string }{
		{`{"count":"4"}`, `{}`, "document"},
		{`{"count":4.5}`, `{}`, "document"},
		{`{"count":9223372036854775808}`, `{}`, "document"},
		{`[]`, `{}`, "document"},
		{`{}`, `{"by":"many"}`, "arguments"},
		{`{}`, `{"bye":1}`, "arguments"},
		{`{"count":9223372036854775807}`, `{"by":1}`, "9223372036854775807 and 1 more are too many"},
		{`{"count":-9223372036854775808}`, `{"by":-1}`, "too many"},
	} {
		answer, refusal := counter.Run(test.current, test.args)
		if refusal == nil || !strings.Contains(refusal.Error(), test.says) {
			t.Errorf("%s, %s: %v, %v", test.current, test.args, answer, refusal)
		}
	}
}
