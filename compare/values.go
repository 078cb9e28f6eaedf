package compare

import (
	"encoding/json"

	"example.org/runshelf/event"
)

// Field is one field in which two events or two manifests differ.
type Field struct {
	// Path is where it stands; see [Path.String].
	Path string
	// A and B are its values as [event.DecodeValue] gives them.
	A, B any
	// InA and InB report whether the field is there at all.
	InA, InB bool
	// Renamed are the names that do not belong together; nil where something else
	// differs.
	Renamed *Renamed
	// FromA and FromB are where two texts begin to differ in what counts, in bytes;
	// 0 for other values.
	FromA, FromB int
}

// differ collects the fields in which two values differ.
type differ struct {
	rules  *rules
	path   Path
	fields []Field
	first  bool               // one field is enough
	seen   func(Path, *Field) // called with each place instead of collecting, when set

	aliases *aliases // of names; nil: names are set aside
	names   bool     // what is compared are names
}

// fieldsOf returns the fields in which two values differ.
func (r *rules) fieldsOf(a, b any) []Field {
	d := differ{rules: r}
	d.values(a, b)
	return d.fields
}

// equal reports whether two values are equal.
func (r *rules) equal(a, b any) bool {
	d := differ{rules: r, first: true}
	d.values(a, b)
	return len(d.fields) == 0
}

// done reports whether enough is known.
func (d *differ) done() bool { return d.first && len(d.fields) > 0 }

func (d *differ) add(f Field) {
	if d.seen != nil {
		d.seen(d.path, &f)
		return
	}
	f.Path = d.path.String()
	d.fields = append(d.fields, f)
}

// values compares two values at the same place.
func (d *differ) values(a, b any) {
	switch x := a.(type) {
	case event.Object:
		if y, ok := b.(event.Object); ok {
			d.objects(x, y)
			return
		}
	case []any:
		if y, ok := b.([]any); ok {
			d.arrays(x, y)
			return
		}
	case json.Number:
		if y, ok := b.(json.Number); ok {
			d.numbers(x, y)
			return
		}
	case string:
		if y, ok := b.(string); ok {
			d.texts(x, y)
			return
		}
	default: // nil and bool
		if isScalar(b) && a == b {
			return
		}
	}
	d.add(Field{A: a, B: b, InA: true, InB: true})
}

// numbers compares two numbers.
func (d *differ) numbers(a, b json.Number) {
	switch {
	case d.names:
		d.aliased(Field{A: a, B: b}, numberMark+string(a), numberMark+string(b))
	case !sameNumber(string(a), string(b), d.rules.tolerance):
		d.add(Field{A: a, B: b, InA: true, InB: true})
	}
}

// texts compares two texts.
func (d *differ) texts(a, b string) {
	switch {
	case d.names:
		d.aliased(Field{A: a, B: b}, a, b)
		return
	case d.aliases != nil && d.textNames(a, b), d.aliases == nil && d.rules.sameText(d.path, a, b):
		return
	}
	f := Field{A: a, B: b, InA: true, InB: true}
	if !d.first {
		f.FromA, f.FromB = d.rules.textsPart(d.path, a, b)
	}
	d.add(f)
}

// isScalar reports whether a value can be compared with ==.
func isScalar(v any) bool {
	switch v.(type) {
	case nil, bool, string, json.Number:
		return true
	}
	return false
}

// objects compares two objects by key. Of equal keys the last counts.
func (d *differ) objects(a, b event.Object) {
	inA, inB := indexOf(a), indexOf(b)
	for i, m := range a {
		if d.done() {
			return
		}
		if inA.find(m.Key) != i {
			continue
		}
		if j := inB.find(m.Key); j >= 0 {
			d.enter(Step{key: m.Key}, func() { d.values(m.Value, b[j].Value) })
		} else {
			d.enter(Step{key: m.Key}, func() { d.add(Field{A: m.Value, InA: true}) })
		}
	}
	for j, m := range b {
		if d.done() {
			return
		}
		if inB.find(m.Key) == j && inA.find(m.Key) < 0 {
			d.enter(Step{key: m.Key}, func() { d.add(Field{B: m.Value, InB: true}) })
		}
	}
}

// arrays compares two arrays by index.
func (d *differ) arrays(a, b []any) {
	for i := range max(len(a), len(b)) {
		if d.done() {
			return
		}
		d.enter(Step{index: i, array: true}, func() {
			switch {
			case i >= len(b):
				d.add(Field{A: a[i], InA: true})
			case i >= len(a):
				d.add(Field{B: b[i], InB: true})
			default:
				d.values(a[i], b[i])
			}
		})
	}
}

// enter does something one step further in, unless that place does not count.
func (d *differ) enter(s Step, do func()) {
	d.path = append(d.path, s)
	if d.aliases != nil && d.rules.isName(d.path) {
		before := d.names
		d.names = true
		do()
		d.names = before
	} else if !d.rules.aside(d.path) {
		do()
	}
	d.path = d.path[:len(d.path)-1]
}

// keyIndex finds the last member with a key. Small objects are searched, large
// ones have a map.
type keyIndex struct {
	object event.Object
	last   map[string]int
}

// smallObject is up to how many members searching beats a map.
const smallObject = 16

func indexOf(o event.Object) keyIndex {
	x := keyIndex{object: o}
	if len(o) > smallObject {
		x.last = make(map[string]int, len(o))
		for i, m := range o {
			x.last[m.Key] = i
		}
	}
	return x
}

// find returns the place of the last member with the key, or -1.
func (x *keyIndex) find(key string) int {
	if x.last != nil {
		if i, ok := x.last[key]; ok {
			return i
		}
		return -1
	}
	for i := len(x.object) - 1; i >= 0; i-- {
		if x.object[i].Key == key {
			return i
		}
	}
	return -1
}
