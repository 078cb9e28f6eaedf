package capture

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// imported is a finished import.
type imported struct {
	ImportResult
	events   []string // lines of events.jsonl
	manifest shelf.Manifest
	original []byte
}

// importText imports a file with the content.
func importText(t *testing.T, name, content string, o ImportOptions) imported {
	t.Helper()
	o.File = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(o.File, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(o.File, written, written); err != nil {
		t.Fatal(err)
	}
	got, err := importFile(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.original) != content {
		t.Error("the original was changed")
	}
	return got
}

// written is when the files of the tests were written.
var written = time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)

func importFile(t *testing.T, o ImportOptions) (imported, error) {
	t.Helper()
	if o.Run.LogsDir == "" {
		o.Run.LogsDir = filepath.Join(t.TempDir(), "logs")
	}
	result, err := Import(t.Context(), o)
	got := imported{ImportResult: result}
	if result.ID == "" {
		return got, err
	}
	got.read(t)
	return got, err
}

func (i *imported) read(t *testing.T) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(i.Dir, shelf.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	i.events = strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	if i.original, err = os.ReadFile(filepath.Join(i.Dir, "artifacts", "original", i.Report.File)); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(i.Dir)
	if err != nil || run.Problem != nil {
		t.Fatal(err, run)
	}
	i.manifest = run.Manifest
}

// wantEvents compares the events without what is the same in all.
func wantEvents(t *testing.T, got imported, want ...string) {
	t.Helper()
	if a, b := strings.Join(got.events, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("events\n%s\nwant\n%s", a, b)
	}
}

func TestImportKeepsWhatIsThere(t *testing.T) {
	got := importText(t, "app.jsonl", `{"timestamp": "2026-11-22T07:33:21.831709", "event_type": "quota_set", "amount": 20000.0, "s": "\u00e9"}
{"n":12345678901234567890,"event_type":"tick","timestamp":"2026-11-22T07:33:22.5+01:00"}
{"event_type": "tick", "timestamp" : "2026-11-22T07:33:23.123456789Z" }
{"level":"warn","ts":1768478400.25,"msg":"two words","sequence":9,"cause":3}
{"event":"no time of its own","type":"x"}
`, ImportOptions{})
	wantEvents(t, got,
		`{"timestamp":"2026-11-22T07:33:21.831709Z","sequence":1,"event_type":"quota_set","amount":20000.0,"s":"\u00e9"}`,
		`{"timestamp":"2026-11-22T06:33:22.500000Z","sequence":2,"event_type":"tick","n":12345678901234567890}`,
		`{"timestamp":"2026-11-22T07:33:23.123456Z","sequence":3,"event_type":"tick","source_time":"2026-11-22T07:33:23.123456789Z"}`,
		`{"timestamp":"2026-01-15T12:00:00.250000Z","sequence":4,"event_type":"log","level":"WARN","data.level":"warn","ts":1768478400.25,"msg":"two words","data.sequence":9,"data.cause":3,"message":"two words"}`,
		`{"timestamp":"2026-01-15T12:00:00.250000Z","sequence":5,"event_type":"x","event":"no time of its own","type":"x"}`,
	)
	m := got.manifest
	if m.Kind != "import" || m.Status != shelf.StatusCompleted || m.Program.Name != "app.jsonl" || m.Events.Count != 5 || m.Git != nil {
		t.Errorf("manifest %+v", m)
	}
	var report ImportReport
	if err := json.Unmarshal(m.Extra["import"], &report); err != nil || report.Lines != 5 || report.SHA256 == "" ||
		!report.FirstTime.Equal(time.Date(2026, 1, 15, 12, 0, 0, 25e7, time.UTC)) || report.LastTime.Year() != 2026 || report.Dialect != DialectJSON {
		t.Errorf("%s: %v", m.Extra["import"], err)
	}
}

// readLines makes events of the lines without a run around them.
func readLines(t *testing.T, content []byte) (events string, report ImportReport) {
	t.Helper()
	var log bytes.Buffer
	l, err := runshelf.NewStreamLogger(&log, runshelf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := newImportReader(l, newDetector(t, ""), &staged{changed: written})
	if err := r.readAll(bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return log.String(), r.finish()
}

// What a logger of ours wrote comes out byte for byte.
func TestImportOfOwnEvents(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var log bytes.Buffer
		l, err := runshelf.NewStreamLogger(&log, runshelf.Options{})
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 20).Draw(rt, "events") {
			level := rapid.SampledFrom([]slog.Level{-4, 0, 4, 8}).Draw(rt, "level")
			cause := rapid.Uint64Range(0, 5).Draw(rt, "cause")
			key := rapid.SampledFrom([]string{"a", "msg", "message", "level", "timestamp", "cause", "time", "é"}).Draw(rt, "key")
			l.LogEvent(level, cause, rapid.SampledFrom([]string{"tick", "log", "two words", ""}).Draw(rt, "type"),
				slog.Any(key, rapid.SampledFrom([]any{1, "x", "two words", nil, []int{1}, 0.5}).Draw(rt, "value")))
		}
		if err := l.Close(); err != nil {
			rt.Fatal(err)
		}
		if text, _ := readLines(t, log.Bytes()); text != log.String() {
			rt.Fatalf("events\n%s\nwant\n%s", text, log.String())
		}
	})
}

// A74: whatever a line contains, it becomes an event, and what is broken is
// counted.
func TestA74ImportOddJSON(t *testing.T) {
	deep := strings.Repeat("[", 20000) + strings.Repeat("]", 20000)
	got := importText(t, "odd.jsonl", strings.Join([]string{
		"{\"timestamp\":\"2026-01-15T12:00:00Z\",\"type\":\"invalid\",\"s\":\"a\xffb\"}",
		`{"type":"surrogate","s":"\ud800"}`,
		`{"type":"nan","n":NaN}`,
		`{"type":"twice","a":1,"a":2}`,
		`{"type":"deep","a":` + deep + `}`,
		`{"type":"huge","n":1e999,"id":12345678901234567890}`,
		`{"type":"torn","n":`,
	}, "\n"), ImportOptions{})
	const head = `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":`
	wantEvents(t, got,
		head+"1,\"event_type\":\"invalid\",\"type\":\"invalid\",\"s\":\"a\uFFFDb\"}",
		head+`2,"event_type":"surrogate","type":"surrogate","s":"\ud800"}`,
		head+`3,"event_type":"log","level":"WARN","message":"{\"type\":\"nan\",\"n\":NaN}","message.error":"reading an object: invalid JSON at byte 18: expected a value"}`,
		head+`4,"event_type":"twice","type":"twice","a":1,"a#2":2}`,
		head+`5,"event_type":"log","level":"WARN","message":"{\"type\":\"deep\",\"a\":`+deep+`}","message.error":"reading an object: invalid JSON at byte 10018: nested too deeply"}`,
		head+`6,"event_type":"huge","type":"huge","n":1e999,"id":12345678901234567890}`,
		head+`7,"event_type":"log","level":"WARN","message":"{\"type\":\"torn\",\"n\":","message.error":"reading an object: invalid JSON at byte 19: expected a value"}`,
	)
	if r := got.Report; r.Broken != 3 || len(r.BrokenLines) != 3 || r.BrokenLines[0] != 3 || r.Text != 0 {
		t.Errorf("report %+v", r)
	}
}

func TestImportOfText(t *testing.T) {
	got := importText(t, "app.log", "\ufeffstarted\r\n\r\n  two words \x1b[1m\n\x00\x00\x00\n\x00\x00{\"time\":\"2026-01-15T12:00:00Z\",\"msg\":\"a b\"}\n42\nlast", ImportOptions{})
	head := func(n int) string { return `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":` + strconv.Itoa(n) }
	wantEvents(t, got,
		head(1)+`,"event_type":"log","message":"started"}`,
		head(2)+`,"event_type":"log","message":"  two words \u001b[1m"}`,
		head(3)+`,"event_type":"log","level":"WARN","message":"","message.error":"nothing but NUL bytes"}`,
		head(4)+`,"event_type":"log","time":"2026-01-15T12:00:00Z","msg":"a b","message":"a b"}`,
		head(5)+`,"event_type":"log","message":"42"}`,
		head(6)+`,"event_type":"log","message":"last"}`,
	)
	if r := got.Report; r.Blank != 1 || r.Text != 4 || r.Broken != 1 || r.BrokenLines[0] != 4 || r.Lines != 6 {
		t.Errorf("report %+v", r)
	}
	got = importText(t, "plain.log", "{}\n", ImportOptions{Dialect: DialectPlain})
	wantEvents(t, got, `{"timestamp":"2020-02-03T04:05:06.000000Z","sequence":1,"event_type":"log","message":"{}"}`)
	if got := importText(t, "empty.log", "", ImportOptions{}); len(got.events) != 1 || got.events[0] != "" || got.Status != shelf.StatusCompleted {
		t.Errorf("an empty file: %+v", got)
	}
}

func TestImportZone(t *testing.T) {
	got := importText(t, "a.jsonl", `{"timestamp":"2026-01-15 12:00:00,5"}`, ImportOptions{Zone: berlin})
	wantEvents(t, got, `{"timestamp":"2026-01-15T11:00:00.500000Z","sequence":1,"event_type":"log"}`)
}

// A line that cannot be held is told by its beginning; the next one is whole.
func TestImportOfLongLines(t *testing.T) {
	var log bytes.Buffer
	l, err := runshelf.NewStreamLogger(&log, runshelf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := newImportReader(l, newDetector(t, ""), &staged{changed: written})
	r.longest = 1 << 20
	fits := `{"s":"` + strings.Repeat("x", 1<<19) + `"}`
	err = r.readAll(strings.NewReader(fits + "\n" + strings.Repeat("é", 1<<20) + "\n" + `{"type":"after"}`))
	if err != nil || l.Close() != nil {
		t.Fatal(err)
	}
	lines := strings.Split(log.String(), "\n")
	if !strings.HasSuffix(lines[0], fits[1:]) || !strings.HasSuffix(lines[2], `"event_type":"after","type":"after"}`) {
		t.Errorf("lines around it: %.100s … %s", lines[0], lines[2])
	}
	want := `"level":"WARN","message":"` + strings.Repeat("é", 100) + `","message.error":"2097153 bytes are too long for an event"}`
	if !strings.HasSuffix(lines[1], want) {
		t.Errorf("got %s", lines[1])
	}
	if rep := r.finish(); rep.Broken != 1 || rep.Lines != 3 || rep.Unpacked != int64(len(fits)+1+1<<21+1+16) {
		t.Errorf("report %+v", rep)
	}
}

func gzipped(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, part := range parts {
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func zstandard(t *testing.T, content string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(content), nil)
}

func TestImportOfPackedFiles(t *testing.T) {
	const a, b = `{"type":"a","time":1768478400}` + "\n", `{"type":"b"}`
	for packed, content := range map[string][]byte{"gzip": gzipped(t, a, b), "zstd": zstandard(t, a+b)} {
		got := importText(t, "log", string(content), ImportOptions{})
		if len(got.events) != 2 || !strings.Contains(got.events[1], `"type":"b"`) || got.Report.Compression != packed || got.Report.Unpacked != int64(len(a+b)) {
			t.Errorf("%s: %q, %+v", packed, got.events, got.Report)
		}
	}
}

// What lies before the damage is kept, and the run says that it is not all.
func TestImportOfTornGzip(t *testing.T) {
	var content strings.Builder
	for i := range 5000 {
		content.WriteString(`{"type":"a","n":` + strconv.Itoa(i*i*7919%100003) + "}\n")
	}
	packed := gzipped(t, content.String())
	file := filepath.Join(t.TempDir(), "torn.gz")
	if err := os.WriteFile(file, packed[:len(packed)*2/3], 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := importFile(t, ImportOptions{File: file})
	if err == nil || !strings.Contains(err.Error(), "unpacking it failed after") {
		t.Errorf("error %v", err)
	}
	if len(got.events) < 2000 || got.Status != shelf.StatusFailed || got.manifest.Status != shelf.StatusFailed || len(got.original) != len(packed)*2/3 {
		t.Errorf("%d events, %+v", len(got.events), got.ImportResult)
	}
}

// S26, S27: what is no log, or unpacks to too much, is refused, and nothing is
// left behind.
func TestS27RefusedFiles(t *testing.T) {
	tar := make([]byte, 1024)
	copy(tar, "../x")
	copy(tar[257:], "ustar\x00")
	zeros := string(make([]byte, 3<<20))
	tests := []struct {
		name    string
		content []byte
		want    string
	}{
		{"x.tar", tar, "it is a tar archive"}, {"x.tgz", gzipped(t, string(tar)), "it is a tar archive"}, {"x.tzst", zstandard(t, string(tar)), "it is a tar archive"},
		{"x.zip", []byte("PK\x03\x04 and more"), "it is a zip archive"}, {"x.7z", []byte("7z\xbc\xaf\x27\x1c "), "it is a 7z archive"},
		{"x.xz", []byte("\xfd7zXZ\x00 "), "it is compressed by xz"}, {"x.bz2", []byte("BZh91AY&SY and more"), "it is compressed by bzip2"},
		{"x.cpio", []byte("070701" + strings.Repeat("0000A1b2", 13) + "x"), "it is a cpio archive"},
		{"twice.gz", gzipped(t, string(gzipped(t, "x"))), "it is packed twice"},
		{"bomb.gz", gzipped(t, zeros), "bytes unpack to more than 1048576, the limit that was set"},
		{"bomb.zst", zstandard(t, zeros), "bytes unpack to more than 1048576, the limit that was set"},
		{"no.gz", []byte("\x1f\x8bnothing"), "unpacking it: "},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		file := filepath.Join(dir, tt.name)
		if err := os.WriteFile(file, tt.content, 0o666); err != nil {
			t.Fatal(err)
		}
		got, err := importFile(t, ImportOptions{File: file, MaxUnpacked: 1 << 20, Run: runshelf.Options{LogsDir: filepath.Join(dir, "logs")}})
		if err == nil || !strings.Contains(err.Error(), tt.want) || got.ID != "" {
			t.Errorf("%s: %v, %+v", tt.name, err, got)
		}
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("%s: left %v", tt.name, left)
		}
	}
}

// A log may begin with a date, or a word, with which archives begin too.
func TestLogsThatBeginLikeArchives(t *testing.T) {
	for _, text := range []string{"070701 12:00:01 [Note] ready\n", "BZh is a word\n", "070701"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "x.log")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		got, err := importFile(t, ImportOptions{File: file, Run: runshelf.Options{LogsDir: filepath.Join(dir, "logs")}})
		if err != nil || got.Report.Lines != 1 {
			t.Errorf("%q: %v, %+v", text, err, got.Report)
		}
	}
}

func TestUnpackLimit(t *testing.T) {
	tests := []struct{ size, asked, want int64 }{
		{100, 0, freeBytes}, {10 << 20, 0, 2000 << 20}, {1 << 40, 0, DefaultMaxUnpacked}, {100, 5, 5}, {1, 1 << 50, 1 << 50},
	}
	for _, tt := range tests {
		if got, why := unpackLimit(tt.size, tt.asked); got != tt.want || why == "" {
			t.Errorf("%d, %d: %d %s, want %d", tt.size, tt.asked, got, why, tt.want)
		}
	}
}

func TestImportWhatIsNoFile(t *testing.T) {
	shelfDir := filepath.Join(t.TempDir(), "logs")
	if err := os.WriteFile(filepath.Join(t.TempDir(), "f"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, o := range []ImportOptions{
		{}, {File: t.TempDir()}, {File: filepath.Join(t.TempDir(), "missing")}, {File: StdinFile}, {File: "x", Dialect: "y"},
		{File: "x", Run: runshelf.Options{RunID: "../x"}},
	} {
		o.Run.LogsDir = shelfDir
		if got, err := importFile(t, o); err == nil || got.ID != "" {
			t.Errorf("%+v: no error", o)
		}
	}
	if _, err := os.Lstat(shelfDir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a shelf was made: %v", err)
	}
}

func TestImportOfStdin(t *testing.T) {
	got, err := importFile(t, ImportOptions{File: StdinFile, Stdin: strings.NewReader(`{"type":"a","time":1768478400}`)})
	if err != nil {
		t.Fatal(err)
	}
	wantEvents(t, got, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"a","type":"a","time":1768478400}`)
	if got.Report.File != "stdin" {
		t.Errorf("report %+v", got.Report)
	}
}

// A stopped import keeps the events so far, and leaves no copy in the shelf.
func TestImportInterrupted(t *testing.T) {
	stopped := errors.New("stopped")
	// The packed file is longer than what is read of it at once.
	random, payload := rand.NewChaCha8([32]byte{}), make([]byte, 500)
	var content strings.Builder
	for range 1500 {
		_, _ = random.Read(payload) // never fails
		fmt.Fprintf(&content, "{\"type\":\"a\",\"payload\":\"%x\"}\n", payload)
	}
	packed := gzipped(t, content.String())
	for _, step := range []string{"copying", "checking", "reading"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		dir := t.TempDir()
		file := filepath.Join(dir, "a.gz")
		if err := os.WriteFile(file, packed, 0o666); err != nil {
			t.Fatal(err)
		}
		o := ImportOptions{File: file, Run: runshelf.Options{LogsDir: filepath.Join(dir, "logs")}}
		o.Progress = func(now ImportProgress) {
			if now.Step == step {
				cancel(stopped)
			}
		}
		result, err := Import(ctx, o)
		if !errors.Is(err, stopped) {
			t.Errorf("%s: %v", step, err)
		}
		if (result.ID != "") != (step == "reading") {
			t.Errorf("%s: %+v", step, result)
		}
		if result.ID != "" && (result.Status != shelf.StatusInterrupted || result.Report.Lines == 0 || result.Report.Broken > 0) {
			t.Errorf("%+v", result)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "logs", ".import-*")); len(left) != 0 {
			t.Errorf("%s: left %v", step, left)
		}
	}
}

func TestBlankOut(t *testing.T) {
	tests := []struct{ object, key, want string }{
		{`{"a":1,"b":2,"c":3}`, "a", `{       "b":2,"c":3}`}, {`{"a":1,"b":2,"c":3}`, "b", `{"a":1,       "c":3}`},
		{`{"a":1,"b":2 , "c":3 }`, "c", `{"a":1,"b":2         }`}, {`{ "a" : 1 }`, "a", `{         }`},
	}
	for _, tt := range tests {
		object := []byte(tt.object)
		_ = event.EachMember(object, func(m event.RawMember) {
			if string(m.Key) == tt.key {
				defer blankOut(object, span{m.Start, m.End})
			}
		})
		var got, want any
		if err := json.Unmarshal(object, &got); err != nil || len(object) != len(tt.object) {
			t.Errorf("%s: %s, %v", tt.object, object, err)
			continue
		}
		if err := json.Unmarshal([]byte(tt.want), &want); err != nil || strings.ReplaceAll(string(object), " ", "") != strings.ReplaceAll(tt.want, " ", "") {
			t.Errorf("%s without %s: %q", tt.object, tt.key, object)
		}
	}
}

// FuzzImport checks that any content makes as many events as it has lines that
// are not blank, each one strict JSON.
func FuzzImport(f *testing.F) {
	f.Add([]byte("{\"timestamp\":\"2026-01-15T12:00:00Z\",\"sequence\":1,\"cause\":7}\n\n\x00\nx\r\n{"))
	f.Add([]byte("\ufeff{\"sequence\":1 , \"timestamp\" : 1768478400 }\n{\"timestamp\":1,\"timestamp\":2}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		events, rep := readLines(t, content)
		lines := bytes.Count(content, []byte("\n"))
		if len(content) > 0 && content[len(content)-1] != '\n' {
			lines++
		}
		if int(rep.Lines)+int(rep.Blank) != lines || rep.Unpacked != int64(len(content)) {
			t.Fatalf("%d lines, %+v", lines, rep)
		}
		n := uint64(0)
		for line := range strings.Lines(events) {
			n++
			if e, err := event.Decode([]byte(line)); err != nil || e.Sequence != n || e.Type == "" || !json.Valid([]byte(line)) {
				t.Fatalf("%s: %v", line, err)
			}
		}
		if n != rep.Lines {
			t.Fatalf("%d events, %+v", n, rep)
		}
	})
}
