package compare

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/shelf"
)

// someText is the inside of a string with parts that differ from run to run, spelt with
// escapes and without.
func someText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(pickOf(r, "12:00:0", "at 2026-11-27 16:22:3", "took ", "in 1", "0x7f58e52c477", "é", `\u00e9`, `\"`, `\\`, `\n`,
			`\ud83d\ude00`, "😀", `\ud83d`, "\xff", "\xc3", "step ", "1", "2", "Nov 27 16:22:3", " ms", "5µs", `5\u00b5s`, " "))
		b.WriteString(pickOf(r, "1", "2", " ", ""))
	}
	return b.String()
}

// someTextLine is a line with texts in all kinds of places.
func someTextLine(r *rand.Rand) string {
	var members []string
	for range 1 + r.IntN(4) {
		key := pickOf(r, "text", "text", "msg", "a", "timestamp", "sequence", "dur", `t\u0065xt`, "event_type")
		value := `"` + someText(r) + `"`
		switch r.IntN(8) {
		case 0:
			value = `["` + someText(r) + `",{"text":"` + someText(r) + `"},[ "` + someText(r) + `"]]`
		case 1:
			value = `{"text":"` + someText(r) + `","dur":` + pickOf(r, "1", "2") + `}`
		case 2:
			value = pickOf(r, "1", "2", "1.0", "null", "{}")
		}
		members = append(members, fmt.Sprintf(`"%s"%s:%s%s`, key, pickOf(r, "", " "), pickOf(r, "", " "), value))
	}
	return "{" + strings.Join(members, pickOf(r, ",", " , ")) + "}"
}

// varied is a line with some of its digits changed, or spelt otherwise.
func varied(r *rand.Rand, line string) string {
	b := []byte(line)
	for range r.IntN(5) {
		i := r.IntN(len(b))
		if isDigit(b[i]) && b[i] != '0' && (i == 0 || b[i-1] != 'u' && b[i-1] != '0' && b[i-1] != 'd') {
			b[i] = '1' + b[i]%2
		}
	}
	if r.IntN(6) == 0 {
		return strings.Replace(string(b), "é", `\u00e9`, 1)
	}
	return string(b)
}

// What is found quickly of two lines with parts of texts set aside is what decoding them
// finds: lines that are alike are equal, and digests are those of the values.
func TestTextPlacesAgree(t *testing.T) {
	sets := [][]string{
		{"text~time"}, {".text~time+number"}, {"text~duration", "text~time", "msg~number"}, {`text~/took (\d+)/`, "text~time"}, {"m*~time", "text~address"},
		{"a.text~time"}, {`["text"]~number`}, {"text~number", "dur"}, {"text~time", "text[0]"}, {"timestamp~time", "text~number"},
	}
	var same, differ, found int
	for seed := range uint64(3_000) {
		r := rand.New(rand.NewPCG(seed, 11))
		o := Options{Ignore: sets[r.IntN(len(sets))], Strict: r.IntN(4) == 0}
		rules, err := o.rules()
		if err != nil {
			t.Fatal(err)
		}
		lines := [2]string{someTextLine(r)}
		lines[1] = varied(r, lines[0])
		log := batch{buf: []byte(strings.Join(lines[:], "\n") + "\n" + strings.Repeat("\x00", 64))[:len(lines[0])+len(lines[1])+2]}
		log.cut()
		k, d := newLooker(rules, nil), newDigester(rules, maphash.MakeSeed())
		var places [2][]span
		for i := range log.lines {
			if k.line(&log, &log.lines[i]); log.lines[i].kind != lineEvent {
				t.Fatalf("seed %d: %s is no event", seed, lines[i])
			}
			places[i] = slices.Clone(k.places(&log, &log.lines[i]))
			d.path = d.path[:0]
			if want := d.value(value([]byte(lines[i]))); d.line([]byte(lines[i])) != want {
				t.Fatalf("seed %d: walked and decoded digests differ by %v:\n%s", seed, o, lines[i])
			}
		}
		quick := alike([]byte(lines[0]), places[0], []byte(lines[1]), places[1])
		want := rules.equal(value([]byte(lines[0])), value([]byte(lines[1])))
		switch {
		case quick && !want:
			t.Fatalf("seed %d: alike and not equal by %v:\n%s\n%s", seed, o, lines[0], lines[1])
		case !want:
			differ++
		case lines[0] != lines[1]:
			if same++; quick {
				found++
			}
		}
		if sums := d.line([]byte(lines[0])) == d.line([]byte(lines[1])); sums != want {
			t.Fatalf("seed %d: digests say %t by %v:\n%s\n%s", seed, sums, o, lines[0], lines[1])
		}
	}
	if same < 150 || differ < 150 || found < same/5 {
		t.Errorf("%d are the same, %d of them quickly, and %d differ", same, found, differ)
	}
}

// A stream that neither log has is not looked for again, and one that only the end of a log
// has is found.
func TestStreamsMet(t *testing.T) {
	line := func(stream, text string) string {
		return fmt.Sprintf(`{"event_type":"x","stream":"%s","text":"%s"}`+"\n", stream, text)
	}
	long := strings.Repeat(line("stdout", "a"), 100)
	for _, tt := range []struct {
		a, b                    string
		equal, added, removed   int64
		changed, broken, events int64
	}{
		{long, long, 100, 0, 0, 0, 0, 100},
		{long, long + line("stderr", "b"), 100, 1, 0, 0, 0, 100},
		{long + line("odd", "b"), long, 100, 0, 1, 0, 0, 101},
		{long + "broken\n" + line("", "b"), long + line("other", "b"), 100, 0, 0, 1, 1, 101},
		{line("events", "b") + long, line("events", "c") + long, 100, 0, 0, 1, 0, 101},
		{"", line("events", "c"), 0, 1, 0, 0, 0, 0},
		{"broken\n", "", 0, 0, 0, 0, 1, 0},
	} {
		a, b := logOf("a", tt.a), logOf("b", tt.b)
		for _, log := range []*Log{a, b} {
			log.Run = &shelf.Run{Manifest: shelf.Manifest{Kind: kindExec}}
		}
		got, err := Events(a, b, Options{Ignore: []string{"text~time"}})
		if err != nil || got.Equal != tt.equal || got.Added != tt.added || got.Removed != tt.removed || got.Changed != tt.changed ||
			got.A.Broken != tt.broken || got.A.Events != tt.events {
			t.Errorf("%d and %d bytes: %+v, %v, want %+v", len(tt.a), len(tt.b), got, err, tt)
		}
	}
}
