package vector

import (
	"bytes"

	"example.org/runshelf/internal/processor"
)

// PairIndex returns the first place in b at which first stands and, so many bytes
// on, second; len(b) when there is none. The distance must not be negative.
//
// Looking for two bytes of a text at their distance, both rare, finds little else
// than the text, and costs hardly more than looking for one.
func PairIndex(u processor.Unit, b []byte, first, second byte, distance int) int {
	from := 0
	if u >= processor.AVX2 {
		if from = max(0, len(b)-distance) &^ (step - 1); from > 0 {
			if i := pairAVX2(&b[0], from, distance, first, second); i < from {
				return i
			}
		}
	}
	return pair(b, from, first, second, distance)
}

// step is how many places the assembly looks at at once.
const step = 64

// pair is PairIndex from a place on, in Go.
func pair(b []byte, from int, first, second byte, distance int) int {
	for i := from; i < len(b)-distance; i++ {
		at := bytes.IndexByte(b[i:len(b)-distance], first)
		if at < 0 {
			break
		}
		if i += at; b[i+distance] == second {
			return i
		}
	}
	return len(b)
}
