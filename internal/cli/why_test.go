package cli

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// TestFindBySequence finds every event of logs that are longer than what is read
// at once, with lines of all lengths, damage and missing numbers in between.
func TestFindBySequence(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		var log strings.Builder
		there := map[uint64]bool{}
		for seq := uint64(1); log.Len() < 6*searchStep; seq++ {
			switch n := r.IntN(20); {
			case n == 0:
				continue
			case n == 1:
				log.WriteString("noise\n\n")
			case n == 2:
				fmt.Fprintf(&log, `{"sequence":%d,"event_type":"long","x":%q}`+"\n", seq, strings.Repeat("x", r.IntN(searchStep)))
			default:
				fmt.Fprintf(&log, `{"sequence":%d,"event_type":"e"}`+"\n", seq)
			}
			there[seq] = !strings.HasSuffix(log.String(), "noise\n\n")
		}
		f, err := openFinder(runWith(t, log.String()))
		if err != nil {
			t.Fatal(err)
		}
		defer f.close()
		for seq := range uint64(len(there)) {
			e, stored, err := f.search(seq)
			if err != nil || (stored != nil) != there[seq] || stored != nil && e.Sequence != seq {
				t.Fatalf("event %d: found %v as %d, want %v, %v", seq, stored != nil, e.Sequence, there[seq], err)
			}
		}
	}
}

// runWith is a run with the given events.
func runWith(t *testing.T, log string) *shelf.Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run_20260115_120000")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, shelf.EventsFile), []byte(log), 0o666); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	return run
}
