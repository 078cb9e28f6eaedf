package compare

import (
	"encoding/json"

	"example.org/runshelf/event"
)

// Checker compares a stored log with events that come one by one, as a replay
// makes them. It stops reading where they part. It is used from one goroutine.
type Checker struct {
	pair  *pair
	lost  uint64 // events that the log says it has lost, and are yet to come
	first *Divergence
}

// gapType is the type of the event that stands for lost ones.
const gapType = "log_gap"

// NewChecker reads the log, which is A. Close must be called.
func NewChecker(log *Log, o Options) (*Checker, error) {
	r, err := o.rules()
	if err != nil {
		return nil, err
	}
	p := newPair(log, log, &o, r)
	p.filter()
	p.a.begin(start{}, 1, func() func(*batch) { return newLooker(r, nil).batch })
	return &Checker{pair: p}, nil
}

// Close ends reading the log, which stays open.
func (c *Checker) Close() { c.pair.a.stop() }

// Next compares the next event of the log with line, which is B. It returns the
// divergence when they differ, and then always this one. ended reports that the
// log has no more events, which is no divergence by itself. An event that the log
// has lost is like any other.
func (c *Checker) Next(line []byte) (d *Divergence, ended bool, err error) {
	if c.first != nil {
		return c.first, false, nil
	}
	if c.lost > 0 {
		c.lost--
		return nil, false, nil
	}
	a := c.pair.a.next()
	if a == nil {
		return nil, true, c.pair.a.err
	}
	text := c.pair.a.batch.text(a)
	if a.typ == gapType && c.gap(value(text)) {
		c.pair.a.pass(a, a.typ)
		return c.Next(line)
	}
	if c.pair.names == nil && follows(line, text, c.pair.a.batch.volatile(a)) || c.pair.equalValues(value(text), value(line)) {
		c.pair.a.pass(a, a.typ)
		return nil, false, nil
	}
	return c.part(a, line)
}

// gap takes note of how many events are missing. An event that does not say so is
// no gap.
func (c *Checker) gap(e event.Object) bool {
	if _, captured := e.Get("stream"); captured {
		return false // a program has printed it
	}
	dropped, _ := e.Get("dropped")
	n, ok := dropped.(json.Number)
	if !ok {
		return false
	}
	count, err := n.Int64()
	if err != nil || count <= 0 {
		return false
	}
	c.lost = uint64(count)
	return true
}

// part describes the divergence.
func (c *Checker) part(a *line, line []byte) (*Divergence, bool, error) {
	d := &Divergence{Index: int64(c.pair.a.tally.events) + 1, A: c.pair.a.event(a)}
	if line != nil {
		stored := append([]byte(nil), line...)
		d.B = &Event{Place: Place{Index: d.Index, Line: d.Index}, Stored: stored, Value: value(stored)}
		d.Fields = c.pair.fieldsOf(d.A.Value, d.B.Value)
	}
	if err := c.pair.before(d); err != nil {
		return nil, false, err
	}
	var err error
	d.AfterA, err = c.pair.after(c.pair.a, d.A)
	c.first = d
	return d, false, err
}

// Finish says that no more events come. What the log has left is a divergence.
func (c *Checker) Finish() (*Divergence, error) {
	if c.first != nil {
		return c.first, nil
	}
	a := c.pair.a.next()
	if a == nil {
		return nil, c.pair.a.err
	}
	d, _, err := c.part(a, nil)
	return d, err
}

// Equal is the number of stored events found equal so far.
func (c *Checker) Equal() int64 { return int64(c.pair.a.tally.events) }
