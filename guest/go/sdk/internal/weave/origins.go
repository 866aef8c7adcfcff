package weave

import (
	"bytes"
	"encoding/json/jsontext"
)

const nowhere = -1

// For each element of an array that was changed, which element it was before.
//
// One that is the same as one before is that one, wherever it stands now. Any other is the one in whose place it
// stands, if that is gone and the array has not become shorter; else it is new.
func origins(before, after []jsontext.Value) []int {
	from := make([]int, len(after))
	gone := make([]bool, len(before))
	for index := range gone {
		gone[index] = true
	}
	is := func(index, was int) { from[index], gone[was] = was, false }
	for index := range from {
		from[index] = nowhere
	}

	// Those that did not move, seen from either end: of several that are the same, each stays what it was.
	head, tail := 0, 0
	for shorter := min(len(before), len(after)); head < shorter && bytes.Equal(before[head], after[head]); head++ {
		is(head, head)
	}
	for shorter := min(len(before), len(after)) - head; tail < shorter; tail++ {
		index, was := len(after)-1-tail, len(before)-1-tail
		if !bytes.Equal(before[was], after[index]) {
			break
		}
		is(index, was)
	}

	// Those that did.
	places := make(map[string][]int)
	for was := head; was < len(before)-tail; was++ {
		text := string(before[was])
		places[text] = append(places[text], was)
	}
	for index := head; index < len(after)-tail; index++ {
		text := string(after[index])
		if same := places[text]; len(same) > 0 {
			is(index, same[0])
			places[text] = same[1:]
		}
	}

	if len(after) >= len(before) {
		for index := range before {
			if from[index] == nowhere && gone[index] {
				is(index, index)
			}
		}
	}
	return from
}
