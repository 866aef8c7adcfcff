// Package weave puts what an updater changed into the document it came from.
//
// An updater reads a document into a type of its own, which may name only some of the members and may round a number.
// So what it gives back is not written over the document: only what it changed is.
package weave

import (
	"bytes"
	"encoding/json/jsontext"
	"fmt"
)

// Weave returns the document with the changes made to it: what differs between before and after, two texts of the
// same type, is as in after, and all else is as it stands in the document.
func Weave(document, before, after string) (string, error) {
	woven, err := weave(nil, triple{
		document: jsontext.Value(document),
		before:   jsontext.Value(before),
		after:    jsontext.Value(after),
	})
	return string(woven), err
}

// One place in the three texts.
type triple struct{ document, before, after jsontext.Value }

func weave(to []byte, at triple) ([]byte, error) {
	switch kind := at.after.Kind(); {
	case bytes.Equal(at.before, at.after):
		return append(to, at.document...), nil
	case at.before.Kind() != kind || at.document.Kind() != kind:
		return append(to, at.after...), nil
	case kind == jsontext.KindBeginObject:
		return object(to, at)
	case kind == jsontext.KindBeginArray:
		return array(to, at)
	default:
		return append(to, at.after...), nil
	}
}

func object(to []byte, at triple) ([]byte, error) {
	document, err := members(at.document)
	if err != nil {
		return nil, err
	}
	before, err := members(at.before)
	if err != nil {
		return nil, err
	}
	after, err := members(at.after)
	if err != nil {
		return nil, err
	}
	was, is, there := byName(before), byName(after), byName(document)

	to = append(to, '{')
	for _, member := range document {
		before, wasThere := was[member.name]
		after, isThere := is[member.name]
		if wasThere == isThere && bytes.Equal(before.value, after.value) {
			to = add(to, member.written, member.value)
			continue
		}
		if there[member.name].count > 1 {
			return nil, fmt.Errorf("there are two members %q: which of them should change?", member.name)
		}
		switch {
		case !isThere:
		case !wasThere:
			to = add(to, member.written, after.value)
		default:
			to = add(to, member.written, nil)
			to, err = weave(to, triple{member.value, before.value, after.value})
			if err != nil {
				return nil, err
			}
		}
	}
	for _, member := range after {
		_, isThere := there[member.name]
		// What was there before is only what the type has for a member that is missing.
		if before, wasThere := was[member.name]; !isThere && !(wasThere && bytes.Equal(before.value, member.value)) {
			to = add(to, member.written, member.value)
		}
	}
	return append(to, '}'), nil
}

func array(to []byte, at triple) ([]byte, error) {
	document, err := elements(at.document)
	if err != nil {
		return nil, err
	}
	before, err := elements(at.before)
	if err != nil {
		return nil, err
	}
	after, err := elements(at.after)
	if err != nil {
		return nil, err
	}
	// A type that drops or adds elements as it reads: nobody knows which is which.
	if len(document) != len(before) {
		return append(to, at.after...), nil
	}
	to = append(to, '[')
	for index, from := range origins(before, after) {
		if index > 0 {
			to = append(to, ',')
		}
		if from == nowhere {
			to = append(to, after[index]...)
			continue
		}
		to, err = weave(to, triple{document[from], before[from], after[index]})
		if err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

func add(to []byte, name, value jsontext.Value) []byte {
	if to[len(to)-1] != '{' {
		to = append(to, ',')
	}
	to = append(to, name...)
	to = append(to, ':')
	return append(to, value...)
}
