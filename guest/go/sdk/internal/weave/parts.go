package weave

import (
	"bytes"
	"encoding/json/jsontext"
)

// A member of an object: its name, its name as it is written, and its value.
type member struct {
	name    string
	written jsontext.Value
	value   jsontext.Value
}

// A value, and how many members have its name. Of several the last counts, as it does to encoding/json.
type named struct {
	value jsontext.Value
	count int
}

func byName(members []member) map[string]named {
	names := make(map[string]named, len(members))
	for _, member := range members {
		names[member.name] = named{member.value, names[member.name].count + 1}
	}
	return names
}

func members(object jsontext.Value) ([]member, error) {
	var members []member
	err := parts(object, func(decoder *jsontext.Decoder) error {
		written, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		member := member{written: written.Clone()}
		// It was read, so what could still be wrong is half a surrogate pair, which is no character. This name is
		// only compared; the written one is kept.
		name, _ := jsontext.AppendUnquote(nil, member.written)
		member.name = string(name)
		value, err := decoder.ReadValue()
		member.value = value.Clone()
		members = append(members, member)
		return err
	})
	return members, err
}

func elements(array jsontext.Value) ([]jsontext.Value, error) {
	var elements []jsontext.Value
	err := parts(array, func(decoder *jsontext.Decoder) error {
		element, err := decoder.ReadValue()
		elements = append(elements, element.Clone())
		return err
	})
	return elements, err
}

// Calls a function for each part of an array or object, until the end.
func parts(of jsontext.Value, part func(*jsontext.Decoder) error) error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(of), lenient...)
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for {
		switch decoder.PeekKind() {
		case jsontext.KindEndObject, jsontext.KindEndArray:
			return nil
		}
		if err := part(decoder); err != nil {
			return err
		}
	}
}

var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
