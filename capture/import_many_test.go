package capture

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/runshelf"
)

// importAs is what an import makes of a text in a dialect, and what it reports; alone says
// that each line is looked at by itself.
func importAs(t interface{ Fatal(...any) }, text, dialect string, alone bool) (string, *importReader) {
	var out bytes.Buffer
	log, err := runshelf.NewStreamLogger(&out, runshelf.Options{MaxEventBytes: 20000})
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDetector(dialect)
	if err != nil {
		t.Fatal(err)
	}
	d.Zone = time.UTC
	r := newImportReader(log, d, &staged{changed: written})
	r.alone, r.patterns.credit = alone, mostPrice
	if err := r.readAll(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	report := r.finish()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String() + fmt.Sprintf("%+v", report), r
}

// sameAlone holds that lines become the same many at a time as one by one.
func sameAlone(t interface {
	Fatal(...any)
	Helper()
}, text, dialect string) *importReader {
	t.Helper()
	want, _ := importAs(t, text, dialect, true)
	got, r := importAs(t, text, dialect, false)
	if got != want {
		a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatal(fmt.Sprintf("dialect %q, event %d:\n got %s\nwant %s", dialect, i+1, a[i], b[i]))
			}
		}
		t.Fatal(fmt.Sprintf("dialect %q: %d events, not %d", dialect, len(a), len(b)))
	}
	return r
}

// Whether lines of an import follow a pattern, are of a known shape or neither, they become
// the same.
func TestImportManyObjects(t *testing.T) {
	followed := int64(0)
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		text := alike(rnd, 600)
		followed += sameAlone(t, text, "").patterns.followed
		sameAlone(t, text, oneOf(rnd, Dialects()))
	}
	if followed < 1000 {
		t.Errorf("%d lines followed a pattern", followed)
	}
}

// The same with the lines that the libraries write, whose times go on; those that tell
// theirs under the name of the envelope follow no pattern.
func TestImportManyOfDialects(t *testing.T) {
	files, _ := filepath.Glob("testdata/dialects/*.jsonl")
	if len(files) == 0 {
		t.Fatal("no dialects")
	}
	for _, name := range files {
		lines, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sameAlone(t, strings.Repeat(string(lines), 30), "")
	}
	var zap, own strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&zap, `{"level":"info","ts":%d.%03d,"msg":"step done","i":%d}`+"\n", 1768478400+i/7, i*i%1000, i)
		fmt.Fprintf(&own, `{"timestamp":"2026-01-15T12:%02d:%02d.%09dZ","sequence":%d,"event_type":"step of two","cause":%d,"i":%d}`+"\n", i/60%60, i%60, i*1500, i+1, i, i)
	}
	if n := sameAlone(t, zap.String(), "").patterns.followed; n < 2000 {
		t.Errorf("only %d of 3000 lines follow a pattern", n)
	}
	sameAlone(t, own.String(), "")
	sameAlone(t, own.String(), DialectZap)
}

// Lines of text become the same many at a time as one by one, between objects and what an
// import leaves out.
func TestImportManyLines(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"\n", "  \n", "\t{\"a\":1}\n", `{"time":"2026-01-15T12:00:00.5Z","msg":"m"}` + "\n", "{\"a\":\n", "\x00\n", "text\x00\n", "\x00text\n", "\ufeff{\"b\":2}\n", "\ufeff",
		"\r\n", "a\rb\n", "a\r\r\n", "\u00a0\n", "\v\n", "\xff\xfe\n", "é\n", "\"\\\x1b\u2028\n", "   indented\n", "no end", strings.Repeat("x", 100) + "\n",
		strings.Repeat("y", 30000) + "\n", strings.Repeat("\xff", 7000) + "\n", strings.Repeat("line of text\n", 40), strings.Repeat("crlf\r\n", 40),
		strings.Repeat(`{"time":"2026-01-15T12:00:01.25Z","x":1}`+"\n", 20),
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(rt, "pieces"), "")
		sameAlone(rt, text, rapid.SampledFrom([]string{"", "", DialectPlain, DialectRunshelf}).Draw(rt, "dialect"))
	})
	sameAlone(t, "\n\ufeff\ufeff{\"b\":2}\n\ufeff{\"b\":2}\n\ufeff\ufeff{\"b\":2}\n", "")
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, "line %d \"of\" many\n", i)
	}
	r := sameAlone(t, text.String(), "")
	if r.report.Text != 20_000 || r.pause.left > 0 {
		t.Errorf("report %+v, pause %+v", r.report, r.pause)
	}
}

// A line without a type does not take that of a line before it.
func TestImportTypeOfALineBefore(t *testing.T) {
	got := importText(t, "app.jsonl", `{"timestamp":"2026-01-15T12:00:00Z","sequence":1,"event_type":"two words","x":1}
{"timestamp":"2026-01-15T12:00:00Z","sequence":2,"x":2}
`, ImportOptions{Dialect: DialectRunshelf})
	wantEvents(t, got,
		`{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":1,"event_type":"two words","x":1}`,
		`{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":2,"event_type":"log","x":2}`,
	)
}
