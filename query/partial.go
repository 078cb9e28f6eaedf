package query

import (
	"strconv"
	"time"
)

// part is the events of one block that share a value.
type part struct {
	key         string // the value as JSON
	count       uint64
	first, last moment
	of          []Summary
	told        bool // by the index: nothing is known but the count
	line        int  // where the line of the last begins
}

// moment is when an event happened: its stored sequence and timestamp.
type moment struct{ sequence, at span }

// partial is what was counted in one block. While it is counted the places in it are in the
// block's buffer, and then in stored: it refers to nothing of the block.
type partial struct {
	stored          []byte
	parts           []part
	events, missing uint64
	long            uint64 // whose value is too long to be told apart
	earliest        span   // timestamps in our form
	latest          span
	other           timeRange // of timestamps in any other form
	report          Report

	// Of the lines for an index (see keeper):
	first, last uint64 // sequences
	disorder    bool   // times run backwards
	odd         bool   // a line is not as a writer of ours makes it
	sum         uint32 // CRC-32C of the bytes
	offset      int64  // of the first one in the log
	length      int64  // in bytes
	ended       bool   // the last one has its line end
}

// detach makes the places of what was counted those of a copy.
func (p *partial) detach(b []byte) {
	p.earliest, p.latest = p.hold(b, p.earliest), p.hold(b, p.latest)
	for i := range p.parts {
		at := &p.parts[i]
		at.first, at.last = p.holdMoment(b, at.first), p.holdMoment(b, at.last)
	}
}

// maxHeld is the length up to which a value is held as it is stored; a longer one, which a
// time or a number may have, would make copies of blocks.
const maxHeld = 64

// hold copies a time of ours.
func (p *partial) hold(b []byte, v span) span {
	if !v.found() {
		return v
	}
	from := len(p.stored)
	p.stored = append(p.stored, valueIn(b, v)...)
	return span{from, len(p.stored)}
}

// holdMoment copies the sequence and the time of a moment, or what they say.
func (p *partial) holdMoment(b []byte, m moment) moment {
	if max(m.sequence.hi-m.sequence.lo, m.at.hi-m.at.lo) <= maxHeld {
		return moment{p.hold(b, m.sequence), p.hold(b, m.at)}
	}
	sequence, at := m.read(b)
	from := len(p.stored)
	p.stored = strconv.AppendUint(p.stored, sequence, 10)
	m.sequence, from = span{from, len(p.stored)}, len(p.stored)
	p.stored = at.AppendFormat(p.stored, `"`+time.RFC3339Nano+`"`)
	m.at = span{from, len(p.stored)}
	return m
}

// span widens the time from the earliest to the latest event by a value in b. ours are
// times whose order is that of their bytes.
func (p *partial) span(b []byte, v span, ours bool) {
	stored := valueIn(b, v)
	switch {
	case !ours:
		p.other.add(timeOf(stored))
	case !p.latest.found():
		p.earliest, p.latest = v, v
	case string(stored) >= string(valueIn(b, p.latest)):
		p.latest = v
	case string(stored) < string(valueIn(b, p.earliest)):
		p.earliest = v
	}
}
