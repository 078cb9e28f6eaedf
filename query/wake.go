package query

import (
	"bytes"
	"context"
)

// What runs between the wake-up and the event on the screen stands together, here and in
// the files that follow this one by name, and calls as little else as it can: after a
// while of waiting nothing of it is in the caches of the processor any more, and each page
// of the program that it touches costs about half a microsecond.

// await returns when it is time for another look at all of the run. Until then it hands
// out what comes, and asks for nothing besides: who follows sees it that much sooner, and
// whoever reads what we print has the processor.
func (t *trail) await(ctx context.Context) error {
	until, came := t.waker.until(), false
	for {
		whole, err := t.waker.wait(ctx, until)
		if err == nil && !whole && came {
			// The run is alive, and its file has told all of it.
			until, came = t.waker.later(), false
			continue
		}
		some, all := false, false
		if err == nil && whole {
			some, all, err = t.peek()
		}
		// What was told is taken when the events have been shown. What is told from here on
		// wakes us again, and what came before is there to be seen.
		if renamed := t.waker.take(); err != nil || !some || !all || renamed {
			return err
		}
		came = true
		if _, all, err = t.peek(); err != nil || !all {
			return err
		}
	}
}

// peekSize is how much is read at once when something was written.
const peekSize = 64 << 10

// peek hands out the whole lines that the file has by now. It reports whether there were
// some, and whether that is all there is; if not, another look at all of the run tells.
func (t *trail) peek() (some, all bool, err error) {
	n := t.read(t.peeked[:peekSize])
	*(*[pad]byte)(t.peeked[n:]) = [pad]byte{}
	if t.o.Through != nil {
		if lines := t.plainLines(n); lines > 0 {
			return t.passThrough(n, lines)
		}
	}
	end := n
	if n > 0 && t.peeked[n-1] != '\n' {
		end = bytes.LastIndexByte(t.peeked[:n], '\n') + 1
	}
	for at := 0; at < end; {
		if at, err = t.handOutAt(at); err != nil {
			return true, false, err
		}
	}
	some, all = end > 0, end == n && n < peekSize
	if some && all && t.o.CaughtUp != nil {
		err = t.o.CaughtUp()
	}
	return some, all, err
}

// plainLines returns how many lines were peeked, 0 unless all are whole and plain.
func (t *trail) plainLines(n int) (lines int) {
	for at := 0; at < n; lines++ {
		end := t.plain(at)
		if end < 0 {
			return 0
		}
		at = end + 1
	}
	return lines
}

// passThrough passes on so many lines as they are, before anything else is done.
func (t *trail) passThrough(n, lines int) (some, all bool, err error) {
	err = t.o.Through(t.peeked[:n])
	t.offset, t.number = t.offset+int64(n), t.number+int64(lines)
	t.report.Lines += int64(lines)
	t.report.Matched += int64(lines)
	all = n < peekSize
	if all && err == nil && t.o.CaughtUp != nil {
		err = t.o.CaughtUp()
	}
	return true, all && err == nil, err
}

// read reads from the end of the last line on what the file has.
func (t *trail) read(p []byte) int {
	if t.alone {
		if n := readAlone(t.fd, p, t.offset); n >= 0 {
			return n
		}
	}
	n, _ := t.events.Peek(p, t.offset)
	return n
}

// handOutAt hands out the line that begins at peeked[at], and returns where the next one
// begins.
func (t *trail) handOutAt(at int) (next int, err error) {
	end := t.plain(at)
	plain := end >= 0
	if !plain {
		end = at + bytes.IndexByte(t.peeked[at:], '\n')
	}
	raw := stored{bytes: t.peeked[at:end], offset: t.offset, number: t.number + 1, ended: true}
	t.offset, t.number = t.offset+int64(end-at)+1, raw.number
	if plain {
		return end + 1, t.passOn(raw)
	}
	return end + 1, t.take(raw)
}

// plain returns where the line ends that begins at peeked[at] if it is as most are: an
// event with nothing around it, and every event is wanted. Else it returns -1.
func (t *trail) plain(at int) int {
	if t.peeked[at] != '{' || !t.matcher.all {
		return -1
	}
	end := skipNested(t.peeked[:], at, 0)
	if end < 0 || t.peeked[end] != '\n' {
		return -1
	}
	return end
}

// passOn passes on a line that need not be judged any more.
func (s *sieve) passOn(raw stored) error {
	s.report.Lines++
	s.report.Matched++
	if l := &s.line; l.decoded || l.Broken {
		*l = Line{Bytes: raw.bytes, Offset: raw.offset, Number: raw.number}
	} else {
		l.Bytes, l.Offset, l.Number = raw.bytes, raw.offset, raw.number
	}
	return s.fn(&s.line)
}
