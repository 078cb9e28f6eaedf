package event

// Foreign makes events of the objects of another program, one after the other.
// It does in one pass what [EachMember] and [AppendObjectBody] do in two, for
// those who must have seen the members before they know type and level. The zero
// value is ready. It is not safe for concurrent use.
type Foreign struct {
	a       adopter // its dst holds the members, each with a comma before it
	own     []reservedMember
	careful bool
	shapes  shapes
}

// reservedMember is a member under a reserved name. Which one the envelope says
// already is known only when there is one.
type reservedMember struct {
	name              string
	start, value, end int // in the copied members
}

// Read reads an object and calls visit for each of its members, as EachMember
// does. The object must stay as it is until AppendBody is done.
func (f *Foreign) Read(object []byte, visit func(RawMember)) error {
	f.own, f.careful, f.shapes.shape = f.own[:0], false, nil
	if cap(f.a.dst) > keepForeign {
		f.a.dst = nil // one giant object does not hold its memory for ever
	}
	f.a.rawCopy = newRawCopy(object, f.a.dst[:0])
	f.a.seen, f.a.count = 0, 0
	return f.a.members(func(key rawKey) error {
		f.careful = f.careful || !f.a.plainName(key)
		start, from := len(f.a.dst), f.a.p.at
		reserved := isReserved(key.inside)
		dst := append(f.a.dst, ',', '"')
		if reserved {
			dst = append(dst, dataPrefix...)
		}
		f.a.dst = append(append(dst, key.inside...), '"', ':')
		value := len(f.a.dst)
		if err := f.a.copyValue(); err != nil {
			return err
		}
		if n := f.a.count; !f.careful {
			f.shapes.spans[n-1] = shapeSpan{start: from, end: f.a.p.at}
		}
		if reserved {
			f.own = append(f.own, reservedMember{key.inside, start, value, len(f.a.dst)})
		}
		visit(RawMember{
			Key:     object[key.start : key.start+len(key.inside)],
			Escaped: key.escaped,
			Value:   object[from:f.a.p.at],
			Start:   key.start - 1,
			End:     f.a.p.at,
		})
		return nil
	})
}

// keepForeign is the largest buffer, in bytes, that is used again.
const keepForeign = 256 << 10

// dataPrefix stands before a name that the envelope has for itself.
const dataPrefix = "data."

// AppendBody appends what AppendObjectBody would for the object that was read, by
// Read or by Again. It
// reports false, and dst comes back as it was, when names meet each other, which
// only that function can sort out.
func (f *Foreign) AppendBody(dst []byte, b Body) ([]byte, bool) {
	if f.shapes.shape != nil {
		return f.appendAgain(dst, b)
	}
	if f.careful || !ordinary(b.Attrs, true) || !simple(b.Attrs) {
		return dst, false
	}
	for i := range b.Attrs {
		if f.a.knows(b.Attrs[i].Key) {
			return dst, false
		}
	}
	own := envelope{body: &b}
	dst = appendEnvelope(dst, &b)
	from := 0
	for _, m := range f.own {
		if own.says(m.name, f.a.dst[m.value:m.end]) {
			dst = append(dst, f.a.dst[from:m.start]...)
			from = m.end
		}
	}
	dst = append(dst, f.a.dst[from:]...)
	var e encoder
	dst = e.attrs(dst, b.Attrs, &own)
	return append(dst, '}', '\n'), true
}

// appendAgain is AppendBody for an object that was read again.
func (f *Foreign) appendAgain(dst []byte, b Body) ([]byte, bool) {
	last := &f.shapes.shape.last
	tail := last.tailOf(b.Attrs)
	if tail == nil && (!ordinary(b.Attrs, true) || !simple(b.Attrs) || f.shapes.knowsAny(b.Attrs)) {
		return dst, false
	}
	own := envelope{body: &b}
	dst = last.appendEnvelope(dst, &b)
	dst = f.shapes.appendMembers(dst, &own, f.a.dst)
	if tail != nil {
		return append(dst, tail...), true
	}
	start := len(dst)
	var e encoder
	dst = append(e.attrs(dst, b.Attrs, &own), '}', '\n')
	last.keepTail(b.Attrs, dst[start:])
	return dst, true
}
