package query

// maxBrokenAt bounds the places of damage that a report names.
const maxBrokenAt = 16

// Report says what a question met. Lines of nothing but blanks are not counted.
type Report struct {
	// Lines is the number of lines read, Matched that of those handed out,
	// Broken that of those that are no events, as far as Sought says.
	Lines, Matched, Broken int64
	// Sought reports that the filter looks for a text. Lines without it are passed over
	// unread, and Broken counts those lines only that hold it and so might have been
	// wanted, or that hold an escape \u00.., which might be a part of it; and in any case an
	// unfinished last line and one that is too long. That does not depend on how the lines
	// were read.
	Sought bool
	// BrokenAt are the offsets of the first broken lines in the file.
	BrokenAt []int64
	// Torn reports that the last of the broken lines is an unfinished one at the
	// end of the file, as a living writer may leave it for a moment.
	Torn bool
}

// broken counts one broken line.
func (r *Report) broken(s stored) {
	r.Broken++
	r.Torn = r.Torn || !s.ended
	if len(r.BrokenAt) < maxBrokenAt {
		r.BrokenAt = append(r.BrokenAt, s.offset)
	}
}

// add counts what another part of the same question met, which comes later in
// the file.
func (r *Report) add(later *Report) {
	r.Lines += later.Lines
	r.Matched += later.Matched
	r.Broken += later.Broken
	r.Torn = r.Torn || later.Torn
	r.Sought = r.Sought || later.Sought
	more := min(len(later.BrokenAt), maxBrokenAt-len(r.BrokenAt))
	r.BrokenAt = append(r.BrokenAt, later.BrokenAt[:more]...)
}
