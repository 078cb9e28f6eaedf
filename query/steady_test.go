package query

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/processor"
	"pgregory.net/rapid"
)

// countedBy counts a log, cut into blocks of a size, by a field, and tells everything that
// was counted: the answer, and what an index would say of each block.
func countedBy(u processor.Unit, log, by string, each int64) string {
	f := Filter{unit: &u}
	blocks := newBlocks(strings.NewReader(log), int64(len(log)))
	blocks.each, blocks.workers = each, 1
	c, t := newCounter(by, nil, f), newTally(by, nil)
	c.looks = by == event.KeyType
	var told strings.Builder
	_ = inTurns(blocks, func() func(*block, *partial) *partial { return c.block }, func(p *partial) error {
		if p.length > 0 && c.looks {
			x, ok := p.indexed(nil)
			fmt.Fprintln(&told, x, ok)
		}
		return t.deliver(p)
	})
	counts := t.counts()
	fmt.Fprintf(&told, "%+v %+v", *counts, t.report)
	return told.String()
}

// TestSteadyCountsAreThoseOfAllLines counts logs whose lines are nearly as a writer of ours
// makes them, in every way that this processor has.
func TestSteadyCountsAreThoseOfAllLines(t *testing.T) {
	kinds := rapid.SampledFrom([]string{`"a"`, `""`, `"tick"`, `"transfer"`, `"resource_spent"`, `"resource_consumed"`, `"twenty_four_with_quotes"`, `"longer_than_twenty_four_bytes"`, `"é"`, `"a\"b"`, `"\u0061"`, `7`, `77`, `null`, `["a"]`, `{"a":"b"}`})
	forms := rapid.SampledFrom([]string{
		`{"timestamp":"%[1]s","sequence":%[2]s,"event_type":%[3]s,"tick":%[4]d}`,
		`{"timestamp":"%[1]s","sequence":%[2]s,"event_type":%[3]s,"tick":%[4]d,"by":"agent_%[4]d"}`,
		`{"timestamp": "%[1]s", "sequence": %[2]s, "event_type": %[3]s, "tick": %[4]d}`,
		`{"timestamp":"%[1]s","sequence":%[2]s,"tick":%[4]d,"x":"y%[4]d","z":[%[4]d],"event_type":%[3]s}`,
		`{"timestamp":"%[1]s","sequence":%[2]s,"n":%[4]d,"m":%[4]d,"x":"%[3]q","event_type": %[3]s }`,
		`{"timestamp":"%[1]s","sequence":%[2]s,"cause":%[4]d,"event_type":%[3]s}`,
		`{"sequence":%[2]s,"timestamp":"%[1]s","event_type":%[3]s}`,
		`{"event_type":%[3]s,"timestamp":"%[1]s","sequence":%[2]s,"tick":%[4]d}`,
		`{"timestamp":"%[1]s","sequence":%[2]s,"event_type":"a","event_type":%[3]s}`,
		`{"timestamp":"%[1]s","sequence":%[2]s.5,"event_type":%[3]s}`,
		`{"timestamp":"%[1]s+","sequence":%[2]s,"event_type":%[3]s}`,
		`{"timestamp":"%[1]s","sequence":"%[2]s","event_type":%[3]s}`,
		`{"timestamp":"%[1]s","event_type":%[3]s}`,
		`{"timestamp":"%[1]s","sequence":%[2]s,"event_type":%[3]s`,
	})
	rapid.Check(t, func(rt *rapid.T) {
		at := time.Date(2026, 1, 15, 12, 0, 0, 999_000_000, time.UTC)
		sequence := rapid.SampledFrom([]int64{1, 8, 95, 9_999_990, 99_999_990, 123_456_789_012}).Draw(rt, "first")
		// Few forms and types in one log, or no line would be like the one before.
		form := rapid.SampledFrom(rapid.SliceOfN(forms, 1, 3).Draw(rt, "forms"))
		kind := rapid.SampledFrom(rapid.SliceOfN(kinds, 1, 4).Draw(rt, "types"))
		step := rapid.SampledFrom([]int64{1, 1, 1, 1, 1, 1, 1, 1, 2, 0, -3, 85})
		micros := rapid.SampledFrom([]int{0, 1, 7, 7, 7, 7, 300, -5, 900_000})
		var log strings.Builder
		for range rapid.IntRange(1, 150).Draw(rt, "lines") {
			at, sequence = at.Add(time.Duration(micros.Draw(rt, "time"))*time.Microsecond), sequence+step.Draw(rt, "step")
			stamp := at.Format(event.TimeLayout)
			switch rapid.IntRange(0, 9).Draw(rt, "odd") {
			case 0: // what a sequence would look like at its place stands within the time
				stamp += fmt.Sprintf(" and so forth%d,", sequence)
			case 1:
				stamp = stamp[:24] + "9xZ"
			}
			fmt.Fprintf(&log, form.Draw(rt, "form")+"\n", stamp, fmt.Sprint(sequence), kind.Draw(rt, "type"), sequence%13)
		}
		each := rapid.Int64Range(500, 20_000).Draw(rt, "block")
		by := rapid.SampledFrom([]string{event.KeyType, event.KeyType, "by", "tick"}).Draw(rt, "by")
		want := countedBy(processor.Portable, log.String(), by, each)
		for _, u := range processor.Here() {
			if got := countedBy(u, log.String(), by, each); got != want {
				rt.Fatalf("%v:\n%s\nnot\n%s\nof\n%s", u, got, want, log.String())
			}
		}
	})
}

// FuzzSteady counts any text in every way that this processor has.
func FuzzSteady(f *testing.F) {
	line := func(i int, rest string) string {
		return fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:00.%06dZ","sequence":%d,"event_type":%s}`+"\n", 1000+i, 95+i, rest)
	}
	var log string
	for i := range 12 {
		log += line(i, []string{`"tick","n":-1.5`, `"transfer","text":"say \"hello\""`, `"resource_spent"`}[i%3])
	}
	f.Add([]byte(log), byte(0))
	f.Add([]byte(strings.ReplaceAll(log, `"event_type"`, `"by":"agent_1","event_type"`)), byte(1))
	f.Fuzz(func(t *testing.T, log []byte, how byte) {
		by := []string{event.KeyType, "by"}[how%2]
		text := string(log)
		for range how / 64 { // so that lines follow others of their kind
			text += text
		}
		want := countedBy(processor.Portable, text, by, 700)
		for _, u := range processor.Here() {
			if got := countedBy(u, text, by, 700); got != want {
				t.Fatalf("%v:\n%s\nnot\n%s\nof\n%q", u, got, want, text)
			}
		}
	})
}

// TestMostLinesAreSteady shows that lines as a writer of ours makes them are counted
// without a further look, or the test above would test nothing.
func TestMostLinesAreSteady(t *testing.T) {
	for _, form := range []string{
		`{"timestamp":"%s","sequence":%d,"event_type":"%s","tick":%d}`,
		`{"timestamp":"%s","sequence":%d,"tick":%[4]d,"by":"agent_%[4]d","event_type":"%[3]s"}`,
	} {
		var log []byte
		at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
		for i := range 1000 {
			log = fmt.Appendf(log, form+"\n", at.Add(time.Duration(i)*time.Microsecond).Format(event.TimeLayout), i+1, []string{"tick", "resource_spent", "transfer"}[i%3], i/10)
		}
		for _, u := range processor.Here()[1:] {
			b := &block{buf: append(log, make([]byte, behind)...), end: len(log), long: -1, ended: true}
			c := newCounter(event.KeyType, nil, Filter{unit: &u})
			looked := 0
			c.lines.begin(b)
			p := &partial{}
			for c.lines.at < b.end {
				before := p.events
				c.known(b, p)
				if looked += int(p.events - before); c.lines.at < b.end && c.lines.next() {
					c.count(b.buf, p)
					looked++
				}
			}
			if c.settle(b.buf, p); p.events != 1000 || looked > 20 {
				t.Errorf("%v: of %d lines %d were looked at: %s", u, p.events, looked, form)
			}
		}
	}
}
