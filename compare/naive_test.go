package compare

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
)

// The comparison of this file is slow and says in the simplest words what must
// come out: each line is decoded by encoding/json, volatile keys are taken out,
// and maps are compared.

// naiveEvent is a line as a map.
type naiveEvent map[string]any

// naiveLog decodes the lines that are JSON objects and match.
func naiveLog(log string, o Options) []naiveEvent {
	var all []naiveEvent
	for line := range strings.SplitSeq(strings.TrimPrefix(log, "\xef\xbb\xbf"), "\n") {
		line = strings.Trim(strings.TrimLeft(line, "\x00 \t\r"), " \t\r")
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var e naiveEvent
		if !strings.HasPrefix(line, "{") || !json.Valid([]byte(line)) || d.Decode(&e) != nil {
			continue
		}
		typ, _ := e["event_type"].(string)
		if len(o.Only) > 0 && !slices.Contains(o.Only, typ) {
			continue
		}
		for _, key := range Volatile() {
			if !o.Strict {
				delete(e, key)
			}
		}
		all = append(all, naiveStrip(map[string]any(e), o.Ignore).(map[string]any))
	}
	return all
}

// naiveStrip takes the ignored keys out at every depth.
func naiveStrip(v any, ignore []string) any {
	switch x := v.(type) {
	case map[string]any:
		for k := range x {
			if slices.Contains(ignore, k) {
				delete(x, k)
			} else {
				x[k] = naiveStrip(x[k], ignore)
			}
		}
	case []any:
		for i := range x {
			x[i] = naiveStrip(x[i], ignore)
		}
	}
	return v
}

// naiveEqual compares two values, numbers as exact fractions.
func naiveEqual(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k := range x {
			if v, ok := y[k]; !ok || !naiveEqual(x[k], v) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, naiveEqual)
	case json.Number:
		y, ok := b.(json.Number)
		return ok && naiveRat(x).Cmp(naiveRat(y)) == 0
	}
	switch b.(type) {
	case map[string]any, []any, json.Number:
		return false
	}
	return a == b
}

func naiveRat(n json.Number) *big.Rat {
	r, _ := new(big.Rat).SetString(string(n))
	return r
}

// naiveFirst is the index of the first difference from 1, 0 when there is none.
func naiveFirst(a, b []naiveEvent) int64 {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || !naiveEqual(map[string]any(a[i]), map[string]any(b[i])) {
			return int64(i) + 1
		}
	}
	return 0
}

// naiveCommon is the length of a longest common subsequence.
func naiveCommon(a, b []naiveEvent) int64 {
	row := make([]int64, len(b)+1)
	for i := range a {
		diagonal := int64(0)
		for j := range b {
			above := row[j+1]
			if naiveEqual(map[string]any(a[i]), map[string]any(b[j])) {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// logOf is a log in memory.
func logOf(name, text string) *Log { return NewLog(name, strings.NewReader(text), int64(len(text))) }
