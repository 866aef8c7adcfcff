package weave

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"math/rand/v2"
	"testing"
)

// When a type holds all of a document, the woven one is what the updater made of it, whatever that is.
func TestAnyEditArrives(t *testing.T) {
	for seed := range uint64(3000) {
		random := rand.New(rand.NewPCG(seed, 0))
		value := anything(random, 3)
		before := written(t, value)
		after := written(t, edited(random, value))
		woven, err := Weave(string(before), string(before), string(after))
		if err != nil {
			t.Fatal(seed, err)
		}
		if in := canonical(t, jsontext.Value(woven)); in != canonical(t, after) {
			t.Fatalf("seed %d: of %s and %s came %s", seed, before, after, woven)
		}
	}
}

func anything(random *rand.Rand, depth int) any {
	switch random.IntN(4 + 2*min(depth, 1)) {
	case 0:
		return nil
	case 1:
		return "x"
	case 2, 3:
		return random.IntN(3)
	case 4:
		list := make([]any, random.IntN(5))
		for index := range list {
			list[index] = anything(random, depth-1)
		}
		return list
	default:
		members := make(map[string]any)
		for range random.IntN(5) {
			members[string(rune('a'+random.IntN(5)))] = anything(random, depth-1)
		}
		return members
	}
}

// A copy in which some things are others, are gone, are new, or have changed places.
func edited(random *rand.Rand, value any) any {
	if random.IntN(8) == 0 {
		return anything(random, 2)
	}
	switch value := value.(type) {
	case map[string]any:
		members := make(map[string]any)
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			member, isThere := value[name]
			switch {
			case isThere && random.IntN(6) > 0:
				members[name] = edited(random, member)
			case !isThere && random.IntN(6) == 0:
				members[name] = anything(random, 1)
			}
		}
		return members
	case []any:
		list := []any{}
		for _, element := range value {
			switch random.IntN(6) {
			case 0:
			case 1:
				list = append(list, anything(random, 1), edited(random, element))
			default:
				list = append(list, edited(random, element))
			}
		}
		if random.IntN(3) == 0 {
			random.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		}
		return list
	default:
		return value
	}
}

func written(t *testing.T, value any) jsontext.Value {
	text, err := json.Marshal(value, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func canonical(t *testing.T, value jsontext.Value) string {
	value = value.Clone()
	if err := value.Canonicalize(); err != nil {
		t.Fatal(string(value), err)
	}
	return string(value)
}
