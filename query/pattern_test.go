package query

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
	"example.org/runshelf/query/internal/vector"
	"pgregory.net/rapid"
)

// readLine is what a line reader tells of a line.
type readLine struct {
	lo, hi, at int
	number     int64
	broken     bool
	values     string
}

// readAll reads a text as one block, with one unit.
func readAll(u processor.Unit, log string, keys []string) (lines []readLine, report Report, known int) {
	r := newLineReader(newSkimmer(keys), nil, u)
	b := &block{buf: append([]byte(log), make([]byte, behind)...), end: len(log), long: -1, ended: strings.HasSuffix(log, "\n")}
	for r.begin(b); r.next(); {
		l := readLine{lo: r.lo, hi: r.hi, at: r.at, number: r.number, broken: r.broken}
		if !r.broken {
			l.values = fmt.Sprint(r.skim.values, r.skim.lo, r.skim.hi)
		}
		lines = append(lines, l)
	}
	if r.known != nil {
		known = len(r.known.all)
	}
	return lines, r.report, known
}

// sameLines reads a text with every unit.
func sameLines(t interface{ Fatalf(string, ...any) }, log string, keys []string) {
	want, wantReport, _ := readAll(processor.Portable, log, keys)
	for _, u := range processor.Here() {
		got, report, _ := readAll(u, log, keys)
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%v: line %d of %q is\n%+v, not\n%+v", u, i, log, got[i], want[i])
			}
		}
		if len(got) != len(want) || fmt.Sprint(report) != fmt.Sprint(wantReport) {
			t.Fatalf("%v: %d lines, want %d; %+v, want %+v", u, len(got), len(want), report, wantReport)
		}
	}
}

// TestPatternsChangeNothing reads lines that are alike, and others, in any order.
func TestPatternsChangeNothing(t *testing.T) {
	value := rapid.SampledFrom([]string{
		`"x"`, `""`, `"a\"b"`, `"\u0041"`, `"\u004"`, `"\x"`, `"`, "\"\t\"", "\"\xff\"", `1`, `0`, `-1`, `-`, `-0`, `01`, `-01`, `00`, `10`, `1.5`, `0.05`, `1.`, `.5`, `1e5`, `1E-05`, `1e+`,
		`true`, `tru`, `null`, `{}`, `{"b":1}`, `{"b":"c"}`, `[]`, `[1,2]`, `[-1]`, `["x","y"]`, `"` + strings.Repeat("long ", 40) + `"`, strings.Repeat("9", 130), ``, ` 5`, `5 `, `"a" `, ` "a"`, `"a" "b"`,
	})
	line := rapid.Custom(func(t *rapid.T) string {
		shape := rapid.SampledFrom([]string{
			`{"event_type":%s,"a":%s,"b":%s}`, `{"event_type": %s, "a": %s, "b": %s}`, `{"a":%s,"event_type":%s,"a":%s}`, `{"a":%s,"event\u005ftype":%s,"b":%s} ` + "\r", `{"x":{"event_type":%s,"a":%s},"a":%s}`,
			` {"a":%s,"b":%s,"event_type":%s}`, `{"n":%s,"m":"x","o":-2.5,"p":%s,"event_type":%s}`, `{"n":12,"m":"x","o":2.5,"p":%s,"b":%s,"a": %s } `, `{"event_type":%s,"a" :%s,"12":%s}`, `%s%s%s`, "\x00" + `{"a":%s,"b":%s,"c":%s}`, `{"a":[%s,%s],"event_type":%s}`, `{"event_type":%s,"a":%s,"b":%s`,
		}).Draw(t, "shape")
		return fmt.Sprintf(shape, value.Draw(t, "1"), value.Draw(t, "2"), value.Draw(t, "3"))
	})
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(line, 0, 60).Draw(rt, "lines")
		lines = append(lines, lines...)
		sameLines(rt, strings.Join(lines, "\n")+rapid.SampledFrom([]string{"", "\n", "\r\n"}).Draw(rt, "end"), skimKeys)
	})
	sameLines(t, strings.Join(slices.Concat(oddLines(), oddLines()), "\n"), skimKeys)
}

// TestPatternsAreUsed shows that lines like those before are read by their patterns, or
// the test above would test nothing.
func TestPatternsAreUsed(t *testing.T) {
	for _, u := range processor.Here()[1:] {
		p, s := newPatterns(u), newSkimmer([]string{"a", "c"})
		var log []byte
		for i := range 500 {
			log = fmt.Appendf(log, `{"n":%d,"o":{"p":"%s"},"a":"x\n%d","l":[%d],"c":-%d.5,"d":1}`+"\r\n", i, strings.Repeat("é", i%80), i, i, i)
		}
		end, quick := len(log), 0
		log = append(log, make([]byte, behind)...)
		for at := 0; at < end; {
			next := at + bytes.IndexByte(log[at:], '\n') + 1
			objectEnd, after, ok := p.read(log, at, end, s.values)
			switch {
			case ok && (after != next || objectEnd != next-2):
				t.Fatalf("%v: from %d to %d, %d, not %d", u, at, objectEnd, after, next)
			case ok:
				quick++
			case !s.exact(log, at, next-2):
				t.Fatalf("%v: the line at %d is refused", u, at)
			default:
				p.learn(log, at, next-2, s.values)
			}
			line := log[at : next-2]
			if want, ok := judge(line, "c"); !ok || string(valueIn(log, s.values[1])) != string(want) {
				t.Fatalf("%v: c is %s in %s", u, valueIn(log, s.values[1]), line)
			}
			at = next
		}
		if quick != 499 {
			t.Errorf("%v: %d of 499 lines were read by their patterns", u, quick)
		}
	}
}

// TestPatternsAreBounded meets a log with ever new keys.
func TestPatternsAreBounded(t *testing.T) {
	var log strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&log, "{\"event_type\":\"x\",\"key_%d\":%d}\n", i/2, i)
	}
	for _, u := range processor.Here()[1:] {
		if lines, _, known := readAll(u, log.String(), skimKeys); len(lines) != 20_000 || known == 0 || known > vector.MaxForms {
			t.Errorf("%v: %d lines, %d patterns", u, len(lines), known)
		}
	}
}

// FuzzPatterns reads any text twice over, so that all patterns in it are met.
func FuzzPatterns(f *testing.F) {
	f.Add([]byte(sample(3)))
	f.Add([]byte("{\"event_type\":\"a\",\"a\":-12.5e3,\"b\":\"\\\"\\u0041\"}\r\n{\"a\": 01}\n\x00\n"))
	f.Fuzz(func(t *testing.T, log []byte) {
		sameLines(t, string(log)+"\n"+string(log), skimKeys)
	})
}

// TestPatternsForgetWhatWasMissed has a line that was not looked up begin where a line
// began that was missed in an earlier block: it must not be learnt by what was stripped since.
func TestPatternsForgetWhatWasMissed(t *testing.T) {
	const near, far = 64, 100
	known := `{"sequence":1,"event_type":"tick","pad":"` + strings.Repeat("x", 200) + `"}`
	value := span{len(`{"sequence":1,"event_type":`), len(`{"sequence":1,"event_type":"tick"`)}
	for _, unit := range processor.Here()[1:] {
		p := newPatterns(unit)
		read := func(line string, at int) bool {
			text := append([]byte(strings.Repeat(" ", at)+line+"\n"), make([]byte, behind)...)
			p.begin()
			_, _, ok := p.read(text, at, at+len(line)+1, make([]span, 1))
			if p.missed != nil && line == known {
				p.learn(text, at, at+len(line), []span{{at + value.lo, at + value.hi}})
			}
			return ok
		}
		if read(known, far) || read(`{"another":1}`, near) || !read(known, far) {
			t.Fatalf("%v: what was learnt is not known, or something else is", unit)
		}
		p.begin()
		text := append([]byte(strings.Repeat(" ", near)+known+"\n"), make([]byte, behind)...)
		if p.learn(text, near, near+20, []span{{near + 1, near + 11}}); len(p.all) != 1 {
			t.Errorf("%v: learnt as %q", unit, p.all[1].Text)
		}
	}
}
