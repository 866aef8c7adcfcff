// Package text goes between Go values and JSON text. It reads strictly where a slip of the author's or the caller's
// would otherwise go unseen, and never takes a number for another.
package text

import (
	legacy "encoding/json"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"strings"
)

// Read reads a document. It takes what documents of other people may hold: members that T does not name, a name
// twice, half a surrogate pair.
func Read[T any](from string, into *T) error {
	return steady(json.Unmarshal([]byte(from), into,
		jsontext.AllowDuplicateNames(true),
		jsontext.AllowInvalidUTF8(true),
		json.WithUnmarshalers(numbers)))
}

// ReadStrictly reads what a caller passes: a member that T does not name is an error, since it is most likely
// misspelt.
func ReadStrictly[T any](from string, into *T) error {
	return steady(json.Unmarshal([]byte(from), into,
		json.RejectUnknownMembers(true),
		json.WithUnmarshalers(numbers)))
}

// Write writes a value, the same value always in the same way.
func Write(value any) (string, error) {
	written, err := json.Marshal(value, json.Deterministic(true))
	return string(written), steady(err)
}

// An updater answers the same every time, refusals included. encoding/json words its errors in one of two ways, by
// chance, once a process.
func steady(err error) error {
	if err == nil {
		return nil
	}
	if rest, ok := strings.CutPrefix(err.Error(), "json: unable to "); ok {
		return errors.New("json: cannot " + rest)
	}
	return err
}

// A number that is read into an any keeps all its digits: a float64 would turn 2^64+1 into another, and has no
// room for 1e400.
var numbers = json.UnmarshalFromFunc(func(from *jsontext.Decoder, into *any) error {
	if from.PeekKind() != jsontext.KindNumber {
		return errors.ErrUnsupported
	}
	number, err := from.ReadValue()
	*into = legacy.Number(number)
	return err
})
