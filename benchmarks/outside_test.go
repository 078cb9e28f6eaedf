package main

import (
	"strings"
	"testing"
	"time"

	"example.org/runshelf/benchmarks/peers"
)

func TestParseStrace(t *testing.T) {
	const summary = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 99.00    0.021133          82       257           fdatasync
  1.00    0.000133          82        12         3 openat
------ ----------- ----------- --------- --------- ----------------
100.00    0.021266          82       269         3 total
`
	for call, want := range map[string]int{"fdatasync": 257, "openat": 12} {
		if got, err := parseStrace(strings.NewReader(summary), call); err != nil || got != want {
			t.Errorf("calls of %s = %d, %v, want %d", call, got, err, want)
		}
	}
	if got, err := parseStrace(strings.NewReader(summary), "fsync"); err == nil {
		t.Errorf("calls of fsync = %d, want an error", got)
	}
}

func TestParsePython(t *testing.T) {
	got, err := parsePython("0.5 0.25\n", 100)
	if err != nil || got.calls != 500*time.Millisecond || got.cpu != 250*time.Millisecond || got.cost() != 5e6 {
		t.Errorf("parsePython = %+v, %v", got, err)
	}
	if got, err := parsePython("Traceback", 100); err == nil {
		t.Errorf("parsePython of an error = %+v", got)
	}
}

func TestPythonWritesEveryLoad(t *testing.T) {
	p, ok := findPython()
	if !ok {
		t.Skip("there is no python3")
	}
	for _, size := range []peers.Size{peers.Small, peers.Medium, peers.Large} {
		s := scenario{peers.Load{Size: size, Form: peers.Typed}, 1}
		if got, err := inFresh(t.TempDir(), p, s, 10); err != nil || got.events != 10 {
			t.Errorf("%v: %+v, %v", s, got, err)
		}
	}
}

func TestOverheadCountsTheSameWorld(t *testing.T) {
	p := plan{dir: t.TempDir(), rounds: 2, log: &strings.Builder{}}
	o, err := p.overhead(3)
	if err != nil || o.events < 3 || o.off.Median <= 0 || o.on.Median <= 0 {
		t.Errorf("overhead = %+v, %v", o, err)
	}
}
