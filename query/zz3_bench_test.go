package query

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestZZParts(t *testing.T) {
	f, err := os.Open("/tmp/scanwork/logs/third/events.jsonl")
	if err != nil {
		t.Skip()
	}
	log := make([]byte, 6<<20)
	f.Read(log)
	f.Close()
	log = log[:bytes.LastIndexByte(log, '\n')+1]
	lines := bytes.Count(log, []byte{'\n'})
	measure := func(what string, fn func(b *block)) {
		var bests []time.Duration
		for range 40 {
			blocks := newBlocks(bytes.NewReader(log), int64(len(log)))
			var b block
			for k := range blocks.count() {
				blocks.read(k, &b)
				at := time.Now()
				fn(&b)
				d := time.Since(at)
				if int(k) == len(bests) {
					bests = append(bests, d)
				}
				bests[k] = min(bests[k], d)
			}
		}
		var best time.Duration
		for _, d := range bests {
			best += d
		}
		fmt.Printf("%s: %.1f ns/line\n", what, float64(best)/float64(lines))
	}
	c := newCounter("event_type", nil, Filter{})
	p := &partial{}
	begin := func(b *block) {
		*p = partial{parts: p.parts[:0]}
		clear(c.places)
		clear(c.recent[:])
		c.lines.begin(b)
	}
	measure("lines", func(b *block) {
		begin(b)
		for c.lines.next() {
		}
	})
	measure("+match", func(b *block) {
		begin(b)
		for c.lines.next() {
			if !c.lines.broken && c.matcher.match(b.buf) {
				p.events++
			}
		}
	})
	measure("+get", func(b *block) {
		begin(b)
		for c.lines.next() {
			if !c.lines.broken && c.matcher.match(b.buf) {
				stored := c.by.get(b.buf, c.matcher.skim.values)
				p.events += uint64(len(stored))
			}
		}
	})
	measure("+part", func(b *block) {
		begin(b)
		for c.lines.next() {
			if !c.lines.broken && c.matcher.match(b.buf) {
				stored := c.by.get(b.buf, c.matcher.skim.values)
				at := &p.parts[c.part(stored, moment{}, p)]
				at.count++
			}
		}
	})
	measure("get+ticks", func(b *block) {
		begin(b)
		for c.lines.next() {
			if !c.lines.broken && c.matcher.match(b.buf) {
				stored := c.by.get(b.buf, c.matcher.skim.values)
				p.events += uint64(len(stored))
				stamp := valueIn(b.buf, c.matcher.skim.values[c.time])
				if !c.clock.ticks(stamp) {
					c.clock.isTime(stamp)
					c.clock.set(stamp)
				}
			}
		}
	})
	measure("all", func(b *block) { c.block(b, p) })
}
