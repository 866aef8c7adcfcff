package weave

import "testing"

func TestWeave(t *testing.T) {
	for _, test := range []struct{ name, document, before, after, expected string }{
		{
			"members that the type does not name stay as they are written",
			`{"big": 18446744073709551617, "count": 4, "huge": 1e400, "a": "\ud83d\ude00 \ud800"}`, `{"count":4}`, `{"count":5}`,
			`{"big":18446744073709551617,"count":5,"huge":1e400,"a":"\ud83d\ude00 \ud800"}`,
		},
		{
			"so does a number that the type rounds",
			`{"a": 18446744073709551617, "b": 1.0}`, `{"a":18446744073709552000,"b":1}`, `{"a":18446744073709552000,"b":2}`,
			`{"a":18446744073709551617,"b":2}`,
		},
		{"a zero value does not make a member", `{}`, `{"a":0,"b":0}`, `{"a":0,"b":1}`, `{"b":1}`},
		{"in an object that is missing neither", `{}`, `{"a":{"b":0,"c":0}}`, `{"a":{"b":0,"c":1}}`, `{"a":{"b":0,"c":1}}`},
		{"a member is removed", `{"a":1,"b":2,"c":3}`, `{"a":1,"b":2}`, `{"b":2}`, `{"b":2,"c":3}`},
		{"a zero that was left out is removed no second time", `{"a":0,"b":1}`, `{"b":1}`, `{"b":2}`, `{"a":0,"b":2}`},
		{"and is set where it stood", `{"a": 0,"b":1}`, `{"b":1}`, `{"b":1,"a":7}`, `{"a":7,"b":1}`},
		{"deep inside", `{"a":{"x":1.0,"b":{"y":1.0,"c":1}}}`, `{"a":{"b":{"c":1}}}`, `{"a":{"b":{"c":2}}}`, `{"a":{"x":1.0,"b":{"y":1.0,"c":2}}}`},
		{"another kind of value", `{"a":{"b":1}}`, `{"a":{"b":1}}`, `{"a":[1]}`, `{"a":[1]}`},
		{"null where the type has an object", `{"a":null}`, `{"a":{"b":0}}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`},
		{"the whole document", ` 1`, `1`, `2`, `2`},
		{"names are compared as they are meant", `{"\u0061":1,"b":1.0}`, `{"a":1}`, `{"a":2}`, `{"\u0061":2,"b":1.0}`},
		{"a name that stands twice and is not changed", `{"a":1,"a":2,"b":1}`, `{"a":2,"b":1}`, `{"a":2,"b":2}`, `{"a":1,"a":2,"b":2}`},

		{"an element is changed", `[{"n":1,"x":1.0},{"n":2,"x":2.0}]`, `[{"n":1},{"n":2}]`, `[{"n":1},{"n":3}]`, `[{"n":1,"x":1.0},{"n":3,"x":2.0}]`},
		{"all of them", `[{"n":1,"x":1.0},{"n":2,"x":2.0}]`, `[{"n":1},{"n":2}]`, `[{"n":3},{"n":4}]`, `[{"n":3,"x":1.0},{"n":4,"x":2.0}]`},
		{"the first is removed", `[{"n":1,"x":1.0},{"n":2,"x":2.0}]`, `[{"n":1},{"n":2}]`, `[{"n":2}]`, `[{"n":2,"x":2.0}]`},
		{"one is put in front", `[{"n":1,"x":1.0}]`, `[{"n":1}]`, `[{"n":0},{"n":1}]`, `[{"n":0},{"n":1,"x":1.0}]`},
		{"one is appended, another changed", `[{"n":1,"x":1.0}]`, `[{"n":1}]`, `[{"n":2},{"n":3}]`, `[{"n":2,"x":1.0},{"n":3}]`},
		{"they change places", `[{"n":1,"x":1.0},{"n":2,"x":2.0}]`, `[{"n":1},{"n":2}]`, `[{"n":2},{"n":1}]`, `[{"n":2,"x":2.0},{"n":1,"x":1.0}]`},
		{"one of several that are the same is removed", `[{"x":1.0},{"x":2.0},{"x":3.0}]`, `[{},{},{}]`, `[{},{}]`, `[{"x":1.0},{"x":2.0}]`},
		{"of several that are the same and move, the first comes first", `[{"x":1.0},{"x":2.0},{"n":9}]`, `[{},{},{"n":9}]`, `[{"n":9},{},{}]`, `[{"n":9},{"x":1.0},{"x":2.0}]`},
		{"removed and changed at once: who knows which", `[{"n":1,"x":1.0},{"n":2,"x":2.0}]`, `[{"n":1},{"n":2}]`, `[{"n":3}]`, `[{"n":3}]`},
		{"a type that drops elements", `[1,2]`, `[1]`, `[3]`, `[3]`},
		{"all are removed", `[1,2]`, `[1,2]`, `[]`, `[]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			woven, err := Weave(test.document, test.before, test.after)
			if err != nil || woven != test.expected {
				t.Errorf("%s, %v; not %s", woven, err, test.expected)
			}
		})
	}
}

func TestANameThatStandsTwiceIsNotGuessed(t *testing.T) {
	for _, after := range []string{`{"a":3}`, `{}`} {
		woven, err := Weave(`{"a":1,"a":2}`, `{"a":2}`, after)
		if err == nil || err.Error() != `there are two members "a": which of them should change?` {
			t.Error(woven, err)
		}
	}
}
