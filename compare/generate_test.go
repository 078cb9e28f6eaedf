package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A generated value is nil, bool, string, int64, float64, []any or []pairOf, whose
// order does not count. The same value can be written in many ways.
type pairOf struct {
	key   string
	value any
}

// writer writes generated events in a spelling of its own.
type writer struct {
	r     *rand.Rand
	loose bool // spell things in unusual ways
}

func pickOf[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// someValue makes a value up to a depth.
func someValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(10); {
	case n < 3:
		return pickOf(r, int64(0), 1, 5, 50, -7, 12345, 9007199254740992, 9007199254740993)
	case n < 4:
		return pickOf(r, 0.5, 1.25, 1e-9, 2.5e30, 100)
	case n < 6:
		return pickOf(r, "", "alpha", "é", "a\"b\\c", "line\nend", "\u2028", "5", "null", "😀")
	case n < 7:
		return pickOf[any](r, nil, true, false)
	case depth == 0:
		return int64(r.IntN(3))
	case n < 8:
		list := []any{}
		for range r.IntN(4) {
			list = append(list, someValue(r, depth-1))
		}
		return list
	}
	return someObject(r, depth-1)
}

func someObject(r *rand.Rand, depth int) []pairOf {
	keys := []string{"x", "y", "timestamp", "duration_ms", "a.b", "é", "deep", "cause"}
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	o := []pairOf{}
	for _, k := range keys[:r.IntN(4)] {
		o = append(o, pairOf{k, someValue(r, depth)})
	}
	return o
}

// someEvent makes the data of an event, without an envelope.
func someEvent(r *rand.Rand) []pairOf {
	e := []pairOf{{"event_type", pickOf(r, "tick", "transfer", "mint")}, {"n", int64(r.IntN(6))}}
	for _, p := range someObject(r, 3) {
		if p.key != "timestamp" && p.key != "cause" {
			e = append(e, p)
		}
	}
	return e
}

// event writes an event with an envelope of its own.
func (w *writer) event(e []pairOf, sequence int) string {
	whole := append([]pairOf{{"timestamp", fmt.Sprintf("2026-01-15T12:00:%02d.%06dZ", w.r.IntN(60), w.r.IntN(1e6))},
		{"sequence", int64(sequence + w.r.IntN(3))}}, e...)
	if w.r.IntN(3) == 0 {
		whole = append(whole, pairOf{"cause", int64(w.r.IntN(sequence + 1))})
	}
	return w.object(whole)
}

func (w *writer) object(o []pairOf) string {
	o = slices.Clone(o)
	if w.loose && w.r.IntN(2) == 0 {
		w.r.Shuffle(len(o), func(i, j int) { o[i], o[j] = o[j], o[i] })
	}
	var parts []string
	for _, p := range o {
		if w.loose && w.r.IntN(8) == 0 { // an equal key, which the last one beats
			parts = append(parts, w.text(p.key)+":"+w.value(int64(w.r.IntN(9))))
		}
		parts = append(parts, w.blank()+w.text(p.key)+w.blank()+":"+w.value(p.value))
	}
	return "{" + strings.Join(parts, ",") + w.blank() + "}"
}

func (w *writer) blank() string {
	if w.loose {
		return pickOf(w.r, "", "", " ", "\t")
	}
	return ""
}

func (w *writer) value(v any) string {
	switch x := v.(type) {
	case []pairOf:
		return w.blank() + w.object(x)
	case []any:
		var parts []string
		for _, item := range x {
			parts = append(parts, w.value(item)+w.blank())
		}
		return "[" + strings.Join(parts, ",") + "]"
	case string:
		return w.blank() + w.text(x)
	case int64:
		return w.integer(x)
	case float64:
		return w.float(x)
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

func (w *writer) integer(n int64) string {
	if !w.loose {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf(pickOf(w.r, "%d", "%d.0", "%de0", "%d0e-1", "%d.00E+0"), n)
}

func (w *writer) float(f float64) string {
	if !w.loose {
		return fmt.Sprint(f)
	}
	text := fmt.Sprintf(pickOf(w.r, "%v", "%.20e", "%E"), f)
	if strings.Contains(text, "E") || len(text) > 20 { // rounded or expanded: not the same decimal
		return fmt.Sprint(f)
	}
	return text
}

// text writes a string, loosely with escapes that need not be.
func (w *writer) text(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c == '\n':
			b.WriteString(pickOf(w.r, `\n`, `\u000a`))
		case c > 0xffff:
			b.WriteString(string(c))
		case w.loose && w.r.IntN(4) == 0:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// log writes a whole log, with a line of damage here and there.
func (w *writer) log(events [][]pairOf) string {
	var b strings.Builder
	for i, e := range events {
		if w.r.IntN(40) == 0 {
			b.WriteString(pickOf(w.r, "\n", "noise\n", "{\"a\":\n", "\x00\x00\n", "[1]\n", "{\"a\":NaN}\n"))
		}
		b.WriteString(w.event(e, i+1))
		b.WriteString(pickOf(w.r, "\n", "\n", "\r\n"))
	}
	switch w.r.IntN(8) {
	case 0:
		b.WriteString(`{"event_type":"torn`)
	case 1:
		return strings.TrimSuffix(b.String(), "\n")
	}
	return b.String()
}

// edited returns the events with some inserted, removed, changed or swapped.
func edited(r *rand.Rand, events [][]pairOf, edits int) [][]pairOf {
	out := slices.Clone(events)
	for range edits {
		i := r.IntN(len(out) + 1)
		switch n := r.IntN(4); {
		case n == 0 || i >= len(out)-1:
			out = slices.Insert(out, i, someEvent(r))
		case n == 1:
			out = slices.Delete(out, i, i+1)
		case n == 2:
			out[i] = append(slices.Clone(out[i]), pairOf{"extra", int64(r.IntN(2))})
		default:
			out[i], out[i+1] = out[i+1], out[i]
		}
	}
	return out
}
