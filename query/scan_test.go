package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/processor"
	"pgregory.net/rapid"
)

// collect returns a function that keeps the lines it gets.
func collect(into *[]string) func(*Line) error {
	return func(l *Line) error {
		*into = append(*into, string(l.Bytes))
		return nil
	}
}

func scanText(t *testing.T, log string, f Filter) ([]string, Report) {
	t.Helper()
	var lines []string
	report, err := scan(strings.NewReader(log), int64(len(log)), f, collect(&lines))
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return lines, report
}

func lastText(t *testing.T, log string, f Filter, n int) ([]string, Report) {
	t.Helper()
	var lines []string
	report, err := last(strings.NewReader(log), int64(len(log)), f, n, collect(&lines))
	if err != nil {
		t.Fatalf("last: %v", err)
	}
	return lines, report
}

func TestScanDamage(t *testing.T) {
	tests := []struct {
		name, log string
		want      []string
		brokenAt  []int64
		torn      bool
	}{
		{name: "empty"},
		{name: "only_line_end", log: "\n"},
		{name: "blank_lines", log: "\n \t\n{\"a\":1}\n\r\n", want: []string{`{"a":1}`}},
		{name: "torn_tail", log: "{\"a\":1}\n{\"sequence\":9,\"x", want: []string{`{"a":1}`}, brokenAt: []int64{8}, torn: true},
		{name: "whole_tail_without_line_end", log: "{\"a\":1}\n{\"a\":2}", want: []string{`{"a":1}`, `{"a":2}`}},
		{name: "nul_tail", log: "{\"a\":1}\n" + strings.Repeat("\x00", 4096), want: []string{`{"a":1}`}, brokenAt: []int64{8}, torn: true},
		{name: "nul_then_event", log: "\x00\x00\x00{\"a\":1}\n", want: []string{`{"a":1}`}},
		{name: "nul_inside", log: "{\"a\":\"\x00\"}\n{\"a\":2}\n", want: []string{`{"a":2}`}, brokenAt: []int64{0}},
		{name: "nul_line", log: "\x00\x00\n{\"a\":2}\n", want: []string{`{"a":2}`}, brokenAt: []int64{0}},
		{name: "glued", log: "{\"a\":1}{\"a\":2}\n{\"a\":3}\n", want: []string{`{"a":3}`}, brokenAt: []int64{0}},
		{name: "not_objects", log: "1\n\"x\"\n[]\nnull\n{}\n", want: []string{`{}`}, brokenAt: []int64{0, 2, 6, 9}},
		{name: "nan", log: "{\"a\":NaN}\n", brokenAt: []int64{0}},
		{name: "byte_order_mark", log: "\xef\xbb\xbf{\"a\":1}\r\n{\"a\":2}\r\n", want: []string{`{"a":1}`, `{"a":2}`}},
		{name: "byte_order_mark_only", log: "\xef\xbb\xbf"},
		{name: "too_deep", log: strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000) + "\n{}\n", want: []string{"{}"}, brokenAt: []int64{0}},
		{name: "bad_utf8_stays", log: "{\"a\":\"\xff\"}\n", want: []string{"{\"a\":\"\xff\"}"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines, report := scanText(t, tt.log, Filter{})
			checkLines(t, "scan", lines, tt.want, report, tt.brokenAt, tt.torn)
			lines, report = lastText(t, tt.log, Filter{}, 1000)
			checkLines(t, "last", lines, tt.want, report, tt.brokenAt, tt.torn)
		})
	}
}

func checkLines(t *testing.T, what string, lines, want []string, r Report, brokenAt []int64, torn bool) {
	t.Helper()
	if !slices.Equal(lines, want) {
		t.Errorf("%s: lines %q, want %q", what, lines, want)
	}
	if !slices.Equal(r.BrokenAt, brokenAt) || r.Broken != int64(len(brokenAt)) || r.Torn != torn {
		t.Errorf("%s: broken %d at %v, torn %t; want %v, %t", what, r.Broken, r.BrokenAt, r.Torn, brokenAt, torn)
	}
	if r.Matched != int64(len(want)) || r.Lines != r.Matched+r.Broken {
		t.Errorf("%s: %d lines, %d matched", what, r.Lines, r.Matched)
	}
}

// sample is a log of a known shape.
func sample(n int) string {
	var b strings.Builder
	start := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for i := 1; i <= n; i++ {
		at := start.Add(time.Duration(i) * time.Second).Format("2006-01-02T15:04:05.000000Z")
		eventType, level := "tick", ""
		if i%3 == 0 {
			eventType, level = "transfer", `"level":"WARN",`
		}
		fmt.Fprintf(&b, "{\"timestamp\":%q,\"sequence\":%d,\"event_type\":%q,%s\"tick\":%d}\n", at, i, eventType, level, i/2)
	}
	return b.String()
}

func TestFilter(t *testing.T) {
	warn := slog.LevelWarn
	tests := []struct {
		name   string
		filter Filter
		want   int64
	}{
		{"all", Filter{}, 30},
		{"type", Filter{Types: []string{"transfer"}}, 10},
		{"glob", Filter{Types: []string{"t*"}}, 30},
		{"either", Filter{Types: []string{"x", "tick"}}, 20},
		{"level", Filter{MinLevel: &warn}, 10},
		{"from", Filter{From: 21}, 10},
		{"to", Filter{To: 4}, 4},
		{"from_to", Filter{From: 5, To: 5}, 1},
		{"since", Filter{Since: time.Date(2026, 1, 15, 12, 0, 30, 0, time.UTC)}, 1},
		{"both", Filter{Types: []string{"transfer"}, From: 28}, 1},
		{"none", Filter{Types: []string{"T*"}}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			forward, report := scanText(t, sample(30), tt.filter)
			if report.Matched != tt.want {
				t.Errorf("%d events, want %d", report.Matched, tt.want)
			}
			if backward, _ := lastText(t, sample(30), tt.filter, 100); !slices.Equal(forward, backward) {
				t.Errorf("from the end %q, from the start %q", backward, forward)
			}
		})
	}
}

// TestTimesAreRFC3339 holds that a filter, the counts and a decoded event agree on
// which timestamps are times.
func TestTimesAreRFC3339(t *testing.T) {
	for text, is := range map[string]bool{
		"2026-01-02T03:04:05.000000Z": true, "2026-01-02T03:04:05Z": true, "2026-01-02T03:04:05.5+01:00": true, `2026-01-02T03:04:05.000000\u005a`: true,
		"2026-01-02T3:04:05Z": false, "2026-01-02T3:04:05.0000000Z": false, "2026-01-02T03:04:05,000000Z": false,
		"2026-01-02T03:04:05+24:00": false, "2026-01-02T03:04:05.00-00:60": false, "2026-01-02T03:04:60.000000Z": false,
	} {
		line := `{"timestamp":"` + text + `","sequence":1,"event_type":"a"}` + "\n"
		lines, _ := scanText(t, line, Filter{Since: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		counts, _, err := Stats(runOf(t, line), "", Filter{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := event.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) == 1 != is || counts.FirstTime.IsZero() == is || counts.Groups[0].LastTime.IsZero() == is || e.Time.IsZero() == is {
			t.Errorf("%s is a time: %v; since gives %q, the counts %v and %v, the event %v", text, is, lines, counts.FirstTime, counts.Groups[0].LastTime, e.Time)
		}
	}
}

// A sequence is a whole number that 64 bits hold, however it is read.
func TestSequences(t *testing.T) {
	texts := []string{"", "0", "-1", "1.5", "1e3", "null", `"7"`, "[1]", "18446744073709551615", "18446744073709551616", "123:5678", "1/", ";2"}
	for n := 1; n <= 21; n++ {
		texts = append(texts, "123456789012345678901"[:n], strings.Repeat("9", n), strings.Repeat("1", n-1)+".")
	}
	for _, text := range texts {
		want, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			want = 0
		}
		if got := sequenceOf([]byte(text)); got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
		line := `{"sequence":` + text + `,"n":1}`
		at := span{lo: len(`{"sequence":`), hi: len(`{"sequence":`) + len(text)}
		if got := sequenceAt([]byte(line), at); got != want {
			t.Errorf("%q in a line is %d, want %d", text, got, want)
		}
		if got := sequenceAt([]byte(text), span{lo: 0, hi: len(text)}); got != want {
			t.Errorf("%q with nothing before it is %d, want %d", text, got, want)
		}
	}
}

func TestFilterBadPattern(t *testing.T) {
	fail := func(*Line) error { t.Error("called"); return nil }
	var pattern *PatternError
	if _, err := scan(strings.NewReader("{}\n"), 3, Filter{Types: []string{"["}}, fail); !errors.As(err, &pattern) {
		t.Errorf("scan: %v", err)
	}
	if _, err := last(strings.NewReader("{}\n"), 3, Filter{Types: []string{"["}}, 1, fail); !errors.As(err, &pattern) {
		t.Errorf("last: %v", err)
	}
}

func TestKeepBroken(t *testing.T) {
	log := "{\"a\":NaN}\r\nplain text\n{\"a\":1}\n\x00\x00\n{\"torn"
	lines, report := scanText(t, log, Filter{KeepBroken: true})
	want := []string{"{\"a\":NaN}\r", "plain text", `{"a":1}`}
	if !slices.Equal(lines, want) || report.Broken != 4 {
		t.Errorf("%q with %d broken, want %q with 4", lines, report.Broken, want)
	}
	if lines, _ := scanText(t, log, Filter{KeepBroken: true, From: 1}); lines != nil {
		t.Errorf("a filter let broken lines through: %q", lines)
	}
}

func TestScanStops(t *testing.T) {
	calls := 0
	stop := func(*Line) error { calls++; return ErrStop }
	report, err := scan(strings.NewReader(sample(9)), int64(len(sample(9))), Filter{}, stop)
	if err != nil || calls != 1 || report.Matched != 1 {
		t.Errorf("%d calls, %+v, %v", calls, report, err)
	}
	own := errors.New("own")
	if _, err := scan(strings.NewReader(sample(9)), 1000, Filter{}, func(*Line) error { return own }); err != own {
		t.Errorf("error %v, want the function's own", err)
	}
}

// TestLongLines has lines around the sizes of the buffers, where an off by one
// would show.
func TestLongLines(t *testing.T) {
	for _, size := range []int{firstChunk, chunk, 2*chunk + 1, blockSize, blockSize + overread} {
		for _, slack := range []int{-2, -1, 0, 1} {
			long := `{"a":"` + strings.Repeat("x", size+slack) + `"}`
			log := "{\"b\":1}\n" + long + "\n" + long + "\n{\"b\":2}\n"
			want := []string{`{"b":1}`, long, long, `{"b":2}`}
			if lines, _ := scanText(t, log, Filter{}); !slices.Equal(lines, want) {
				t.Fatalf("scan around %d%+d differs", size, slack)
			}
			if lines, _ := lastText(t, log, Filter{}, 3); !slices.Equal(lines, want[1:]) {
				t.Fatalf("last around %d%+d differs", size, slack)
			}
		}
	}
}

// endless is a file of one line without end that takes no memory: it leaves the
// buffer as it is, which has no line end in it.
type endless struct{ size int64 }

func (e endless) ReadAt(b []byte, offset int64) (int, error) {
	if left := e.size - offset; left < int64(len(b)) {
		return int(left), io.EOF
	}
	return len(b), nil
}

// allocated is how many bytes were ever asked for.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestEndlessLine shows that a line beyond MaxLine is damage, and is not read
// into memory.
func TestEndlessLine(t *testing.T) {
	src := endless{MaxLine + 1}
	fail := func(*Line) error { t.Error("called"); return nil }
	for name, ask := range map[string]func() (Report, error){
		"scan": func() (Report, error) { return scan(src, src.size, Filter{}, fail) },
		"last": func() (Report, error) { return last(src, src.size, Filter{}, 1, fail) },
	} {
		before := allocated()
		report, err := ask()
		if grown := allocated() - before; grown > 32<<20 {
			t.Errorf("%s: %d bytes for a line that is not read", name, grown)
		}
		if err != nil || report.Broken != 1 || !report.Torn {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
}

// TestScanShrunkFile has a file that was cut after its size was asked.
func TestScanShrunkFile(t *testing.T) {
	var lines []string
	report, err := scan(strings.NewReader("{\"a\":1}\n{\"a\":2}\n"), 5000, Filter{}, collect(&lines))
	if err != nil || len(lines) != 2 || report.Broken != 0 {
		t.Errorf("%q, %+v, %v", lines, report, err)
	}
}

// failing is a file on a bad disk.
type failing struct{ io.ReaderAt }

var errDisk = errors.New("bad disk")

func (f failing) ReadAt(b []byte, offset int64) (int, error) {
	if offset+int64(len(b)) > 100 {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(b, offset)
}

func TestReadError(t *testing.T) {
	src := failing{strings.NewReader(sample(100))}
	none := func(*Line) error { return nil }
	if _, err := scan(src, 5000, Filter{}, none); !errors.Is(err, errDisk) {
		t.Errorf("scan: %v", err)
	}
	if _, err := last(src, 5000, Filter{}, 1, none); !errors.Is(err, errDisk) {
		t.Errorf("last: %v", err)
	}
}

// naive is what a scan must find, said in the simplest words.
func naive(log string) []string {
	var lines []string
	log = strings.TrimPrefix(log, "\xef\xbb\xbf")
	for line := range strings.SplitSeq(log, "\n") {
		line = strings.Trim(strings.TrimLeft(line, "\x00 \t\r"), " \t\r")
		if strings.HasPrefix(line, "{") && json.Valid([]byte(line)) {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestScanEqualsNaive reads logs of all kinds of lines, cut anywhere, both ways.
func TestScanEqualsNaive(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"{\"a\":1}\n", "{}\n", "\n", "{\"sequence\":9,\"x", "\x00", "\x00\x00\n", "\r\n", "\xef\xbb\xbf", "{\"k\":\"\xff\"}\r\n",
		"nonsense\n", "{\"x\":\"" + strings.Repeat("y", 20_000) + "\"}\n", "{\"x\":\"" + strings.Repeat("y", chunk) + "\"}\n",
	})
	rapid.Check(t, func(rt *rapid.T) {
		log := strings.Join(rapid.SliceOfN(piece, 0, 20).Draw(rt, "pieces"), "")
		log = log[:rapid.IntRange(0, len(log)).Draw(rt, "cut")]
		n := rapid.IntRange(0, 25).Draw(rt, "n")
		want := naive(log)
		if got, _ := scanText(t, log, Filter{}); !slices.Equal(got, want) {
			rt.Fatalf("scan %d lines, want %d", len(got), len(want))
		}
		if got, _ := lastText(t, log, Filter{}, n); !slices.Equal(got, want[max(0, len(want)-n):]) {
			rt.Fatalf("last %d lines, want %d", len(got), min(n, len(want)))
		}
	})
}

// FuzzScan shows that no bytes make a question fail, and that each line that is
// handed out is a JSON object where the file has it.
func FuzzScan(f *testing.F) {
	f.Add([]byte(sample(3)))
	f.Add([]byte("\xef\xbb\xbf{}\r\n\x00{\"a\":1}"))
	f.Add([]byte(strings.Replace(sample(3), "\n", "*", 2)))
	f.Add([]byte("{\"a\":[1,\n" + strings.Replace(sample(3), "}\n", "", 1)))
	f.Fuzz(func(t *testing.T, log []byte) {
		seen := 0
		check := func(l *Line) error {
			seen++
			if !json.Valid(l.Bytes) || !bytes.HasPrefix(log[l.Offset:], l.Bytes) {
				t.Errorf("line %q at %d", l.Bytes, l.Offset)
			}
			return nil
		}
		var forward Report
		for _, u := range processor.Here() {
			seen = 0
			var err error
			before := forward
			if forward, err = scan(bytes.NewReader(log), int64(len(log)), Filter{unit: &u}, check); err != nil || int64(seen) != forward.Matched {
				t.Fatalf("%v: scan: %v, %d of %d", u, err, seen, forward.Matched)
			}
			if u > processor.Portable && fmt.Sprint(forward) != fmt.Sprint(before) {
				t.Fatalf("%v: %+v, %v %+v", u, forward, u-1, before)
			}
		}
		backward, err := last(bytes.NewReader(log), int64(len(log)), Filter{}, len(log)+1, check)
		if err != nil || backward.Matched != forward.Matched || backward.Broken != forward.Broken {
			t.Fatalf("last: %v, %+v, scan %+v", err, backward, forward)
		}
	})
}

func TestLineNumbers(t *testing.T) {
	var numbers []int64
	_, err := scan(strings.NewReader("{}\n\nx\n{}\n"), 8, Filter{}, func(l *Line) error {
		numbers = append(numbers, l.Number)
		return nil
	})
	if err != nil || !slices.Equal(numbers, []int64{1, 4}) {
		t.Errorf("%v, %v", numbers, err)
	}
}
