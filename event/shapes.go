package event

import (
	"log/slog"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Shape is what objects have in common that differ in nothing but their values: the
// same names in the same order, with the same white space around them. Programs log
// in a few shapes, so most objects need not be read as if nothing were known.
type Shape struct {
	// Note is for whoever reads the objects: what follows from the names alone.
	Note any

	end  string // the text behind the last value
	seen keySet // of the names
	last around
}

// around is what stood around the members of the last event of a shape. Most of the
// time it is the same for the next one.
type around struct {
	kind       string
	level      slog.Level
	envelope   []byte // from type to level
	typed      []byte // the value of the type in it
	key, value string // of the one attribute
	tail       []byte // the attribute and the end of the line; nil when there was no such
}

// appendEnvelope appends what the function of the name does.
func (a *around) appendEnvelope(dst []byte, b *Body) []byte {
	if a.envelope == nil || a.kind != b.Type || a.level != b.Level {
		alone := Body{Type: b.Type, Level: b.Level}
		a.envelope = appendEnvelope(a.envelope[:0], &alone)
		b.Type = alone.Type
		a.kind, a.level = b.Type, b.Level
		a.typed = appendString(a.typed[:0], b.Type)
	}
	return appendCause(append(dst, a.envelope...), b)
}

// tailOf returns the end of an event that has the attributes, nil when it is not
// known.
func (a *around) tailOf(attrs []slog.Attr) []byte {
	if a.tail == nil || len(attrs) != 1 || attrs[0].Value.Kind() != slog.KindString || attrs[0].Key != a.key || attrs[0].Value.String() != a.value {
		return nil
	}
	return a.tail
}

// keepTail remembers the end of an event.
func (a *around) keepTail(attrs []slog.Attr, tail []byte) {
	if len(attrs) == 1 && attrs[0].Value.Kind() == slog.KindString && len(tail) <= longestShapeText {
		a.key, a.value = strings.Clone(attrs[0].Key), strings.Clone(attrs[0].Value.String())
		a.tail = append(a.tail[:0], tail...)
	}
}

// Bounds of what is remembered, so that a program whose names are without end fills
// no memory and does not pay for the search.
const (
	mostShapeNodes   = 1000
	mostShapeBranch  = 32
	longestShapeText = 256
)

// shapeNode is a place in the shapes that begin alike: a member and what may come
// after it. In the root there is no member.
type shapeNode struct {
	before string // the text between the value before, or the start, and the value
	key    string
	write  string // how the name is written in an event, from the comma to the colon
	same   bool   // before is written as it is
	own    bool   // the name is reserved

	next []*shapeNode
	ends []*Shape
}

// shapeSpan is the place of a value in the text, and of its copy when one had to be
// made to leave out white space.
type shapeSpan struct {
	start, end         int
	copied, copiedUpTo int
}

// shapes knows the shapes of objects that have been read, and holds the members of
// one that is read again.
type shapes struct {
	root  shapeNode
	nodes int
	text  string
	shape *Shape // of the object that was read again; nil when none was
	count int    // of its members
	gone  uint64 // the members that are left out, one bit each
	path  [plainMembers]*shapeNode
	spans [plainMembers]shapeSpan
}

// Again reads an object whose shape has been learned and returns the shape; nil for
// any other text, of which it says nothing. The object must stay as it is until
// AppendBody is done.
func (f *Foreign) Again(object []byte) *Shape {
	s := &f.shapes
	s.shape, s.gone = nil, 0
	if len(object) > keepForeign {
		return nil
	}
	f.a.dst = f.a.dst[:0]
	s.text = unsafe.String(unsafe.SliceData(object), len(object))
	at, node := 0, &s.root
	for s.count = 0; ; s.count++ {
		next := node.follow(s.text[at:])
		if next == nil {
			s.shape = node.ending(s.text[at:])
			return s.shape
		}
		at += len(next.before)
		span := &s.spans[s.count]
		span.start, span.copied, span.copiedUpTo = at, 0, 0
		if at = f.valueEnd(at, span); at < 0 {
			return nil
		}
		span.end = at
		s.path[s.count] = next
		node = next
	}
}

// Value returns the i-th value of the object that was read again, as it is spelled
// there.
func (f *Foreign) Value(object []byte, i int) []byte {
	span := &f.shapes.spans[i]
	return object[span.start:span.end]
}

// Without leaves the i-th member of the object that was read again, which is under a
// reserved name, out of what AppendBody appends.
func (f *Foreign) Without(i int) { f.shapes.gone |= 1 << i }

// valueEnd checks the value at a place of the text and returns where it ends, -1
// when there is none that can be copied as it is.
func (f *Foreign) valueEnd(at int, span *shapeSpan) int {
	text := f.shapes.text
	switch text[at] {
	case '"':
		if end := plainEnd(text, at+1); end < len(text) && text[end] == '"' {
			return end + 1
		}
		return oddStringEnd(text, at+1)
	case '{', '[':
		return f.nestedEnd(at, span)
	case 't':
		return wordEnd(text, at, "true")
	case 'f':
		return wordEnd(text, at, "false")
	case 'n':
		return wordEnd(text, at, "null")
	}
	return numberEnd(text, at)
}

func wordEnd(text string, at int, word string) int {
	if !strings.HasPrefix(text[at:], word) {
		return -1
	}
	return at + len(word)
}

// oddStringEnd is where a string ends that is not plain, -1 when it has to be
// mended.
func oddStringEnd(text string, start int) int {
	end, escaped, ascii, ok := stringEnd(text, start)
	if !ok || escaped && badEscape(text[start:end]) >= 0 || !ascii && !utf8.ValidString(text[start:end]) {
		return -1
	}
	return end + 1
}

// nestedEnd copies an object or array without its white space.
func (f *Foreign) nestedEnd(at int, span *shapeSpan) int {
	c := &f.a.rawCopy
	c.p = parser{text: f.shapes.text, at: at, open: 1, max: maxDepth}
	span.copied = len(c.dst)
	if c.copyValue() != nil {
		return -1
	}
	span.copiedUpTo = len(c.dst)
	return c.p.at
}

// Learn remembers the shape of the object that Read has read, so that Again knows the
// next one. It returns nil when that is none to remember: names meet each other, or
// too much is remembered already.
func (f *Foreign) Learn() *Shape {
	s := &f.shapes
	if f.careful || s.nodes+f.a.count > mostShapeNodes {
		return nil
	}
	text, node, from := f.a.p.text, &s.root, 0
	for i, key := range f.a.keys[:f.a.count] {
		if node = s.grow(node, key, text[from:s.spans[i].start]); node == nil {
			return nil
		}
		from = s.spans[i].end
	}
	return node.end(text[from:], f.a.seen)
}

// grow returns the member behind another one in the shapes, which it makes when there
// is none; nil when there are too many.
func (s *shapes) grow(node *shapeNode, key, before string) *shapeNode {
	for _, next := range node.next {
		if next.before == before {
			return next
		}
	}
	if len(node.next) == mostShapeBranch || len(before) > longestShapeText {
		return nil
	}
	next := &shapeNode{before: strings.Clone(before), key: strings.Clone(key), own: isReserved(key)}
	next.write = `,"` + next.key + `":`
	if next.own {
		next.write = `,"` + dataPrefix + next.key + `":`
	}
	next.same = next.write == next.before
	node.next = append(node.next, next)
	s.nodes++
	return next
}

// end returns the shape that ends behind a member with a text.
func (n *shapeNode) end(text string, seen keySet) *Shape {
	if shape := n.ending(text); shape != nil || len(n.ends) == mostShapeBranch || len(text) > longestShapeText {
		return shape
	}
	shape := &Shape{end: strings.Clone(text), seen: seen}
	n.ends = append(n.ends, shape)
	return shape
}

// knowsAny reports whether the object that was read again has a name that an
// attribute has.
func (s *shapes) knowsAny(attrs []slog.Attr) bool {
	for i := range attrs {
		if seen := s.shape.seen; !seen.add(attrs[i].Key) {
			continue
		}
		for _, n := range s.path[:s.count] {
			if n.key == attrs[i].Key {
				return true
			}
		}
	}
	return false
}

// appendMembers appends the members of the object that was read again. What stands in
// the text as it is to be written is copied in one piece.
func (s *shapes) appendMembers(dst []byte, own *envelope, copied []byte) []byte {
	from, end := 0, 0
	for i, n := range s.path[:s.count] {
		span := &s.spans[i]
		if n.same && span.copiedUpTo == 0 && end > from && end == span.start-len(n.before) {
			end = span.end
			continue
		}
		dst = append(dst, s.text[from:end]...)
		from, end = span.start, span.end
		if n.own && (s.gone>>i&1 != 0 || s.saysAgain(n.key, s.text[from:end], own)) {
			from = end
			continue
		}
		dst = append(dst, n.write...)
		if span.copiedUpTo > 0 {
			dst = append(dst, copied[span.copied:span.copiedUpTo]...)
			from = end
		}
	}
	return append(dst, s.text[from:end]...)
}

// follow returns the member with which the text goes on. Behind it comes a value, and
// no white space.
func (n *shapeNode) follow(rest string) *shapeNode {
	for _, next := range n.next {
		if size := len(next.before); len(rest) > size && rest[size] > ' ' && rest[:size] == next.before {
			return next
		}
	}
	return nil
}

// ending returns the shape that ends with a text.
func (n *shapeNode) ending(rest string) *Shape {
	for _, shape := range n.ends {
		if rest == shape.end {
			return shape
		}
	}
	return nil
}

// saysAgain reports whether the envelope has a value that is not empty.
func (s *shapes) saysAgain(name, value string, own *envelope) bool {
	if name == KeyType && value == string(s.shape.last.typed) {
		return true
	}
	return own.says(name, unsafe.Slice(unsafe.StringData(value), len(value)))
}
