package vector

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"

	"example.org/runshelf/internal/processor"
)

// Most lines of a log were written by one writer, in order: each has its time and its
// sequence at the same place as the lines before it, one more digit now and then, and of
// the lines of one form nearly all are of one of a few types. So instead of looking for
// these values they are compared where they are expected. What is found there is exact,
// since what is left of the line tells what stands there (see [Strip]): a string ends at
// its first quote, a number at the first byte that is no digit.

// Form is what is left of lines of one kind, and where the values that are counted are
// expected in them.
type Form struct {
	Text   string // with the line end
	Number int    // among all forms of its table

	Usable   bool // the rest holds:
	After    byte // what stands behind the sequence
	Time     int  // from the start of the line to the time, or rather to its quote,
	Sequence int  // to the sequence, and
	Ahead    int  // to what is counted by, a string, but for the digits of the sequence; or,
	Back     int  // when it is not 0, from the end of what is counted by to that of the line
}

// Table has forms by what their texts look like. The first place where a form may be is the
// one where [Count] looks for it.
type Table struct {
	forms  [1 << tableBits]*Form
	all    []*Form
	factor uint64
}

// MaxForms is how many forms a [Table] has room for.
const MaxForms = 1 << (tableBits - 1)

const (
	tableBits  = 11
	maxProbes  = 8
	minHashed  = 16
	hashFactor = 0x9e3779b97f4a7c15 // spreads what is multiplied by it over the upper bits
)

// place is the i-th place where a text of at least minHashed bytes may be.
func (t *Table) place(text string, i uint) **Form {
	n := len(text)
	x := loadString(text, n-minHashed) ^ loadString(text, n/2)*hashFactor
	home := (x ^ uint64(n)<<48) * (t.factor | 1) >> (64 - tableBits)
	return &t.forms[(uint(home)+i)%uint(len(t.forms))]
}

// Find returns the form of a text, or nil.
func (t *Table) Find(text []byte) *Form {
	if len(text) < minHashed {
		return nil
	}
	for i := range uint(maxProbes) {
		f := *t.place(unsafe.String(&text[0], len(text)), i)
		if f == nil || f.Text == string(text) {
			return f
		}
	}
	return nil
}

// Add adds a form and numbers it. It is false when there is no room for it, or its text is
// too short.
func (t *Table) Add(f *Form) bool {
	if len(f.Text) < minHashed || len(t.all) == MaxForms {
		return false
	}
	if t.factor == 0 {
		t.factor = hashFactor
	}
	if !t.put(f) {
		return false
	}
	f.Number = len(t.all)
	t.all = append(t.all, f)
	t.spread()
	return true
}

// put puts a form in its first place that is free.
func (t *Table) put(f *Form) bool {
	for i := range uint(maxProbes) {
		if p := t.place(f.Text, i); *p == nil {
			*p = f
			return true
		}
	}
	return false
}

// spread sees to it that each form is in its first place, where that can be had by another
// factor. With very many forms it is not tried.
func (t *Table) spread() {
	const few, tries = 64, 8
	for range tries {
		if len(t.all) > few || !slices.ContainsFunc(t.all, func(f *Form) bool { return *t.place(f.Text, 0) != f }) {
			return
		}
		t.factor *= hashFactor
		clear(t.forms[:])
		for _, f := range t.all {
			t.put(f)
		}
	}
}

// Lengths of texts and values that are compared here.
const (
	minForm  = 32
	minValue = 3
	maxValue = 32
)

// Value is a value of 3 to 32 bytes, with zeros behind it: such are compared more quickly
// than texts of any length.
type Value [maxValue / 8]uint64

// IsValue reports whether a value of so many bytes is a [Value].
func IsValue(n int) bool { return n >= minValue && n <= maxValue }

// ValueOf returns a value in words; [IsValue] is true of its length.
func ValueOf(stored []byte) (v Value) {
	var text [maxValue]byte
	copy(text[:], stored)
	for i := range v {
		v[i] = load(text[:], 8*i)
	}
	return v
}

// Place is where among the values that were met lately a value is. Another factor, an odd
// number with many bits, gives other places.
func (v *Value) Place(factor uint64) uint64 {
	return ((v[0] ^ v[2]) + 2*(v[1]^v[3])) * factor >> (64 - recentBits)
}

const recentBits = 10

// Recents is how many values are remembered that were met lately.
const Recents = 1 << recentBits

// Recent is such a value.
type Recent struct {
	Value Value // zeros when there is none
	Of    int   // what the caller knows it by

	// Of the lines that were counted here:
	Count uint64
	Line  int // where the last one begins, and
	Form  int // its number
}

// secondLength is how much of a stored time says the second, with the quote before it, and
// timeLength is all of it, as our writers write it.
const (
	secondLength = len(`"2006-01-02T15:04:05`)
	timeLength   = secondLength + len(`.000000Z"`)
)

// Counting is how far lines are counted. What it refers to stays as it is while [Count]
// counts, but for Recent.
type Counting struct {
	Text   []byte    // with Behind bytes more than the lines
	Left   *Stripped // what is left of them
	End    int       // of the lines that are counted
	Base   int       // added to places in Text: where Text begins
	Table  *Table
	Recent *[Recents]Recent // by their places
	Factor uint64           // that gives these

	Next int // the next line,
	At   int // where it begins in Text,
	Kept int // and in what is left

	Second   [secondLength]byte // of all times
	Latest   uint64             // what stands behind it in the line before: bytes, the first one highest
	Sequence uint64             // of the line before: the values of its digits, the first one highest
	Digits   int                // of all sequences, 1 to 8

	Line, Form int // where the last line that was counted begins, and the number of its form

	// For the assembly:
	text, kept, keep *byte
	ends, behind     *End
	shift            int
	zeros, sixes     uint64
	factor           uint64
	time             [32]byte
}

// Count counts lines, from the next one on, as long as what is left of them is in the
// table, their times and their sequences are where they are expected, and not before those
// of the line before, and the values that are counted by are among the recent ones. It
// returns how many these are.
func Count(u processor.Unit, c *Counting) int {
	first, ends := c.Next, c.Left.Ends
	if first >= len(ends) {
		return 0
	}
	if u >= processor.AVX2 {
		c.text, c.kept, c.keep = unsafe.SliceData(c.Text), unsafe.SliceData(c.Left.Kept), unsafe.SliceData(c.Left.Keep)
		n := len(ends)
		for n > first && int(ends[n-1].Text) >= c.End {
			n--
		}
		if n == first {
			return 0
		}
		c.ends, c.behind = &ends[first], (*End)(unsafe.Add(unsafe.Pointer(&ends[n-1]), unsafe.Sizeof(End{})))
		c.factor, c.shift = c.Table.factor|1, 64-8*c.Digits
		c.zeros, c.sixes = ones*'0'<<c.shift, ones*6<<c.shift
		copy(c.time[:], c.Second[:])
		copy(c.time[secondLength:], `.000000Z"`)
		countAVX2(c)
	} else {
		for c.Next < len(ends) && c.one() {
		}
	}
	return c.Next - first
}

// one is Count of one line in Go.
func (c *Counting) one() bool {
	b, end := c.Text, c.Left.Ends[c.Next]
	text, next := c.Left.Kept[c.Kept:end.Kept+1], int(end.Text)+1
	if next > c.End || len(text) < minForm {
		return false
	}
	f := *c.Table.place(string(text), 0)
	if f == nil || f.Text != string(text) || !f.Usable {
		return false
	}
	at := c.At + f.Time
	time := b[at : at+timeLength]
	behind := binary.BigEndian.Uint64(time[secondLength:])
	if string(time[:secondLength]) != string(c.Second[:]) || time[timeLength-1] != '"' || behind < c.Latest || !areMicroseconds(behind) {
		return false
	}
	at = c.At + f.Sequence
	sequence, ok := Digits(b, at, c.Digits)
	if !ok || sequence <= c.Sequence || b[at+c.Digits] != f.After {
		return false
	}
	from, n := c.At+f.Ahead+c.Digits, 0
	if f.Back == 0 {
		n = stringFrom(c.Left.Keep, from)
	} else {
		to := next - f.Back
		n = stringTo(c.Left.Keep, to)
		from = to - n
	}
	if !IsValue(n) {
		return false
	}
	value := ValueOf(b[from : from+n])
	r := &c.Recent[value.Place(c.Factor)]
	if r.Value != value {
		return false
	}
	r.Count++
	c.Line, c.Form = c.Base+c.At, f.Number
	r.Line, r.Form = c.Line, c.Form
	c.Latest, c.Sequence = behind, sequence
	c.Next, c.At, c.Kept = c.Next+1, next, int(end.Kept)+1
	return true
}

// areMicroseconds reports whether bytes, the first one highest, are a full stop, six digits,
// and a Z.
func areMicroseconds(x uint64) bool {
	const form = '.'<<56 | 0x303030303030<<8 | 'Z'
	x ^= form // each digit is now its value
	return (x|(x+0x0006060606060600))&0xfff0f0f0f0f0f0ff == 0
}

// Digits returns the values of the n digits at b[i], the first one highest; 1 to 8 of them.
// b must have eight bytes there.
func Digits(b []byte, i, n int) (values uint64, ok bool) {
	shift := uint(64 - 8*n)
	x := (load(b, i) ^ ones*'0') << shift
	return bits.ReverseBytes64(x), (x|(x+ones*6<<shift))&(ones*0xf0) == 0
}

// stringFrom returns the length of the string, with its quotes, that begins at a place of what
// was stripped; a great one when it is long.
func stringFrom(keep []byte, at int) int {
	return bits.TrailingZeros64(load(keep, (at+1)>>3)>>((at+1)&7)|1<<57) + 2
}

// stringTo is stringFrom for one that ends there.
func stringTo(keep []byte, at int) int {
	at -= 2
	if at < 64 {
		return 0
	}
	return bits.LeadingZeros64(load(keep, at>>3-7)<<(7-at&7)|1<<7) + 2
}

// ones has a one in each byte.
const ones = 0x0101010101010101

// load returns eight bytes, the first one lowest.
func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+8]) }

func loadString(s string, i int) uint64 {
	return load(unsafe.Slice(unsafe.StringData(s), len(s)), i)
}
