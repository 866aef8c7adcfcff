package updater_test

import (
	"encoding/json"
	"encoding/json/jsontext"
	"errors"
	"strings"
	"testing"

	"amend/patch"
	"amend/updater"
)

type stock struct {
	Apples int            `json:"apples"`
	Boxes  []box          `json:"boxes"`
	Prices map[string]any `json:"prices,omitempty"`
}

type box struct {
	Size   int            `json:"size"`
	Others jsontext.Value `json:",embed"`
}

type order struct {
	Take int `json:"take"`
}

var take = updater.Edit(func(stock *stock, order order) error {
	if order.Take > stock.Apples {
		return errors.New("too few are left")
	}
	stock.Apples -= order.Take
	return nil
})

// Says what an updater answers: a patch, or why it refuses.
func run(updater updater.Updater, current, args string) string {
	answer, refusal := updater.Run(current, args)
	if refusal != nil {
		return "refused: " + refusal.Error()
	}
	return answer.String()
}

func expect(t *testing.T, updater updater.Updater, current, args, expected string) {
	t.Helper()
	if said := run(updater, current, args); said != expected {
		t.Errorf("%s, not %s", said, expected)
	}
}

func TestOnlyWhatIsChangedIsChanged(t *testing.T) {
	expect(t, take,
		`{"big": 18446744073709551617, "apples": 5, "boxes": [{"size": 1, "red": 1.0}], "a": "\ud800"}`, `{"take": 2}`,
		`replace({"big":18446744073709551617,"apples":3,"boxes":[{"size": 1, "red": 1.0}],"a":"\ud800"})`)
	expect(t, take, `{"apples": 5}`, `{"take": 0}`, `none`)
	expect(t, take, `{"apples": 5}`, `{"take": 6}`, `refused: too few are left`)
}

func TestNamesAreComparedExactly(t *testing.T) {
	expect(t, take, `{"Apples": 5}`, `{"take": -1}`, `replace({"Apples":5,"apples":1})`)
}

func TestOthersGoWhereTheirElementGoes(t *testing.T) {
	drop := updater.Edit(func(stock *stock, _ struct{}) error {
		stock.Boxes = stock.Boxes[1:]
		stock.Boxes[0].Size++
		return nil
	})
	expect(t, drop, `{"boxes":[{"size":1,"red":1.0},{"size":2,"red":2.0}]}`, `{}`, `replace({"boxes":[{"size":3,"red":2.0}]})`)
}

func TestNumbersKeepAllTheirDigits(t *testing.T) {
	move := updater.Edit(func(document *map[string]any, _ struct{}) error {
		(*document)["b"] = (*document)["a"]
		if _, isNumber := (*document)["a"].(json.Number); !isNumber {
			return errors.New("a is no json.Number")
		}
		return nil
	})
	for _, number := range []string{`18446744073709551617`, `1e400`, `-0.0`, `1.0`, `1E0`} {
		expect(t, move, `{"a":`+number+`}`, `{}`, `replace({"a":`+number+`,"b":`+number+`})`)
	}
}

func TestAMissingDocument(t *testing.T) {
	add := updater.Edit(func(document *map[string]any, _ struct{}) error {
		(*document)["a"] = 1
		return nil
	})
	expect(t, add, ``, `{}`, `replace({"a":1})`)
	expect(t, take, ``, `{"take": -3}`, `replace({"apples":3,"boxes":[]})`)
	expect(t, take, ``, `{"take": 0}`, `none`)
	list := updater.Edit(func(list *[]int, item int) error {
		*list = append(*list, item)
		return nil
	})
	expect(t, list, ``, `7`, `replace([7])`)
	expect(t, list, `[1]`, `7`, `replace([1,7])`)

	start := updater.Edit(func(document **stock, _ struct{}) error {
		if *document != nil {
			return errors.New("it is there")
		}
		*document = &stock{Apples: 1}
		return nil
	})
	expect(t, start, ``, `{}`, `replace({"apples":1,"boxes":[]})`)
	expect(t, start, `{}`, `{}`, `refused: it is there`)
}

func TestTheTextAsItStands(t *testing.T) {
	look := updater.Decide(func(text jsontext.Value, args any) (patch.Patch, error) {
		return patch.Patch{}, errors.New(string(text))
	})
	expect(t, look, `{"a": 1e400}`, `null`, `refused: {"a": 1e400}`)
	expect(t, look, `null`, `1`, `refused: null`)
	expect(t, look, ``, `1`, `refused: the updater refused, and did not say why`)
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	for _, test := range []struct{ current, args, expected string }{
		{`{"apples": "five"}`, `{}`, `the document does not fit this updater: `},
		{`{"apples": 1e400}`, `{}`, `the document does not fit this updater: `},
		{`{"apples": 4.5}`, `{}`, `the document does not fit this updater: `},
		{`[]`, `{}`, `the document does not fit this updater: `},
		{` null `, `{}`, `the document does not fit this updater: it is null`},
		{`{"apples": 1, "apples": 2}`, `{"take": 1}`, `the document does not fit this updater: there are two members "apples"`},
		{`{`, `{}`, `the document does not fit this updater: `},
		{`{}`, `null`, `the arguments do not fit this updater: it is null`},
		{`{}`, `{"take": "one"}`, `the arguments do not fit this updater: `},
		{`{}`, `{"takes": 1}`, `the arguments do not fit this updater: `},
		{`{}`, `{"take": 1, "take": 2}`, `the arguments do not fit this updater: `},
		{`[]`, `[]`, `the arguments do not fit this updater: `},
	} {
		if said := run(take, test.current, test.args); !strings.HasPrefix(said, "refused: "+test.expected) {
			t.Errorf("%s, %s: %s", test.current, test.args, said)
		}
	}
}

func TestAPanicRefuses(t *testing.T) {
	for _, test := range []struct {
		panics   func()
		expected string
	}{
		{func() { panic("at the disco") }, `the updater panicked: at the disco (updater_test.go:`},
		{func() { _ = []int{}[len(t.Name())] }, `the updater panicked: runtime error: index out of range [17] with length 0 (updater_test.go:`},
		{func() { var stock *stock; stock.Apples = 1 }, `the updater panicked: runtime error: invalid memory address or nil pointer dereference (updater_test.go:`},
		{func() { map[string]int(nil)["a"] = 1 }, `the updater panicked: assignment to entry in nil map (updater_test.go:`},
	} {
		panics := updater.Edit(func(*stock, order) error {
			test.panics()
			return nil
		})
		if said := run(panics, `{}`, `{}`); !strings.HasPrefix(said, "refused: "+test.expected) {
			t.Error(said)
		}
	}
}

func TestAPatchThatCannotBeWrittenRefuses(t *testing.T) {
	bad := updater.Decide(func(stock, order) (patch.Patch, error) { return patch.Replace(func() {}), nil })
	if said := run(bad, `{}`, `{}`); !strings.HasPrefix(said, "refused: ") {
		t.Error(said)
	}
}

func TestAReasonIsText(t *testing.T) {
	refuse := updater.Decide(func(_ stock, _ order) (patch.Patch, error) {
		return patch.Replace(1), errors.New("half a \xff")
	})
	expect(t, refuse, `{}`, `{}`, "refused: half a \uFFFD")
}

func TestNothingExported(t *testing.T) {
	expect(t, updater.Updater{}, `{}`, `{}`, `refused: there is no updater: call updater.Export in a function init`)
}
