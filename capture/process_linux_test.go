package capture

import (
	"os"
	"testing"
)

func TestParseStat(t *testing.T) {
	for stat, want := range map[string]process{
		"12 (sh) S 3 4 5 0":           {pid: 12, parent: 3, group: 4},
		"12 (a) Z 1 (b c)) Z 3 4 5 0": {pid: 12, parent: 3, group: 4, zombie: true},
		"12 (line\nend) X 3 4 5":      {pid: 12, parent: 3, group: 4, zombie: true},
		"":                            {pid: 12},
		"12 (cut":                     {pid: 12},
		"12 (sh) S":                   {pid: 12},
	} {
		if got := parseStat(12, []byte(stat)); got != want {
			t.Errorf("%q: got %+v, want %+v", stat, got, want)
		}
	}
}

// The table of processes holds at least this one.
func TestProcesses(t *testing.T) {
	for _, p := range processes() {
		if p.pid == os.Getpid() {
			if p.parent != os.Getppid() || p.zombie {
				t.Errorf("this process is %+v", p)
			}
			return
		}
	}
	t.Error("this process is not in the table")
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("12 (sh) S 3 4 5 0"))
	f.Fuzz(func(t *testing.T, stat []byte) {
		if p := parseStat(1, stat); p.pid != 1 {
			t.Errorf("%+v", p)
		}
	})
}
