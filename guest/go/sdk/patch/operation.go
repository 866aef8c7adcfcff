package patch

import (
	"strings"

	"amend/internal/text"
)

// Operation is one operation of a JSON Patch. A path is a JSON Pointer; [Pointer] makes one of keys.
type Operation struct {
	op   string
	path string
	// Pointers because null is a value, and "" is a place.
	from  *string
	value *any
}

// MarshalJSON writes it as RFC 6902 says.
func (operation Operation) MarshalJSON() ([]byte, error) {
	written, err := text.Write(struct {
		Op    string  `json:"op"`
		From  *string `json:"from,omitzero"`
		Path  string  `json:"path"`
		Value *any    `json:"value,omitzero"`
	}{operation.op, operation.from, operation.path, operation.value})
	return []byte(written), err
}

// Add sets a member, or inserts an element before the one at an index (- is the end).
func Add(path string, value any) Operation { return Operation{op: "add", path: path, value: &value} }

// Remove removes what is there; it must exist.
func Remove(path string) Operation { return Operation{op: "remove", path: path} }

// ReplaceAt replaces what is there; it must exist.
func ReplaceAt(path string, value any) Operation {
	return Operation{op: "replace", path: path, value: &value}
}

// Move moves a value.
func Move(from, path string) Operation { return Operation{op: "move", from: &from, path: path} }

// Copy copies a value.
func Copy(from, path string) Operation { return Operation{op: "copy", from: &from, path: path} }

// Test lets the whole patch fail unless the value is equal to what is there.
func Test(path string, value any) Operation { return Operation{op: "test", path: path, value: &value} }

// Pointer is the JSON Pointer that these keys lead along.
func Pointer(keys ...string) string {
	var pointer strings.Builder
	for _, key := range keys {
		pointer.WriteByte('/')
		escaped.WriteString(&pointer, key)
	}
	return pointer.String()
}

var escaped = strings.NewReplacer("~", "~0", "/", "~1")
