package updater

import (
	"encoding/json/v2"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"amend/internal/text"
)

// Reads what an updater is given. The arguments come first: the caller can mend them.
func input[D, A any](current, args string) (document D, read A, err error) {
	if err = refuseNull[A](args); err == nil {
		err = text.ReadStrictly(args, &read)
	}
	if err != nil {
		return document, read, fmt.Errorf("the arguments do not fit this updater: %w", err)
	}
	if current == "" {
		current = missing[D]()
	} else {
		err = refuseNull[D](current)
	}
	if err == nil && current != "" {
		err = text.Read(current, &document)
	}
	if err != nil {
		err = fmt.Errorf("the document does not fit this updater: %w", err)
	}
	return document, read, err
}

// What a document that does not exist is read from; "" when the zero value stands for it.
func missing[D any]() string {
	switch reflect.TypeFor[D]().Kind() {
	case reflect.Struct, reflect.Map, reflect.Interface:
		return "{}"
	default:
		return ""
	}
}

// To encoding/json a null fits everything, and makes a zero value of it: a document that somebody has set to null would
// be taken for a new one.
func refuseNull[T any](json string) error {
	if strings.TrimSpace(json) != "null" || takesNull(reflect.TypeFor[T]()) {
		return nil
	}
	return errors.New("it is null")
}

func takesNull(kind reflect.Type) bool {
	if kind.Kind() == reflect.Interface {
		return true
	}
	pointer := reflect.PointerTo(kind)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
		pointer.Implements(reflect.TypeFor[json.UnmarshalerFrom]())
}
