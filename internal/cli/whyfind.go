package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// causeStory is what led to an event and what it led to.
type causeStory struct {
	asked  uint64
	chain  []event.Event  // the event that was asked about, its cause, the cause of that …
	stored []event.Object // the same as whole objects
	// missing is the cause of the last of them when it is not in the log, or does
	// not come before what it is said to have caused; 0 when nothing is missing.
	missing uint64

	effects       []event.Event
	effectsStored []event.Object
	leftOut       int64 // consequences beyond the limit
}

// maxEffects bounds the consequences that are known by number, and so the memory
// for them. What only those beyond it led to is not found.
const maxEffects = 1_000_000

// causeFinder finds events of a run by their sequence. In a sound log it needs a
// few reads for each, whatever its length, since sequences rise.
type causeFinder struct {
	run    *shelf.Run
	events *shelf.Events
	buf    []byte
}

func openFinder(run *shelf.Run) (*causeFinder, error) {
	events, err := run.OpenEvents()
	if err != nil {
		return nil, err
	}
	return &causeFinder{run: run, events: events}, nil
}

func (f *causeFinder) close() { _ = f.events.Close() } // nothing was written

// chain follows the causes of an event. Without such an event the chain is empty.
func (f *causeFinder) chain(seq uint64) (*causeStory, error) {
	s := &causeStory{asked: seq}
	for {
		e, stored, err := f.find(seq)
		if err != nil {
			return nil, err
		}
		if stored == nil {
			if len(s.chain) > 0 {
				s.missing = seq
			}
			return s, nil
		}
		s.chain, s.stored = append(s.chain, e), append(s.stored, stored)
		if e.Cause == 0 {
			return s, nil
		}
		if e.Cause >= e.Sequence {
			s.missing = e.Cause
			return s, nil
		}
		seq = e.Cause
	}
}

// find returns the event with a sequence; stored is nil when there is none. Where
// halving does not find it, all lines are read: the log may be out of order.
func (f *causeFinder) find(seq uint64) (e event.Event, stored event.Object, err error) {
	e, stored, err = f.search(seq)
	if err != nil || stored != nil {
		return e, stored, err
	}
	_, err = query.Scan(f.run, query.Filter{From: seq, To: seq}, func(l *query.Line) error {
		if e, err = l.Decode(); err != nil {
			return err
		}
		stored, err = decodeObject(l.Bytes)
		return errors.Join(err, query.ErrStop)
	})
	return e, stored, err
}

// searchStep is the part of the log that is read through rather than halved.
const searchStep = 64 << 10

// search halves the log until the event is near, and reads through the rest.
func (f *causeFinder) search(seq uint64) (e event.Event, stored event.Object, err error) {
	low, high := int64(0), f.events.Size()
	for high-low > searchStep {
		middle := low + (high-low)/2
		at, found, err := f.firstEvent(middle, high)
		if err != nil {
			return event.Event{}, nil, err
		}
		if at < 0 || found.Sequence > seq {
			high = middle
		} else {
			low = at
		}
	}
	for low >= 0 && low <= high {
		line, next, err := f.lineAt(low)
		if err != nil {
			return event.Event{}, nil, noEnd(err)
		}
		if e, err := event.Decode(line); err == nil && e.Sequence == seq {
			stored, err := decodeObject(line)
			return e, stored, err
		}
		low = next
	}
	return event.Event{}, nil, nil
}

// firstEvent returns the first whole event that begins behind offset and before
// end or at it, and where it begins; -1 when there is none.
func (f *causeFinder) firstEvent(offset, end int64) (int64, event.Event, error) {
	_, at, err := f.lineEnd(offset) // of the line that offset is in
	for err == nil && at <= end {
		var line []byte
		var next int64
		if line, next, err = f.lineAt(at); err != nil {
			break
		}
		if e, err := event.Decode(line); err == nil && e.Sequence != 0 {
			return at, e, nil
		}
		at = next
	}
	return -1, event.Event{}, noEnd(err)
}

// noEnd takes the end of the log for no error.
func noEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// lineAt reads from offset to the end of the line, and returns where the next one
// begins. Behind the last line it returns io.EOF.
func (f *causeFinder) lineAt(offset int64) (line []byte, next int64, err error) {
	if offset >= f.events.Size() {
		return nil, offset, io.EOF
	}
	end, next, err := f.lineEnd(offset)
	if err != nil {
		return nil, 0, err
	}
	if end-offset > query.MaxLine {
		return nil, offset, fmt.Errorf("the line at byte %d is longer than any event", offset)
	}
	line = make([]byte, end-offset)
	n, err := f.events.ReadAt(line, offset)
	if n < len(line) {
		return nil, 0, query.ReadError(f.events, offset, err)
	}
	if next > end {
		line = bytes.Trim(line, "\x00 \t\r")
	}
	return line, next, nil
}

// lineEnd is where the line ends that goes on at offset, and where the next one begins.
func (f *causeFinder) lineEnd(offset int64) (end, next int64, err error) {
	for size := 4 << 10; offset < f.events.Size(); size = searchStep {
		f.buf = slices.Grow(f.buf[:0], size)[:size]
		n, err := f.events.ReadAt(f.buf, offset)
		if i := bytes.IndexByte(f.buf[:n], '\n'); i >= 0 {
			offset += int64(i)
			return offset, offset + 1, nil
		}
		offset += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return offset, offset, nil
}

// consequences adds the events that state the one asked about, or one of its
// consequences, as their cause.
func (f *causeFinder) consequences(s *causeStory, limit int) error {
	reached := map[uint64]bool{s.asked: true}
	_, err := query.Scan(f.run, query.Filter{}, func(l *query.Line) error {
		if !mayHaveCause(l.Bytes) {
			return nil
		}
		e, err := l.Decode()
		if err != nil || e.Cause == 0 || !reached[e.Cause] || e.Cause >= e.Sequence || reached[e.Sequence] {
			return nil // a line that is no event is passed over
		}
		if len(reached) < maxEffects {
			reached[e.Sequence] = true
		}
		if len(s.effects) >= limit {
			s.leftOut++
			return nil
		}
		stored, err := decodeObject(l.Bytes)
		s.effects, s.effectsStored = append(s.effects, e), append(s.effectsStored, stored)
		return err
	})
	return err
}

// mayHaveCause tells quickly that most events of a log without causes have none.
func mayHaveCause(line []byte) bool {
	return bytes.Contains(line, []byte(`"cause"`)) || bytes.IndexByte(line, '\\') >= 0
}
