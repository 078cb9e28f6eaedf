package query

import "io"

// backwards is backward over the parts of a log that are to be read.
type backwards struct {
	src   io.ReaderAt
	parts []stretch
	lines *backward // of the present part; nil when there is none
	at    int64     // where that begins
}

func newBackwards(f *blocks) *backwards {
	b := &backwards{src: f.src, parts: append([]stretch(nil), f.parts...)}
	if f.size > f.base {
		b.parts = append(b.parts, stretch{from: f.base, to: f.size})
	}
	return b
}

// prev returns the line before those returned so far, io.EOF before the first.
func (b *backwards) prev() (stored, error) {
	for {
		if b.lines != nil {
			s, err := b.lines.prev()
			if err != io.EOF {
				s.offset += b.at
				return s, err
			}
			b.lines = nil
		}
		n := len(b.parts)
		if n == 0 {
			return stored{}, io.EOF
		}
		p := b.parts[n-1]
		b.parts, b.at = b.parts[:n-1], p.from
		b.lines = newBackward(io.NewSectionReader(b.src, p.from, p.to-p.from), p.to-p.from)
	}
}
