package cli

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"sync"

	"github.com/clipperhouse/displaywidth"

	"example.org/runshelf/shelf"
)

// The colours of a terminal (ECMA-48 SGR), so that a person's own theme decides
// what they look like.
const (
	colorNone   = ""
	colorBold   = "1"
	colorFaint  = "2"
	colorRed    = "31"
	colorGreen  = "32"
	colorYellow = "33"
	colorBlue   = "34"
	colorPurple = "35"
)

// paint colours a text when on says so.
func paint(on bool, color, text string) string {
	if !on || color == colorNone || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// statusColor is the colour in which a status is seen at a glance.
func statusColor(s shelf.Status) string {
	switch s {
	case shelf.StatusCompleted:
		return colorGreen
	case shelf.StatusFailed, shelf.StatusCrashed:
		return colorRed
	case shelf.StatusInterrupted:
		return colorYellow
	case shelf.StatusRunning:
		return colorBlue
	}
	return colorPurple
}

// cell is one field of a table. Its text is safe for a terminal.
type cell struct {
	text  string
	color string
}

// table aligns columns by the width that their text takes on a terminal.
type table struct {
	parts []*rows      // one after the other
	right map[int]bool // columns aligned to the right: numbers
	least map[int]int  // how wide some columns are that were made narrower, 0 when left out
}

// rows are rows of a table. The texts of their cells stand one behind the other, since a
// list may have ten thousand rows.
type rows struct {
	text   []byte
	cells  []place
	ended  int   // how many cells are of rows that have ended
	count  int   // of those rows
	widths []int // of the columns
}

// place is where the text of a cell ends in that of all, and what it is like.
type place struct {
	end   uint32
	color uint8 // its number
	plain bool  // a byte is a column of the terminal
	last  bool  // of its row
}

// maxText is how much text rows have at most, before the next are rows of their own.
const maxText = 1 << 30

// header adds a row of column names.
func (t *table) header(names ...string) {
	row := make([]cell, len(names))
	for i, name := range names {
		row[i] = cell{strings.ToUpper(name), colorFaint}
	}
	t.add(row...)
}

// add adds a row.
func (t *table) add(cells ...cell) {
	if n := len(t.parts); n == 0 || len(t.parts[n-1].text) > maxText {
		t.parts = append(t.parts, &rows{})
	}
	r := t.parts[len(t.parts)-1]
	for _, c := range cells {
		r.text = append(r.text, c.text...)
		r.end(c.color)
	}
	r.endRow()
}

// count is how many rows there are.
func (t *table) count() (n int) {
	for _, part := range t.parts {
		n += part.count
	}
	return n
}

// end ends a cell: its text is what was appended to that of all.
func (r *rows) end(color string) {
	p := place{end: uint32(len(r.text))}
	for i := range len(color) {
		p.color = 10*p.color + color[i] - '0'
	}
	r.cells = append(r.cells, p)
}

// endRow ends a row, and takes note of how wide its cells are.
func (r *rows) endRow() {
	if len(r.cells) == r.ended {
		return
	}
	r.cells[len(r.cells)-1].last = true
	row, at := r.cells[r.ended:], r.begin()
	r.ended, r.count = len(r.cells), r.count+1
	plain := isPlainText(r.text[at:])
	for i := range row {
		text := r.text[at:row[i].end]
		row[i].plain = plain || isPlainText(text)
		if i == len(r.widths) {
			r.widths = append(r.widths, 0)
		}
		r.widths[i], at = max(r.widths[i], row[i].width(text)), int(row[i].end)
	}
}

// begin is where the text of the row begins that has not ended.
func (r *rows) begin() int {
	if r.ended == 0 {
		return 0
	}
	return int(r.cells[r.ended-1].end)
}

// width is how many columns of a terminal the text of a cell takes.
func (p place) width(text []byte) int {
	if p.plain {
		return len(text)
	}
	return displaywidth.Bytes(text)
}

// isPlainText reports whether each byte of a text takes one column of a terminal. It
// looks at eight bytes at once.
func isPlainText(text []byte) bool {
	const one, high = 0x0101010101010101, 0x8080808080808080
	for ; len(text) >= 8; text = text[8:] {
		eight := binary.LittleEndian.Uint64(text)
		// A byte below a blank borrows. The next one may then be taken for odd, and so
		// they are looked at one by one.
		if odd := eight | (eight - 0x20*one) | (eight + one); odd&high != 0 && !isPlainBytes(text[:8]) {
			return false
		}
	}
	return isPlainBytes(text)
}

// isPlainBytes is isPlainText, byte by byte.
func isPlainBytes(text []byte) bool {
	for _, c := range text {
		if c < 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}

// layout is how the rows of a table are printed.
type layout struct {
	widths  []int
	right   []bool
	hidden  []bool
	colored bool
	indent  string
}

// write prints the table, each row with an indent in front.
func (t *table) write(w *bufio.Writer, colored bool, indent string) error {
	l := layout{colored: colored, indent: indent, widths: t.widths()}
	l.right, l.hidden = make([]bool, len(l.widths)), make([]bool, len(l.widths))
	for i := range l.widths {
		l.right[i] = t.right[i]
		if least, narrow := t.least[i]; narrow {
			l.widths[i], l.hidden[i] = least, least == 0
		}
	}
	return l.write(w, t.parts)
}

// write prints the parts of a table. While one is printed the others are laid out.
func (l *layout) write(w *bufio.Writer, parts []*rows) error {
	if len(parts) == 0 {
		return nil
	}
	texts := make([][]byte, len(parts))
	var beside sync.WaitGroup
	for i := 1; i < len(parts); i++ {
		beside.Go(func() { texts[i] = l.text(parts[i]) })
	}
	err := l.stream(w, parts[0])
	beside.Wait()
	for i := 1; i < len(parts) && err == nil; i++ {
		_, err = w.Write(texts[i])
	}
	return err
}

// stream prints rows one by one.
func (l *layout) stream(w *bufio.Writer, r *rows) error {
	for i, at := 0, 0; i < len(r.cells); {
		var row []byte
		row, i, at = l.appendRow(w.AvailableBuffer(), r, i, at)
		if _, err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// text is rows as they are printed.
func (l *layout) text(r *rows) []byte {
	b := make([]byte, 0, r.count*(len(l.indent)+sum(l.widths)+len(gap)*len(l.widths)))
	for i, at := 0, 0; i < len(r.cells); {
		b, i, at = l.appendRow(b, r, i, at)
	}
	return b
}

// appendRow appends a row as it is printed, whose first cell is the i-th and begins at a
// place in the text; it returns those of the next row.
func (l *layout) appendRow(b []byte, r *rows, i, at int) (row []byte, next, nextAt int) {
	b = append(b, l.indent...)
	for column := 0; ; column++ {
		c := r.cells[i]
		b = l.appendCell(b, column, c, r.text[at:c.end])
		i, at = i+1, int(c.end)
		if c.last {
			return append(bytes.TrimRight(b, " "), '\n'), i, at
		}
	}
}

// gap is what stands between two columns.
const gap = "  "

// appendCell appends one cell, and what stands between it and the next.
func (l *layout) appendCell(b []byte, column int, c place, text []byte) []byte {
	if l.hidden[column] {
		return b
	}
	pad := l.widths[column] - c.width(text)
	if pad < 0 {
		text = narrowed(text, l.widths[column])
		pad = l.widths[column] - displaywidth.Bytes(text)
	}
	if l.right[column] {
		b = appendBlanks(b, pad)
	}
	if l.colored && c.color > 0 && len(text) > 0 {
		b = append(b, paint(true, strconv.Itoa(int(c.color)), string(text))...)
	} else {
		b = append(b, text...)
	}
	if c.last {
		return b
	}
	if !l.right[column] {
		b = appendBlanks(b, pad)
	}
	return append(b, gap...)
}

// sum adds numbers up.
func sum(numbers []int) (n int) {
	for _, number := range numbers {
		n += number
	}
	return n
}

// appendBlanks appends so many blanks.
func appendBlanks(line []byte, n int) []byte {
	const blanks = "                                                                "
	for ; n > len(blanks); n -= len(blanks) {
		line = append(line, blanks...)
	}
	return append(line, blanks[:max(n, 0)]...)
}

// valueWidth is the longest text that a column of free text shows whole.
const valueWidth = 60

// clip shortens a text to a number of characters.
func clip(s string, limit int) string {
	n, cut := 0, 0
	for i := range s {
		switch n++; n {
		case limit:
			cut = i
		case limit + 1:
			return s[:cut] + "…"
		}
	}
	return s
}
