package query

import (
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
)

// A36: of a log of which any byte was changed, each line that was not hit is shown,
// also the one behind a line end that is none any more.
func TestA36LinesThatWereNotHit(t *testing.T) {
	log := sample(16)
	lines := strings.SplitAfter(log, "\n")
	portable := processor.Portable
	for i := range len(log) {
		for _, mask := range []byte{0x01, 0x20, 0x80, log[i], log[i] ^ '\n', log[i] ^ '{'} {
			if mask == 0 {
				continue
			}
			bad := log[:i] + string([]byte{log[i] ^ mask}) + log[i+1:]
			fast, _ := scanText(t, bad, Filter{})
			slow, report := scanText(t, bad, Filter{unit: &portable})
			back, _ := lastText(t, bad, Filter{}, 1000)
			transfers, _ := scanText(t, bad, Filter{Types: []string{"transfer"}})
			if !slices.Equal(fast, slow) || !slices.Equal(fast, back) || report.Lines != report.Matched+report.Broken {
				t.Fatalf("byte %d changed by %#x: forwards %q, in Go %q, backwards %q", i, mask, fast, slow, back)
			}
			at := 0
			for _, line := range lines {
				hit := at <= i && i < at+len(line)
				at += len(line)
				if line = strings.TrimSuffix(line, "\n"); hit || line == "" {
					continue
				}
				if !slices.Contains(fast, line) || strings.Contains(line, `"transfer"`) && !slices.Contains(transfers, line) {
					t.Fatalf("byte %d changed by %#x: %s is not shown, but %q", i, mask, line, fast)
				}
			}
		}
	}
}

// A line end that is gone takes no event with it.
func TestLinesWithoutTheirEnd(t *testing.T) {
	log := sample(16)
	want := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	portable := processor.Portable
	for i := range log {
		if log[i] != '\n' {
			continue
		}
		bad := log[:i] + log[i+1:]
		fast, report := scanText(t, bad, Filter{})
		slow, _ := scanText(t, bad, Filter{unit: &portable})
		back, _ := lastText(t, bad, Filter{}, 1000)
		counts, _, err := Stats(runOf(t, bad), "", Filter{})
		if err != nil || !slices.Equal(fast, want) || !slices.Equal(slow, want) || !slices.Equal(back, want) || report.Broken > 0 || counts.Events != uint64(len(want)) {
			t.Fatalf("without byte %d: forwards %q, in Go %q, backwards %q, counted %d, %v", i, fast, slow, back, counts.Events, err)
		}
	}
}

// What a line has swallowed is found, and what only looks like an event is not.
func TestDivide(t *testing.T) {
	const (
		one   = `{"timestamp":"2026-01-15T12:00:01.000000Z","sequence":1,"event_type":"tick"}`
		two   = `{"timestamp":"2026-01-15T12:00:02.000000Z","sequence":2,"event_type":"tick"}`
		three = `{"timestamp":"2026-01-15T12:00:03.000000Z","sequence":3,"event_type":"tick"}`
	)
	for _, tt := range []struct {
		name, log string
		want      []string
		brokenAt  []int64
		torn      bool
	}{
		{"end of a line changed", one + "*" + two + "\n" + three + "\n", []string{one, two, three}, nil, false},
		{"ends of two lines", one + "*" + two + "\x00" + three + "\n", []string{one, two, three}, nil, false},
		{"torn, then written on", one[:30] + two + "\n", []string{two}, []int64{0}, false},
		{"torn in a text", `{"timestamp":"` + two + "\n", []string{two}, []int64{0}, false},
		{"without anything between", one + two + "\n", []string{one, two}, nil, false},
		{"three without anything between", one + two + three + "\n", []string{one, two, three}, nil, false},
		{"more than that", strings.Repeat(one+two, 8) + "\n" + three + "\n", append(slices.Repeat([]string{one, two}, 8), three), nil, false},
		{"more than are tried", strings.Repeat(one+two, 9) + "\n" + three + "\n", []string{three}, []int64{0}, false},
		{"torn, then two written on", one[:30] + two + three + "\n", []string{two, three}, []int64{0}, false},
		{"torn behind another, then written on", one + two[:30] + three + "\n", []string{one, three}, []int64{76}, false},
		{"two before a torn one, then written on", one + two + one[:30] + three + "\n", []string{one, two, three}, []int64{152}, false},
		{"nothing between, and no line end", one + two, []string{one, two}, nil, false},
		{"nothing between, and torn behind", one + two[:40], []string{one}, []int64{76}, true},
		{"without line end", one + "*" + two, []string{one, two}, nil, false},
		{"torn behind", one + "*" + two[:40], []string{one}, []int64{76}, true},
		{"torn behind two", one + two + "*" + three[:40] + "\n", []string{one, two}, []int64{152}, false},
		{"torn before many blanks", one + "\n{" + strings.Repeat(" ", 40) + "\n" + two + "\n{\"a\":" + strings.Repeat("\t", 17), []string{one, two}, []int64{77, 196}, true},
		{"a value whose object lacks its end", `{"a":` + two + "\n", nil, []int64{0}, false},
		{"a value in an array", `[1, ` + two + "\n", nil, []int64{0}, false},
		{"a sound line that holds one", `{"a":` + two + "}\n", []string{`{"a":` + two + "}"}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, report := scanText(t, tt.log, Filter{})
			checkLines(t, "scan", lines, tt.want, report, tt.brokenAt, tt.torn)
			lines, report = lastText(t, tt.log, Filter{}, 1000)
			checkLines(t, "last", lines, tt.want, report, tt.brokenAt, tt.torn)
			if lines, _ = lastText(t, tt.log, Filter{}, 1); len(tt.want) > 0 && !slices.Equal(lines, tt.want[len(tt.want)-1:]) {
				t.Errorf("the last is %q, want of %q", lines, tt.want)
			}
		})
	}
}

// Whoever wants lines that are broken gets them as they are stored.
func TestDivideNotWhereStored(t *testing.T) {
	log := strings.Replace(sample(4), "\n", "*", 1)
	want := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	if lines, _ := scanText(t, log, Filter{KeepBroken: true}); !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
	if lines, _ := lastText(t, log, Filter{KeepBroken: true}, 10); !slices.Equal(lines, want) {
		t.Errorf("backwards: %q", lines)
	}
}
