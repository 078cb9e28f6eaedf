package runshelftest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"example.org/runshelf/shelf"
)

// account sums up the events as they were read.
type account struct {
	count       uint64
	first, last uint64
	bytes       int64
	dropped     uint64
	byType      map[string]uint64
	timestamp   string // of the last event
	digest      hash.Hash
	blobs       map[string]bool // those that were looked at
}

func newAccount() account {
	return account{byType: map[string]uint64{}, digest: sha256.New(), blobs: map[string]bool{}}
}

func (a *account) sum() string { return hex.EncodeToString(a.digest.Sum(nil)) }

// events reads the whole log, with the tail of a killed run, and reports whether
// that could be done.
func (c *check) events() bool {
	c.log = newAccount()
	events, err := c.run.OpenEvents()
	if err != nil {
		c.fault(shelf.EventsFile, 0, "%v", err)
		return false
	}
	defer events.Close()
	in := bufio.NewReaderSize(io.NewSectionReader(events, 0, events.Size()), 256<<10)
	for number := int64(1); ; number++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			c.fault(shelf.EventsFile, number, "%v", err)
			return false
		}
		if len(line) == 0 {
			return true
		}
		c.line(number, line)
	}
}

// line judges one line, with its end.
func (c *check) line(number int64, line []byte) {
	content, ended := bytes.CutSuffix(line, []byte("\n"))
	if !ended {
		if c.ended() {
			c.fault(shelf.EventsFile, number, "the last line has no end")
		}
		return
	}
	c.log.bytes += int64(len(line))
	c.log.digest.Write(line)
	e, faults := parseLine(content)
	for _, f := range faults {
		c.fault(shelf.EventsFile, number, "%s", f)
	}
	if e != nil {
		c.place(number, e)
	}
}

// place judges an event by those before it.
func (c *check) place(number int64, e *envelope) {
	fault := func(format string, args ...any) { c.fault(shelf.EventsFile, number, format, args...) }
	a := &c.log
	next := a.last + 1
	switch {
	case e.gap != nil:
		c.gap(number, e, next)
	case e.sequence != next:
		fault("sequence is %d, not %d", e.sequence, next)
	}
	if e.timestamp < a.timestamp {
		fault("timestamp %s is before %s", e.timestamp, a.timestamp)
	}
	if e.hasCause && (e.cause == 0 || e.cause >= e.sequence) {
		fault("cause is %d, and the event is %d", e.cause, e.sequence)
	}
	if a.count == 0 {
		a.first = e.sequence
	}
	a.count++
	a.last, a.timestamp = e.sequence, e.timestamp
	a.byType[e.eventType]++
	for _, b := range e.blobs {
		c.blob(number, b)
	}
}

// gap judges a log_gap: it stands for the events from the next one to its own
// number.
func (c *check) gap(number int64, e *envelope, next uint64) {
	g := e.gap
	c.log.dropped += g.dropped
	if g.first != next || g.last != e.sequence || g.last < g.first || g.dropped != g.last-g.first+1 {
		c.fault(shelf.EventsFile, number, "a log_gap of %d events from %d to %d has sequence %d, where %d comes next",
			g.dropped, g.first, g.last, e.sequence, next)
	}
	if g.reason == "" {
		c.fault(shelf.EventsFile, number, "a log_gap has no reason")
	}
}
