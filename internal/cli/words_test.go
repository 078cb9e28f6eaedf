package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/runshelf/config"
	"example.org/runshelf/shelf"
)

func TestNearest(t *testing.T) {
	commands := []string{"sim", "ls", "show", "events", "tail", "stats", "config"}
	for word, want := range map[string]string{
		"evnts": "events", "event": "events", "sl": "ls", "sohw": "show", "stat": "stats", "tial": "tail",
		"frobnicate": "", "x": "", "": "", "lsx": "ls", "cofnig": "config",
	} {
		if got := nearest(word, commands); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	word := rapid.StringMatching(`[a-d]{0,6}`)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := word.Draw(rt, "a"), word.Draw(rt, "b")
		d := editDistance(a, b)
		if d != editDistance(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) || d < max(len(a), len(b))-min(len(a), len(b)) {
			rt.Fatalf("distance of %q and %q is %d", a, b, d)
		}
	})
}

func TestParseSince(t *testing.T) {
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"10m":                         now.Add(-10 * time.Minute),
		"1h30m":                       now.Add(-90 * time.Minute),
		"7d":                          now.AddDate(0, 0, -7),
		"0.5d":                        now.Add(-12 * time.Hour),
		"0s":                          now,
		"2026-01-15T11:00:00Z":        now.Add(-time.Hour),
		"2026-01-15T11:00:00.5+01:00": now.Add(-2*time.Hour + 500*time.Millisecond),
		"2026-01-15":                  time.Date(2026, 1, 15, 0, 0, 0, 0, time.Local),
		"2026-01-15 08:30":            time.Date(2026, 1, 15, 8, 30, 0, 0, time.Local),
	} {
		if got, err := parseSince(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "tomorrow", "-10m", "-1d", "d", "1e9d", "NaNd", "2026-13-01", "10"} {
		if got, err := parseSince(text, now); exitCode(err) != exitUsage {
			t.Errorf("%q was taken as %v", text, got)
		}
	}
}

func TestRateText(t *testing.T) {
	for rate, want := range map[float64]string{54426.47706: "54426.5", 3: "3.0", 0.1: "0.1", 0.0999: "0.1", 0.05: "0.05", 6.943480072212192e-05: "6.9e-05"} {
		if got := rateText(rate); got != want {
			t.Errorf("%v is %s", rate, got)
		}
	}
}

func TestShortDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.00s", 4250 * time.Millisecond: "4.25s", 42 * time.Second: "42.0s", 90 * time.Second: "1m30s",
		time.Hour + 62*time.Second: "1h01m", 49 * time.Hour: "2d01h", -time.Second: "?",
	} {
		if got := shortDuration(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
}

func TestNumbersInWords(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", 1<<64 - 1: "18,446,744,073,709,551,615"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 1 << 40: "1.1 TB"} {
		if got := byteSize(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	if got := plural(1, "run") + plural(2, "run"); got != "1 run2 runs" {
		t.Error(got)
	}
}

// TestQuoteReadsBack gives words to a real shell and compares what it makes of
// them.
func TestQuoteReadsBack(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	words := []string{"", "plain", "a b", "it's", "$(touch x)", "`id`", ";", "a\nb", "\x1b]0;x\x07", "\u202e", "é", "\xff\xfe", "-n", `\`, `"`, "*", "~", "a=b", "#x", "\x01'\\"}
	out, err := exec.Command(bash, "-c", `printf '%s\0' `+strings.Join(quoteAll(words), " ")).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", words) {
		t.Errorf("%q, want %q", got, words)
	}
	for _, word := range words {
		if at := firstUnsafe(quote(word)); at != "" {
			t.Errorf("%s in the quoted %q", at, word)
		}
	}
}

func TestExitCodes(t *testing.T) {
	pipe := fmt.Errorf("write: %w", &fs.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE})
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"good", nil, 0},
		{"any", errors.New("x"), 1},
		{"usage", usageErrorf("x"), 2},
		{"usage_with_hint", withHint(usageErrorf("x"), "y"), 2},
		{"no_run", fmt.Errorf("x: %w", shelf.ErrNoRun), 2},
		{"ambiguous", &shelf.AmbiguousError{Name: "x"}, 2},
		{"setting", fmt.Errorf("x: %w", &config.Error{}), 2},
		{"run_id", shelf.ValidateID(".."), 2},
		{"code", &exitError{code: 7}, 7},
		{"ctrl_c", &signalError{os.Interrupt}, 130},
		{"terminated", fmt.Errorf("x: %w", &signalError{syscall.SIGTERM}), 143},
		{"broken_pipe", pipe, 0},
		{"full_disk", &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}, 1},
	}
	for _, tt := range tests {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// TestReportIsOneLine shows that an error stays on its line whatever names it
// repeats.
func TestReportIsOneLine(t *testing.T) {
	var stderr strings.Builder
	a := newApp(nil, strings.NewReader(""), &strings.Builder{}, &stderr, nil)
	if code := a.report(withHint(errors.New("open \"a\n\x1b[2Jb\": no"), "try\nthat")); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if got, want := stderr.String(), "runshelf: open \"a\\n\\x1b[2Jb\": no\nhint: try\\nthat\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Who has ended the command knows it; a pipe that breaks is no error where it is written
// to, and one like any other elsewhere.
func TestReportOfEndsAndPipes(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		code int
		said string
	}{
		"Ctrl-C":        {&signalError{os.Interrupt}, 130, ""},
		"SIGTERM":       {fmt.Errorf("reading: %w", &signalError{syscall.SIGTERM}), 143, ""},
		"nobody reads":  {&fs.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}, 0, ""},
		"a broken file": {&fs.PathError{Op: "open", Path: "log", Err: syscall.EPIPE}, 1, "runshelf: open log: broken pipe\n"},
	} {
		var stderr strings.Builder
		a := newApp(nil, strings.NewReader(""), io.Discard, &stderr, nil)
		if code := a.report(test.err); code != test.code || stderr.String() != test.said {
			t.Errorf("%s: exit code %d, %q; want %d, %q", name, code, stderr.String(), test.code, test.said)
		}
	}
}

// What keeps the output from being written is said when the command has nothing to say of
// its own, unless it is only that nobody reads any more.
func TestAlsoOutput(t *testing.T) {
	own, full := errors.New("own"), errors.New("full")
	silent, gone := &exitError{code: 3}, &fs.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
	for name, test := range map[string]struct {
		err, output error
		code        int
		said        string
	}{
		"all is well":            {nil, nil, 0, ""},
		"no space":               {nil, full, 1, "runshelf: full\n"},
		"nobody reads":           {nil, gone, 0, ""},
		"has something to say":   {own, full, 1, "runshelf: own\n"},
		"has said all, no space": {silent, full, 3, "runshelf: full\n"},
		"has said all, no pipe":  {silent, gone, 3, ""},
		"has said all":           {silent, nil, 3, ""},
	} {
		var stderr strings.Builder
		a := newApp(nil, strings.NewReader(""), io.Discard, &stderr, nil)
		if code := a.report(alsoOutput(test.err, test.output)); code != test.code || stderr.String() != test.said {
			t.Errorf("%s: exit code %d, %q; want %d, %q", name, code, stderr.String(), test.code, test.said)
		}
	}
}

// TestFullOutput shows that data which cannot be written is an error.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	defer full.Close()
	var stderr strings.Builder
	if code := Main([]string{"--help"}, strings.NewReader(""), full, &stderr, nil); code != 1 || !strings.HasPrefix(stderr.String(), "runshelf: ") {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
}

func TestExcluding(t *testing.T) {
	text := "if any flags in the group [last first] are set none of the others can be; [first last] were all set"
	if got, want := excluding(text), "--first and --last exclude each other"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := excluding("something else"); got != "something else" {
		t.Errorf("%q", got)
	}
}

func TestMetric(t *testing.T) {
	tests := map[float64]string{
		0: "0", 1e7: "10000000", -12345678: "-12345678", 1 << 52: "4503599627370496", 0.458052013: "0.458052",
		1234567.8: "1234568", 999999.4: "999999", 123456.7: "123457", 1e300: "1e+300", 123.456789: "123.457", math.Inf(1): "+Inf",
	}
	for v, want := range tests {
		if got := metric(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}
