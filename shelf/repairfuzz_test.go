package shelf

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// Whatever a log has become, a repair makes it sound, keeps it, and is done with
// it.
func FuzzRepair(f *testing.F) {
	log := logOf(600)
	for _, damaged := range damages(log) {
		f.Add(damaged, true)
	}
	f.Add([]byte("\xef\xbb\xbf{\"sequence\":1}\r\n\x00\n\n[]\n{\"sequence\":3}"), false)
	f.Add(bytes.Replace(log[:300], []byte("}\n"), []byte("}"), 2), true)
	f.Add(everyOtherBad(logOf(10_000)), true)
	f.Add(append(gapLine(3, 9, "x"), gapLine(1, 4, "x")...), false)
	f.Fuzz(func(t *testing.T, damaged []byte, sealed bool) {
		s := quickShelf(t)
		r := closedRun(t, s, "a", log)
		if !sealed {
			write(t, filepath.Join(r.Dir, ManifestFile), `{"format":1,"status":"completed","started_at":"2026-01-15T12:00:00Z"}`)
		}
		setLog(t, r, damaged)
		before := verify(t, r)
		done, err := s.Repair("a")
		if err != nil {
			t.Fatalf("%v; before %s, %s", err, before.Verdict, brief(before.Faults))
		}
		kept, err := os.ReadFile(filepath.Join(r.Dir, EventsFile+damagedSuffix))
		if done.Changed() && (err != nil || !bytes.Equal(kept, damaged)) {
			t.Fatalf("the damaged log is not kept: %v", err)
		}
		if !done.Changed() && (!before.Verdict.Sound() || !bytes.Equal(readLog(t, r.Dir), damaged)) {
			t.Fatalf("nothing was done: %s", before.Verdict)
		}
		now := tree(t, r.Dir)
		if again := repair(t, s, "a"); again.Changed() || !maps.Equal(now, tree(t, r.Dir)) {
			t.Fatal("a second repair has changed something")
		}
	})
}
