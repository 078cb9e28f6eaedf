package shelf

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// An output that has another length than the manifest tells of is named, and nothing is
// where the manifest does not tell.
func TestVerifyOfOutputs(t *testing.T) {
	s := quickShelf(t)
	const ended = `"status":"completed","ended_at":"2026-01-15T12:00:04.000000Z","kind":"exec"`
	for i, tt := range []struct {
		manifest, stdout string
		want             []Output
	}{
		{ended + `,"capture":{"stdout":{"bytes":3,"lines":1},"stderr":{"bytes":0}}`, "ab\n", nil},
		{ended + `,"capture":{"stdout":{"bytes":4,"lines":1},"stderr":{"bytes":0}}`, "ab\n", []Output{{StdoutFile, 3, 4}}},
		{ended + `,"capture":{"stdout":{"bytes":2},"stderr":{"bytes":7}}`, "ab\n", []Output{{StdoutFile, 3, 2}, {StderrFile, 0, 7}}},
		{ended + `,"capture":{"stdout":{"bytes":2}}`, "-", []Output{{StdoutFile, -1, 2}}},
		{ended + `,"capture":{"stdout":{"bytes":2,"held_open":true},"stderr":{"abandoned":true}}`, "ab\n", nil},
		{ended + `,"capture":{"stdout":{"bytes":2,"lost_bytes":9}}`, "ab", nil},
		{ended + `,"capture":{"stdout":{"bytes":"2"}}`, "ab\n", nil},
		{ended + `,"capture":7`, "ab\n", nil},
		{ended, "ab\n", nil},
		{`"status":"running","kind":"exec","capture":{"stdout":{"bytes":2}}`, "ab\n", nil},
	} {
		id := "run_" + strings.Repeat("x", i+1)
		dir := handMade(t, s, id, `{"format":1,"run_id":"`+id+`",`+tt.manifest+`}`)
		write(t, filepath.Join(dir, EventsFile), "")
		write(t, filepath.Join(dir, StderrFile), "")
		if write(t, filepath.Join(dir, StdoutFile), tt.stdout); tt.stdout == "-" {
			if err := os.Remove(filepath.Join(dir, StdoutFile)); err != nil {
				t.Fatal(err)
			}
		}
		if got := verify(t, open(t, s, id)).Outputs; !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.manifest, got, tt.want)
		}
	}
}
