package query

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/query/internal/vector"
)

func TestZZMicro(t *testing.T) {
	m := func(what string, fn func()) {
		best := time.Hour
		for range 200 {
			at := time.Now()
			fn()
			best = min(best, time.Since(at))
		}
		fmt.Printf("%s: %.2f ns\n", what, float64(best)/10000)
	}
	b := []byte(strings.Repeat("abcdefghij", 13))
	s := string(b)
	n := 0
	u := vector.Best()
	m("same", func() {
		for range 10000 {
			if u.Same(b, s) {
				n++
			}
		}
	})
	m("memequal", func() {
		for range 10000 {
			if string(b) == s {
				n++
			}
		}
	})
	p := newPatterns(u)
	p.table[p.place(b)] = &pattern{text: s}
	m("find", func() {
		for range 10000 {
			if p.find(b) != nil {
				n++
			}
		}
	})
	m("place", func() {
		for range 10000 {
			n += int(p.place(b))
		}
	})
	line := []byte(`{"timestamp":"2026-01-15T12:00:00.000001Z","sequence":123456,"event_type":"resource_spent","tick":0,"principal":"agent_12","resource":"compute","amount":8,"balance_after":282281}` + "\n" + strings.Repeat("\x00", 1000))
	at := span{13, 42}
	var c clock
	c.isTime(valueIn(line, at))
	c.set(valueIn(line, at))
	m("ticks", func() {
		for range 10000 {
			if c.ticks(valueIn(line, at)) {
				n++
			}
		}
	})
	m("sequence", func() {
		for range 10000 {
			n += int(sequenceAt(line, span{54, 60}))
		}
	})
	m("short", func() {
		for range 10000 {
			_, k := shortAt(line, span{74, 90})
			n += int(k)
		}
	})
	keys := []string{"event_type", "sequence", "timestamp"}
	r := newLineReader(newSkimmer(keys), nil, u)
	blk := &block{buf: line, end: strings.IndexByte(string(line), '\n') + 1, long: -1, ended: true}
	r.begin(blk)
	r.next()
	r.begin(blk)
	if !r.next() || r.known.count != 1 {
		t.Fatal(r.known.count)
	}
	found := r.known.find(r.known.left.Kept[:r.known.left.Ends[0].Kept+1])
	m("fill", func() {
		for range 10000 {
			r.known.fill(found, 0, r.skim.values)
		}
	})
	fmt.Println(n, found != nil)
}
