package capture

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
)

// berlin is where the recorded lines without a zone were written.
var berlin = time.FixedZone("CET", 3600)

// detect reads lines and tells of each: type, level, the message where
// one is added, and time.
func detect(t *testing.T, d *Detector, lines []byte) []string {
	t.Helper()
	var got []string
	for scan := bufio.NewScanner(bytes.NewReader(lines)); scan.Scan(); {
		a, ok := d.Line(scan.Bytes())
		if !ok {
			got = append(got, "plain")
			continue
		}
		got = append(got, describe(t, a))
	}
	return got
}

func describe(t *testing.T, a Adopted) string {
	t.Helper()
	parts := []string{a.Type, a.Level.String()}
	for _, attr := range a.Extra {
		switch attr.Key {
		case "message":
			parts = append(parts, strings.ReplaceAll(attr.Value.String(), "\n", "\\n"))
		case "source_time":
			if !attr.Value.Time().Equal(a.Time) || attr.Value.Time().Location() != time.UTC {
				t.Errorf("source_time %v, time %v", attr.Value, a.Time)
			}
		default:
			t.Errorf("an attribute %s", attr.Key)
		}
	}
	if !a.Time.IsZero() {
		parts = append(parts, "@"+a.Time.UTC().Format("150405.999999999"))
	}
	return strings.Join(parts, "|")
}

// The lines of each library, as it wrote them, and what is to be read in them:
// see testdata/dialects/README.md.
func TestDialectsOfLibraries(t *testing.T) {
	expected, err := os.ReadFile(filepath.Join("testdata", "dialects", "expected.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for section := range strings.SplitSeq(strings.TrimSpace(string(expected)), "\n\n") {
		title, rows, _ := strings.Cut(section, "\n")
		file, dialect, _ := strings.Cut(title, " ")
		t.Run(file, func(t *testing.T) {
			lines, err := os.ReadFile(filepath.Join("testdata", "dialects", file+".jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			d := newDetector(t, "")
			if got := strings.Join(detect(t, d, lines), "\n"); got != rows {
				t.Errorf("\n got\n%s\nwant\n%s", got, rows)
			}
			if d.Dialect() != dialect {
				t.Errorf("dialect %q, not %q", d.Dialect(), dialect)
			}
			for i, n := range d.counts {
				if name := d.all[i].name; n > 0 && name != dialect && name != DialectJSON {
					t.Errorf("%d lines look like %s", n, name)
				}
			}
			// Asked for by name, a dialect reads the same in its own lines.
			if got := strings.Join(detect(t, newDetector(t, dialect), lines), "\n"); got != rows {
				t.Errorf("asked for\n got\n%s\nwant\n%s", got, rows)
			}
		})
	}
}

func newDetector(t testing.TB, dialect string) *Detector {
	t.Helper()
	d, err := NewDetector(dialect)
	if err != nil {
		t.Fatal(err)
	}
	d.Zone = berlin
	return d
}

func TestDialectByHand(t *testing.T) {
	tests := []struct{ line, dialect, want string }{
		{`{"timestamp":"2026-01-15T12:00:00.000001Z","sequence":1,"event_type":"tick","level":"WARN","tick":1}`, DialectRunshelf, "tick|WARN|@120000.000001"},
		{`{"timestamp":"2026-01-15T12:00:00.5","event_type":"tick","tick":1}`, DialectJSON, "tick|INFO|@110000.5"},
		{`{"level":30,"time":1768478400123,"msg":"two words"}`, DialectPino, `log|INFO|two words|@120000.123`},
		{`{"level":35,"time":1768478400123,"pid":1}`, DialectPino, `log|INFO|@120000.123`},
		{`{"@timestamp":"2026-01-15T12:00:00Z","log":{"level":"warn"},"ecs":{"version":"8.0"},"message":"x y"}`, DialectECS, `log|WARN|@120000`},
		{`{"level":"\u001b[33mwarn\u001b[39m","message":"x y"}`, DialectWinston, `log|WARN`},
		{`{"severity":"CRITICAL","message":"x y"}`, DialectJSON, `log|ERROR`},
		{`{"level":3,"event":"level_up","time":12.5}`, DialectJSON, `level_up|INFO`},
		{`{"level":"forest","type":"walk"}`, DialectJSON, `walk|INFO`},
		{`{"event_type":"two words","eventName":"one"}`, DialectJSON, `one|INFO`},
		{`{"event_type":"","event":7,"type":"` + strings.Repeat("x", 101) + `"}`, DialectJSON, `log|INFO`},
		{`{"type":"` + strings.Repeat("x", 100) + `"}`, DialectJSON, strings.Repeat("x", 100) + "|INFO"},
		{`{"type":"\u00e9t\u00e9"}`, DialectJSON, "été|INFO"},
		{`{"ev\u0065nt":"hidden"}`, DialectJSON, "log|INFO"},
		{`{"event":"first","event":"second"}`, DialectJSON, "first|INFO"},
		{`{"msg":"x y","message":"z","source_time":"s","ts":1768478400}`, DialectJSON, "z|INFO|@120000"},
		{`{"msg":5,"time":"yesterday"}`, DialectJSON, "log|INFO"},
		{"\ufeff \t{\"type\":\"a\"} \r", DialectJSON, "a|INFO"},
		{`{"resourceLogs":[]}`, DialectOTLP, "log|INFO"},
		{`{"resourceLogs":{"x":[1]}}`, DialectOTLP, "log|INFO"},
		{`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":"Warn","observedTimeUnixNano":1768478400000000000}]}]}]}`, DialectOTLP, "log|WARN|@120000"},
		{" {\"timeUnixNano\":\"1768478400250000000\",\"severityNumber\":13,\"body\":{\"stringValue\":\"x y\"},\"a\":1}\r", DialectOTLP, "log|WARN|x y|@120000.25"},
		{`{"observedTimeUnixNano":1768478400000000000,"severityText":"ERROR2","eventName":"lost","body":{"kvlistValue":{}}}`, DialectOTLP, "lost|ERROR|@120000"},
		{`{"text":"t","record":{"level":{"name":"MINE","no":45},"message":"m n"}}`, DialectLoguru, "log|ERROR|m n"},
		{`{}`, DialectJSON, "log|INFO"},
		{`{"a":NaN}`, DialectPlain, "plain"},
		{`{"a":1}{"b":2}`, DialectPlain, "plain"},
		{`[1]`, DialectPlain, "plain"},
		{`text`, DialectPlain, "plain"},
		{``, DialectPlain, "plain"},
	}
	for _, tt := range tests {
		d := newDetector(t, "auto")
		got := "plain"
		if a, ok := d.Line([]byte(tt.line)); ok {
			got = describe(t, a)
		}
		if got != tt.want || d.Dialect() != tt.dialect {
			t.Errorf("%.80s\n got %s, %s\nwant %s, %s", tt.line, d.Dialect(), got, tt.dialect, tt.want)
		}
	}
}

// The dialect of most lines is that of the stream; a program may mix them.
func TestDialectOfMixedStream(t *testing.T) {
	d := newDetector(t, "")
	if d.Dialect() != "" {
		t.Errorf("before the first line: %q", d.Dialect())
	}
	for _, step := range []struct{ line, dialect string }{
		{`starting …`, DialectPlain},
		{`{"n":1}`, DialectJSON},
		{`{"level":"info","ts":1768478400.5,"msg":"a b"}`, DialectZap},
		{`{"time":"2026-01-15T12:00:00Z","level":"INFO","msg":"a b"}`, DialectZap},
		{`{"time":"2026-01-15T12:00:00Z","level":"INFO","msg":"a b"}`, DialectSlog},
	} {
		d.Line([]byte(step.line))
		if d.Dialect() != step.dialect {
			t.Errorf("after %s: %q, not %q", step.line, d.Dialect(), step.dialect)
		}
	}
}

func TestDialectAskedFor(t *testing.T) {
	zap := newDetector(t, DialectZap)
	a, ok := zap.Line([]byte(`{"time":"2001-01-01T00:00:00Z","ts":"2026-01-15T12:00:00Z","level":"warn"}`))
	if !ok || describe(t, a) != "log|WARN|@120000" || zap.Dialect() != DialectZap {
		t.Errorf("zap: %+v, %v", a, ok)
	}
	if _, ok := newDetector(t, DialectPlain).Line([]byte(`{}`)); ok {
		t.Error("plain: a line became an object")
	}
	if _, err := NewDetector("zapp"); err == nil || !strings.Contains(err.Error(), `"zapp": not one of bunyan, ecs,`) {
		t.Errorf("an unknown name: %v", err)
	}
}

// A line that is taken for a dialect of deeper lines, and is none, says nothing of the line
// before it.
func TestDialectAskedForIsAbsent(t *testing.T) {
	for _, tt := range []struct{ dialect, line string }{
		{DialectLoguru, `{"text":"t","record":{"level":{"name":"ERROR"},"message":"a b","time":{"timestamp":1768478400}}}`},
		{DialectOTLP, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1768478400000000000","severityNumber":17,"body":{"stringValue":"a b"}}]}]}]}`},
	} {
		d := newDetector(t, tt.dialect)
		if a, ok := d.Line([]byte(tt.line)); !ok || describe(t, a) != "log|ERROR|a b|@120000" {
			t.Errorf("%s: %s", tt.dialect, describe(t, a))
		}
		for _, line := range []string{`{}`, `{"a":1}`, `{"text":"t"}`} {
			if a, ok := d.Line([]byte(line)); !ok || describe(t, a) != "log|INFO" {
				t.Errorf("%s, then %s: %s", tt.dialect, line, describe(t, a))
			}
		}
	}
}

func TestParseTime(t *testing.T) {
	const noon = "2026-01-15T12:00:00"
	tests := []struct{ value, want string }{
		{`"2026-01-15T12:00:00Z"`, noon}, {`"2026-01-15t12:00:00z"`, noon}, {`"2026-01-15 12:00:00 UTC"`, noon}, {`"2026/01/15 13:00:00"`, noon},
		{`"2026-01-15T13:00:00+01:00"`, noon}, {`"2026-01-15T13:00:00+0100"`, noon}, {`"2026-01-15T13:00:00 +01"`, noon}, {`"2026-01-15T06:30:00-05:30"`, noon},
		{`"2026-01-15 13:00:00,250"`, noon + ".25"}, {`"2026-01-15T12:00:00.123456789Z"`, noon + ".123456789"}, {`"2026-01-15T12:00:00.1234567899Z"`, noon + ".123456789"},
		{`"2024-02-29T12:00:00Z"`, "2024-02-29T12:00:00"}, {`"2016-12-31T23:59:60Z"`, "2017-01-01T00:00:00"},
		{`1768478400`, noon}, {`1768478400.25`, noon + ".25"}, {`1768478400.123456789`, noon + ".123456789"}, {`1.7684784e9`, noon},
		{`1768478400123`, noon + ".123"}, {`1768478400123.5`, noon + ".1235"}, {`1768478400123456`, noon + ".123456"}, {`1768478400123456789`, noon + ".123456789"},
		{`"1768478400"`, noon}, {`"1768478400123456789"`, noon + ".123456789"},
		{`12.5`, ""}, {`-1768478400`, ""}, {`99999999`, ""}, {`1e999`, ""}, {`99999999999999999999`, ""}, {`""`, ""}, {`"now"`, ""}, {`null`, ""}, {`true`, ""}, {`{}`, ""},
		{`"2026-02-30T12:00:00Z"`, ""}, {`"2026-13-01T12:00:00Z"`, ""}, {`"2026-01-15T25:00:00Z"`, ""}, {`"2026-01-15T12:00:00."`, ""},
		{`"2026-01-15T12:00:00+1"`, ""}, {`"2026-01-15T12:00:00+99:00"`, ""}, {`"2026-01-15T12:00:00X"`, ""}, {`"2026-01-15"`, ""}, {`"2026-01-15T1a:00:00Z"`, ""},
		{`"9999-12-31T23:59:59.5Z"`, "9999-12-31T23:59:59.5"}, {`"9999-12-31T23:59:60Z"`, ""}, {`"9999-12-31T23:59:59-01:00"`, ""},
		{`"0000-01-01T01:00:00+01:00"`, "0000-01-01T00:00:00"}, {`"0000-01-01T00:59:59+01:00"`, ""},
	}
	for _, tt := range tests {
		got := ""
		if at, ok := parseTime([]byte(tt.value), berlin); ok {
			got = at.UTC().Format("2006-01-02T15:04:05.999999999")
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.value, got, tt.want)
		}
	}
}

func TestNamedLevel(t *testing.T) {
	tests := map[string]slog.Level{
		"info": 0, " Info ": 0, "INFO+2": 2, "DEBUG-4": -8, "WARN+1": 5, "ERROR2": 8, "notice": 0, "http": -4, "Silly": -4, "WARNING": 4,
		"crit": 8, "dpanic": 8, "emerg": 8, "NOTSET": -4, "informational+12": 12, // as long as a name may be
	}
	for name, want := range tests {
		if got, ok := namedLevel([]byte(name)); !ok || got != want {
			t.Errorf("%q: got %v, %v", name, got, ok)
		}
	}
	for _, name := range []string{"", "7", "+2", "forest", strings.Repeat("x", 40), "\x1b[", "info-", "informational+123"} {
		if got, ok := namedLevel([]byte(name)); ok {
			t.Errorf("%q: got %v", name, got)
		}
	}
}

// FuzzDialect checks that any line is read without a panic, that what is an
// object is decided as encoding/json does, and that the event is sound.
func FuzzDialect(f *testing.F) {
	files, _ := filepath.Glob("testdata/dialects/*.jsonl")
	for _, name := range files {
		lines, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for line := range bytes.Lines(lines) {
			f.Add(line)
		}
	}
	f.Add([]byte(`{"level":"","time":"","ts":"","message":null,"record":{},"text":"","log":{}}`))
	s, plain := &shaped{Detector: newDetector(f, "")}, newDetector(f, "")
	f.Fuzz(func(t *testing.T, line []byte) {
		checkShaped(t, s, plain, line)
		checkShaped(t, s, plain, line)
		for _, name := range append(Dialects(), "") {
			d := newDetector(t, name)
			a, ok := d.Line(line)
			var object map[string]json.RawMessage
			err := json.Unmarshal(bytes.TrimPrefix(line, []byte("\ufeff")), &object)
			if name != DialectPlain && ok != (err == nil && object != nil) {
				t.Fatalf("%s: %v, encoding/json: %v", name, ok, err)
			}
			if !ok {
				continue
			}
			if !event.IsWord(a.Type) || len(a.Extra) == cap(a.Extra) {
				t.Fatalf("%s: %+v", name, a)
			}
			body := event.Body{Type: a.Type, Level: a.Level, Attrs: a.Extra}
			if _, err := event.AppendObjectBody(nil, body, a.Object); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Looking at a line costs no memory once its type is known, unless its text has
// to be decoded.
func TestDetectorCostsNoMemory(t *testing.T) {
	d := newDetector(t, "")
	for _, line := range []string{
		`{"level":"info","ts":1768478400.25,"caller":"a.go:1","msg":"order filled","o":{"a":[1]}}`,
		`{"asctime": "2026-01-15 12:00:00,250", "levelname": "INFO", "message": "started"}`,
		`{"level":30,"time":1768478400123,"pid":1,"hostname":"h","type":"probe","msg":"two words"}`,
	} {
		b := []byte(line)
		if n := testing.AllocsPerRun(100, func() { d.Line(b) }); n != 0 {
			t.Errorf("%v allocations for %s", n, line)
		}
	}
}

func BenchmarkDetector(b *testing.B) {
	for _, name := range []string{"zap", "python-json-logger", "loguru"} {
		b.Run(name, func(b *testing.B) {
			content, err := os.ReadFile(filepath.Join("testdata", "dialects", name+".jsonl"))
			if err != nil {
				b.Fatal(err)
			}
			lines := bytes.Split(bytes.TrimSpace(content), []byte("\n"))
			d, err := NewDetector("")
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				for _, line := range lines {
					d.Line(line)
				}
			}
		})
	}
}

// Each number that a library gives a level has the name that the library has for it, or
// that of the next lower one of ours.
func TestNumberedLevels(t *testing.T) {
	for n := range 26 {
		level, ok := severityLevel(n)
		want := slog.LevelDebug // of 1 to 8, trace and debug
		switch {
		case n >= 17:
			want = slog.LevelError
		case n >= 13:
			want = slog.LevelWarn
		case n >= 9:
			want = slog.LevelInfo
		}
		if known := n >= 1 && n <= 24; ok != known || known && level != want {
			t.Errorf("severity %d is %v, %t", n, level, ok)
		}
	}
	for number, want := range map[string][2]slog.Level{ // of pino and bunyan, and of Python
		"10": {slog.LevelDebug, slog.LevelDebug},
		"19": {slog.LevelDebug, slog.LevelDebug},
		"20": {slog.LevelDebug, slog.LevelInfo},
		"29": {slog.LevelDebug, slog.LevelInfo},
		"30": {slog.LevelInfo, slog.LevelWarn},
		"40": {slog.LevelWarn, slog.LevelError},
		"49": {slog.LevelWarn, slog.LevelError},
		"50": {slog.LevelError, slog.LevelError},
		"60": {slog.LevelError, slog.LevelError},
	} {
		pino, _ := tenfoldLevel([]byte(number), 0)
		python, _ := tenfoldLevel([]byte(number), 10)
		if got := [2]slog.Level{pino, python}; got != want {
			t.Errorf("%s is %v, want %v", number, got, want)
		}
	}
}
