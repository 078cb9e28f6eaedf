package event

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Longest texts in a line for people, in bytes: of one value, and of a message
// or an output line, which is what the event is about.
const (
	maxShown     = 200
	maxShownText = 2000
)

// AppendText appends one event as a line of text for people, without a line end:
// its type, then for the types that Runshelf knows a few words, then the rest of
// the data as key=value. Nested values are shown as JSON, long ones cut with a
// count of what is missing. No byte of the event reaches the text unless
// [AppendSafe] lets it through. The time, the sequence, the level and the cause
// are left to the caller.
func AppendText(dst []byte, e Event) []byte {
	name := e.Type
	if name == "" {
		name = DefaultType
	}
	w := textWriter{dst: appendCut(dst, name, maxShown), name: name, data: e.Data, used: make([]bool, len(e.Data))}
	if format := formatterOf(name); format != nil {
		format(&w)
	}
	w.rest()
	return w.dst
}

// textWriter writes one line and remembers which members it has shown.
type textWriter struct {
	dst  []byte
	name string // the event's type
	data Object
	used []bool
}

// has reports whether all the keys are there.
func (w *textWriter) has(keys ...string) bool {
	for _, key := range keys {
		if _, ok := w.data.Get(key); !ok {
			return false
		}
	}
	return true
}

// take returns the value of a key and counts it as shown.
func (w *textWriter) take(key string) (any, bool) {
	for i := len(w.data) - 1; i >= 0; i-- {
		if w.data[i].Key == key {
			w.used[i] = true
			return w.data[i].Value, true
		}
	}
	return nil, false
}

// say appends fixed words.
func (w *textWriter) say(words string) { w.dst = append(w.dst, words...) }

// show appends the value of a key between two words, or nothing at all when it
// is missing, null or an empty string.
func (w *textWriter) show(before, key, after string) bool {
	v, ok := w.take(key)
	if !ok || v == nil || v == "" {
		return false
	}
	w.say(before)
	w.dst = appendShownValue(w.dst, v, maxShown)
	w.say(after)
	return true
}

// text appends the value of a key as the main text of the line.
func (w *textWriter) text(key string) {
	if v, ok := w.take(key); ok {
		w.say(" ")
		w.dst = appendShownValue(w.dst, v, maxShownText)
	}
}

// rest appends every member that was not shown yet as key=value.
func (w *textWriter) rest() {
	for i, m := range w.data {
		if !w.used[i] {
			w.say(" ")
			w.pair(m.Key, m.Value)
		}
	}
}

func (w *textWriter) pair(key string, v any) {
	w.dst = appendWord(w.dst, key)
	w.say("=")
	if s, ok := v.(string); ok {
		w.dst = appendWord(w.dst, s)
		return
	}
	w.dst = appendShownValue(w.dst, v, maxShown)
}

// appendShownValue appends a string as it is, and anything else as JSON.
func appendShownValue(dst []byte, v any, limit int) []byte {
	switch x := v.(type) {
	case string:
		return appendCut(dst, x, limit)
	case json.Number:
		return appendCut(dst, string(x), limit)
	case Object:
		if preview, size, ok := blobOf(x); ok {
			dst = AppendSafe(dst, preview)
			return append(append(append(dst, "…("...), size...), " bytes)"...)
		}
	}
	return appendCut(dst, string(AppendValue(nil, v)), limit)
}

// blobOf recognises what [Shorten] left in place of a long string.
func blobOf(o Object) (preview, size string, ok bool) {
	if len(o) != 3 || o[0].Key != "$blob" || o[1].Key != "bytes" || o[2].Key != "preview" {
		return "", "", false
	}
	n, isNumber := o[1].Value.(json.Number)
	preview, isText := o[2].Value.(string)
	if !isNumber || !isText || len(n) > 20 || numberEnd(string(n), 0) != len(n) {
		return "", "", false
	}
	return cut(preview, maxShown), string(n), true
}

// cut returns at most limit bytes of s, and whole characters only.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// appendCut appends s, cut when it is much longer than limit.
func appendCut(dst []byte, s string, limit int) []byte {
	if len(s) <= limit+limit/4 {
		return AppendSafe(dst, s)
	}
	head := cut(s, limit)
	dst = AppendSafe(dst, head)
	dst = append(dst, "…(+"...)
	dst = strconv.AppendInt(dst, int64(len(s)-len(head)), 10)
	return append(dst, " bytes)"...)
}

// appendWord appends a key or a string so that it reads as one word: in quotes
// when it is empty or holds a space, a quote or an equals sign.
func appendWord(dst []byte, s string) []byte {
	if s != "" && !strings.ContainsAny(s, " \"=") {
		return appendCut(dst, s, maxShown)
	}
	quoted := strings.ReplaceAll(s, `"`, `\"`)
	dst = append(dst, '"')
	dst = appendCut(dst, quoted, maxShown)
	return append(dst, '"')
}
