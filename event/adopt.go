package event

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// raw is a JSON value that is written as it is spelled. It has been checked.
type raw string

// plainMembers is up to how many members an object is written in one pass. In a
// larger one the names are looked up in a table.
const plainMembers = 64

// AppendObjectBody is [AppendBody] with data from the text of a JSON object, as
// another program wrote it. Its members come first and b.Attrs follow them. Of equal
// names the attribute has it, and the member of the object stands under "data.<name>"
// unless it says the same; else names are made unique by the rules of the package.
// Numbers keep their
// digits and strings their spelling; white space goes, and bytes that are no
// UTF-8 become U+FFFD.
//
// The text is checked, to be JSON and nothing else, at most 10,000 levels deep,
// and copied in one pass without being decoded. When it is no JSON object, dst
// comes back as it was, with an error that wraps a [*SyntaxError]. The object
// may be reused afterwards.
func AppendObjectBody(dst []byte, b Body, object []byte) ([]byte, error) {
	start := len(dst)
	dst = appendEnvelope(dst, &b)
	own := envelope{body: &b}
	a := adopter{rawCopy: newRawCopy(object, dst)}
	done, err := a.inOnePass(b.Attrs, &own)
	if err != nil {
		return a.dst[:start], err
	}
	if !done {
		a.rawCopy = newRawCopy(object, a.dst[:len(dst)])
		if err := a.withCare(b.Attrs, &own); err != nil {
			return a.dst[:start], err
		}
	}
	return append(a.dst, '}', '\n'), nil
}

// adopter writes the members of a foreign object into a line.
type adopter struct {
	rawCopy
	seen  keySet
	keys  [plainMembers]string
	count int // of keys
	all   int // members
}

// inOnePass writes the members as they come, and the attributes. It gives up,
// and reports false, when a name needs more than a look at itself.
func (a *adopter) inOnePass(attrs []slog.Attr, own *envelope) (done bool, err error) {
	careful := !ordinary(attrs, true) || !simple(attrs)
	err = a.members(func(key rawKey) error {
		a.all++
		careful = careful || !a.plainName(key)
		return a.rename(key, own)
	})
	for i := range attrs {
		careful = careful || a.knows(attrs[i].Key)
	}
	if err != nil || careful {
		return false, err
	}
	var e encoder
	a.dst = e.attrs(a.dst, attrs, own)
	return true, nil
}

// simple reports whether all values can be encoded without fail, so that no name
// is needed for a reason.
func simple(attrs []slog.Attr) bool {
	for i := range attrs {
		switch attrs[i].Value.Kind() {
		case slog.KindAny, slog.KindLogValuer, slog.KindGroup:
			return false
		}
	}
	return true
}

// plainName takes note of a name and reports whether it is one that cannot meet
// another: spelled in one way only, not seen yet, and no "data.<name>".
func (a *adopter) plainName(key rawKey) bool {
	if key.escaped || key.inside == "" || a.count == len(a.keys) || strings.HasPrefix(key.inside, "data.") {
		return false
	}
	if !key.ascii && !utf8.ValidString(key.inside) || a.knows(key.inside) {
		return false
	}
	a.seen.add(key.inside)
	a.keys[a.count] = key.inside
	a.count++
	return true
}

func (a *adopter) knows(name string) bool {
	if seen := a.seen; !seen.add(name) {
		return false
	}
	for _, key := range a.keys[:a.count] {
		if key == name {
			return true
		}
	}
	return false
}

// rename writes the member whose key has been read, under "data.<name>" where
// the name is reserved, and not at all when the envelope says it already.
func (a *adopter) rename(key rawKey, own *envelope) error {
	mark := len(a.dst)
	if !isReserved(key.inside) {
		a.dst = append(append(a.dst, ',', '"'), key.inside...)
		a.dst = append(a.dst, '"', ':')
		return a.copyValue()
	}
	a.dst = append(append(a.dst, `,"data.`...), key.inside...)
	a.dst = append(a.dst, '"', ':')
	value := len(a.dst)
	if err := a.copyValue(); err != nil {
		return err
	}
	if own.says(key.inside, a.dst[value:]) {
		a.dst = a.dst[:mark]
	}
	return nil
}

// says reports whether the envelope has the value, however it is spelled.
func (o *envelope) says(name string, value []byte) bool {
	if len(value) > longestEnvelope {
		return false
	}
	return o.repeats(name, respelled(value))
}

// longestEnvelope bounds the spelling of a value that an envelope may have: each
// byte of a type as an escape of six.
const longestEnvelope = 6*maxWord + 2

// respelled returns a checked value without needless escapes, if it is a string.
func respelled(value []byte) []byte {
	if value[0] != '"' || bytes.IndexByte(value, '\\') < 0 {
		return value
	}
	p := parser{text: string(value)}
	s, err := p.str()
	if err != nil {
		return value
	}
	return appendString(nil, s)
}

// withCare writes the members by the rules for names that collide. It first
// collects them all: their names, which are parts of the text where they can, and their
// values, one behind the other.
func (a *adopter) withCare(attrs []slog.Attr, own *envelope) error {
	var e encoder
	members := make([]member, 0, a.all+len(attrs))
	dst := a.dst
	a.dst = make([]byte, 0, len(a.p.text))
	err := a.members(func(key rawKey) error {
		from := len(a.dst)
		if err := a.copyValue(); err != nil {
			return err
		}
		// What was appended stays as it is, also when the next value needs other memory.
		value, name := raw(unsafe.String(unsafe.SliceData(a.dst[from:]), len(a.dst)-from)), key.name()
		if isReserved(name) && len(value) <= longestEnvelope {
			value = raw(respelled([]byte(value)))
		}
		members = append(members, member{key: name, value: slog.AnyValue(value)})
		return nil
	})
	if a.dst = dst; err != nil {
		return err
	}
	attrs = e.leaving(attrs)
	a.dst = e.named(dst, e.flatten(yield(members, attrs), attrs), own)
	return nil
}

// yield leaves the names of the attributes to these: a member of the object that
// bears one of them stands under "data.<name>", and goes when it says the same.
func yield(members []member, attrs []slog.Attr) []member {
	kept := members[:0]
	for _, m := range members {
		i := slices.IndexFunc(attrs, func(a slog.Attr) bool { return a.Key == m.key })
		if i >= 0 && !isReserved(m.key) {
			said, ok := appendSimple(nil, attrs[i].Value)
			if ok && string(respelled([]byte(m.value.Any().(raw)))) == string(said) {
				continue
			}
			m.key = dataPrefix + m.key
		}
		kept = append(kept, m)
	}
	return kept
}
