package query

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"example.org/runshelf/event"
)

// SQLNames are the names of columns as the keys of a JSON object: of equal names
// all but the first get a number.
func SQLNames(names []string) []string {
	keys := make([]string, len(names))
	seen := map[string]int{}
	for i, name := range names {
		keys[i] = name
		if seen[name]++; seen[name] > 1 {
			keys[i] += "#" + strconv.Itoa(seen[name])
		}
	}
	return keys
}

// AppendSQLValue appends a value that a [SQLOutput] was given, as JSON. Bytes that
// are no text are base64, as encoding/json has them.
func AppendSQLValue(b []byte, v any) []byte {
	switch x := v.(type) {
	case int64:
		return strconv.AppendInt(b, x, 10)
	case []byte:
		if text, err := json.Marshal(x); err == nil && !utf8.Valid(x) {
			return append(b, text...)
		}
		return event.AppendValue(b, string(x))
	}
	return event.AppendValue(b, v)
}

// AppendSQLRow appends a row as a JSON object with those keys.
func AppendSQLRow(b []byte, keys []string, values []any) []byte {
	for i, v := range values {
		b = append(b, "{,"[min(i, 1)])
		b = event.AppendValue(b, keys[i])
		b = AppendSQLValue(append(b, ':'), v)
	}
	return append(b, '}')
}
