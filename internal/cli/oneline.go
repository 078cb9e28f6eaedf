package cli

import (
	"io"
	"unicode/utf8"

	"golang.org/x/term"
)

// terminalColumns is how many columns the terminal behind a stream has, 0 when nobody
// knows.
func terminalColumns(stream any) int {
	if f, ok := stream.(interface{ Fd() uintptr }); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			return width
		}
	}
	return 0
}

// oneLine passes on what draws and draws again one line of a terminal, cut to its
// width: what wraps is never wiped again. Every character is taken for one column.
type oneLine struct {
	w       io.Writer
	columns func() int // 0 when nobody knows
	at      int        // columns that are drawn
	escape  bool       // within an escape sequence
	kept    []byte
}

// Write passes on what fits. A sequence or a line may go on in the next call.
func (o *oneLine) Write(b []byte) (int, error) {
	width := o.columns()
	o.kept = o.kept[:0]
	for rest := b; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if o.fits(r, width) {
			o.kept = append(o.kept, rest[:size]...)
		}
		rest = rest[size:]
	}
	_, err := o.w.Write(o.kept)
	return len(b), err
}

// fits reports whether a character is still drawn. The last column stays free, since
// some terminals go on in the next line when it is taken.
func (o *oneLine) fits(r rune, width int) bool {
	switch {
	case o.escape:
		o.escape = r == '[' || r < '@' || r > '~' // what begins with ESC [ ends with a letter
		return true
	case r == '\x1b':
		o.escape = true
		return true
	case r == '\r' || r == '\n':
		o.at = 0
		return true
	}
	o.at++
	return width == 0 || o.at < width
}
