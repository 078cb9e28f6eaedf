package query

// maxBrokenAt bounds the places of damage that a report names.
const maxBrokenAt = 16

// Report says what a question met. Lines of nothing but blanks are not counted.
type Report struct {
	// Lines is the number of lines read, Matched that of those handed out,
	// Broken that of those that are no events.
	Lines, Matched, Broken int64
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
