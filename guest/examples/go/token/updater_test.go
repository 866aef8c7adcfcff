package main

import (
	"testing"

	"amend/updater"
)

const (
	first    = `{"token":"blue"}`
	takeOver = `{"token":"green","previous":"blue"}`
)

func TestRegister(t *testing.T) {
	token := updater.Decide(register)
	for _, test := range []struct{ current, args, token string }{
		{``, first, "blue"},
		{`{"other":1}`, first, "blue"},
		{`{"token":null}`, first, "blue"},
		{`{"token":"blue"}`, takeOver, "green"},
		{``, takeOver, "green"},
	} {
		answer, refusal := token.Run(test.current, test.args)
		if refusal != nil || answer.String() != `operations([{"op":"add","path":"/token","value":"`+test.token+`"}])` {
			t.Errorf("%s, %s: %v, %v", test.current, test.args, answer, refusal)
		}
	}
}

func TestRefuses(t *testing.T) {
	token := updater.Decide(register)
	for _, args := range []string{first, takeOver} {
		// The reason goes into logs, where somebody's token must not be read.
		answer, refusal := token.Run(`{"token":"red"}`, args)
		if refusal == nil || refusal.Error() != "another token is registered" {
			t.Errorf("%s: %v, %v", args, answer, refusal)
		}
	}
	for _, test := range []struct{ current, args string }{
		// Who asks again cannot be told from another deployment that was given the same token.
		{`{"token":"blue"}`, first},
		{`{"token":"green"}`, takeOver},
		{`{"token":5}`, first},
		{`[]`, first},
		{``, `{}`},
		{``, `{"token":"blue","previos":"red"}`},
	} {
		if answer, refusal := token.Run(test.current, test.args); refusal == nil {
			t.Errorf("%s, %s: %v", test.current, test.args, answer)
		}
	}
}
