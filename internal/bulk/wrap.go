package bulk

import "example.org/runshelf/internal/processor"

// Bounds of what stands around a text, in bytes.
const (
	MaxHead = 8 * Block
	MaxTail = 4 * Block
)

// Wrapping makes lines out of lines of text: it puts a head, which holds a number, before
// each text and a tail behind it. The number counts up.
type Wrapping struct {
	// Text holds the lines of text, and At is where in it the next byte stands.
	Text []byte
	At   int
	// Out is where the lines go, and N how much of it they have taken. What stands
	// behind N may be written over.
	Out []byte
	N   int
	// Ends takes where each line ends in Out, and Lines is how many there are.
	Ends  []int
	Lines int

	// Head and Tail are what stands around the texts, of HeadLen and TailLen bytes.
	// The last digit of the number is that at Digit, and it has so many digits that it
	// can count as many lines as Ends takes.
	Head             [MaxHead]byte
	Tail             [MaxTail]byte
	HeadLen, TailLen int
	Digit            int
	// Limit is how long a line may become, in bytes.
	Limit int

	// Middle says that a line is in hand, which began at From in Text and at Start in
	// Out.
	Middle      bool
	From, Start int
}

// Wrap goes on until a byte comes up that cannot stand in a JSON string as it is, or may
// not: then it reports true, and whoever has put at N what stands for that at At, and
// has moved both on, calls it again. There are 8 bytes of room for that at least.
//
// It reports false when it can do no more: Ends is full; what is left of Text or of Out
// is less than what it works with at once; the line that comes next begins like a JSON
// object, or so that this cannot be told at a glance; or the line in hand is longer
// than Limit.
func Wrap(u processor.Unit, w *Wrapping) (special bool) {
	if u == processor.Portable || len(w.Text) < Block || len(w.Out) < MaxHead+Block+MaxTail {
		return wrap(w)
	}
	return wrapAVX2(w)
}

// wrap is Wrap in Go, which is what it means.
func wrap(w *Wrapping) (special bool) {
	for w.Middle || w.begin() {
		for {
			if w.At+Block > len(w.Text) || w.N+Block+MaxTail > len(w.Out) {
				return false
			}
			c := w.Text[w.At]
			if c == '\n' {
				break
			}
			if c < ' ' || c >= 0x80 || c == '"' || c == '\\' {
				return true
			}
			w.Out[w.N] = c
			w.At++
			w.N++
		}
		if !w.end() {
			return false
		}
	}
	return false
}

// begin begins a line.
func (w *Wrapping) begin() bool {
	if w.Lines == len(w.Ends) || w.At+Block > len(w.Text) || w.N+MaxHead+Block+MaxTail > len(w.Out) || !w.plain() {
		return false
	}
	w.From, w.Start, w.Middle = w.At, w.N, true
	w.N += copy(w.Out[w.N:], w.Head[:w.HeadLen])
	return true
}

// plain reports whether the line that comes next is no object, at a glance: it may begin
// with a byte order mark, or with more blanks than are looked at.
func (w *Wrapping) plain() bool {
	text := w.Text[w.At : w.At+Block]
	if c := text[0]; c != ' ' && c != '\t' {
		return c != '{' && c != 0xef
	}
	for _, c := range text {
		if c != ' ' && c != '\t' {
			return c != '{'
		}
	}
	return false
}

// end ends a line.
func (w *Wrapping) end() bool {
	n := w.N + copy(w.Out[w.N:], w.Tail[:w.TailLen])
	if n-w.Start > w.Limit {
		return false
	}
	w.At++
	w.N, w.Middle = n, false
	w.Ends[w.Lines] = n
	w.Lines++
	i := w.Digit
	for ; w.Head[i] == '9'; i-- {
		w.Head[i] = '0'
	}
	w.Head[i]++
	return true
}
