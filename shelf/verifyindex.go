package shelf

import "hash/crc32"

// indexCheck compares a log with its index while it is read. It finds the places
// of changed bytes; whether there are any, the digest in the manifest says where
// there is one. An index that is not of this run has no line that holds, and then
// nothing is found.
type indexCheck struct {
	sum     *prefixSum
	walk    *indexWalk
	block   IndexBlock
	more    bool // block is yet to come to its end
	at      int64
	crc     uint32
	changed []span
	off     bool // the chain does not fit any more, as after any change
}

// newIndexCheck passes on to sum what is written to it. x may be nil.
func newIndexCheck(sum *prefixSum, x *Index) *indexCheck {
	c := &indexCheck{sum: sum}
	if x != nil {
		c.walk = x.walk(0, 0)
		c.block, c.more = c.walk.next()
	}
	return c
}

// Write implements io.Writer. It never fails.
func (c *indexCheck) Write(p []byte) (int, error) {
	rest := p
	for c.more && int64(len(rest)) >= c.block.End()-c.at {
		part := rest[:c.block.End()-c.at]
		c.take(part)
		c.judge()
		rest = rest[len(part):]
	}
	c.take(rest)
	return len(p), nil
}

func (c *indexCheck) take(p []byte) {
	_, _ = c.sum.Write(p) // never fails
	c.at += int64(len(p))
	if c.more {
		c.crc = crc32.Update(c.crc, castagnoli, p)
	}
}

// judge compares the block that has come to its end. Behind a changed block no
// chain fits, so only the first that does not is told.
func (c *indexCheck) judge() {
	b := &c.block
	fits := b.Chain == "" || c.off || c.sum.sum() == b.Chain
	if c.crc != b.CRC || !fits {
		c.note(span{offset: b.Offset, end: b.End()})
	}
	c.off = c.off || c.crc != b.CRC || !fits
	c.crc = 0
	c.block, c.more = c.walk.next()
}

// note adds a changed block. Those that follow each other are one range, and the
// last of very many ranges reaches to the last block.
func (c *indexCheck) note(s span) {
	n := len(c.changed)
	if n > 0 && (c.changed[n-1].end == s.offset || n == faultsKept) {
		c.changed[n-1].end = s.end
		return
	}
	c.changed = append(c.changed, s)
}

// changedFaults are the blocks of which the index says that they have changed, but
// for those in which another fault is known.
func (x *examination) changedFaults(known []Fault) []Fault {
	var faults []Fault
	for _, s := range x.survey.changed {
		if !anyWithin(known, s) {
			faults = append(faults, Fault{Kind: FaultChanged, File: EventsFile, Offset: s.offset, Length: s.length()})
		}
	}
	return faults
}

func anyWithin(faults []Fault, s span) bool {
	for _, f := range faults {
		if f.File == EventsFile && f.Offset < s.end && f.Offset+max(1, f.Length) > s.offset {
			return true
		}
	}
	return false
}
