package query

import (
	"slices"
	"testing"
)

// Names that no event has are told; those of the envelope, and those that a condition
// names in brackets, are none of them.
func TestUnknown(t *testing.T) {
	run := runOf(t, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"bid","sender":"a","a.b":1,"o":{"x":1}}
no event
{"timestamp":"2026-01-15T12:00:01.000000Z","sequence":2,"event_type":"sale","price":null}
`)
	for _, tt := range []struct {
		where string
		want  []string
	}{
		{`sender == alpha`, []string{"alpha"}},
		{`seller == alpha`, []string{"seller", "alpha"}},
		{`sender == "alpha" && o.y > 3`, nil},
		{`level == "WARN" && sequence > 1 && event_type != "x" && timestamp > "2026"`, nil},
		{`cause > 1`, []string{"cause"}},
		{`event["nothing"] == nil`, nil},
		{`price == nil`, []string{"price"}},
		{`true`, nil},
	} {
		w, err := CompileWhere(tt.where, AboutEvents)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.Unknown(run, ""); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v; want %q", tt.where, got, err, tt.want)
		}
	}
}
