package compare

import (
	"strings"
	"unsafe"

	"example.org/runshelf/event"
)

// aliases remembers which name of log A stands for which of log B, where names may be others
// in each run: ids that are made by chance. One name stands for one other throughout, in both
// directions.
//
// Pairs that have not been met for long are forgotten, so that logs of any length take little
// memory: each is kept while at least mostAliases others are met, and for twice as many at most.
type aliases struct {
	young, old aliasBook
	met        []alias // new since keep or drop
}

// alias is a name of A and the name of B that it stands for.
type alias struct{ a, b string }

// aliasBook are pairs by either name.
type aliasBook struct{ ofA, ofB map[string]string }

const (
	// mostAliases is how many pairs fill a book.
	mostAliases = 1 << 15
	// mostAlias is how long a name may be, in bytes. What is longer is a text, which must
	// be the same.
	mostAlias = 256
)

func newAliases() *aliases { return &aliases{young: newAliasBook(), old: newAliasBook()} }

func newAliasBook() aliasBook {
	return aliasBook{ofA: map[string]string{}, ofB: map[string]string{}}
}

// same reports whether a and b may stand for each other, and takes it that they do, until
// drop.
func (x *aliases) same(a, b string) bool {
	if len(a) > mostAlias || len(b) > mostAlias {
		return a == b
	}
	if other, known := x.young.ofA[a]; known {
		return other == b
	}
	if _, known := x.young.ofB[b]; known {
		return false
	}
	knownB, inA := x.old.ofA[a]
	knownA, inB := x.old.ofB[b]
	if inA != inB || inA && (knownB != b || knownA != a) {
		return false
	}
	if !inA {
		x.met = append(x.met, alias{a, b})
	}
	x.young.add(a, b)
	return true
}

// keep says that what was met since the last time holds.
func (x *aliases) keep() {
	x.met = x.met[:0]
	if len(x.young.ofA) >= mostAliases {
		x.young, x.old = newAliasBook(), x.young
	}
}

// drop forgets what was met since the last time.
func (x *aliases) drop() {
	for _, m := range x.met {
		delete(x.young.ofA, m.a)
		delete(x.young.ofB, m.b)
	}
	x.met = x.met[:0]
}

// ofA returns what a name of A stands for, if that is known.
func (x *aliases) ofA(a string) (b string, known bool) {
	if b, known = x.young.ofA[a]; !known {
		b, known = x.old.ofA[a]
	}
	return b, known
}

// ofB returns which name of A a name of B stands for, if that is known.
func (x *aliases) ofB(b string) (a string, known bool) {
	if a, known = x.young.ofB[b]; !known {
		a, known = x.old.ofB[b]
	}
	return a, known
}

// textAt is a part of a line. It is good for as long as the line is.
func textAt(line []byte, at span) string {
	if at.start == at.end {
		return ""
	}
	return unsafe.String(&line[at.start], int(at.end-at.start))
}

// add keeps copies: a name may be a part of a long text, or of a line.
func (k aliasBook) add(a, b string) {
	a, b = strings.Clone(a), strings.Clone(b)
	k.ofA[a], k.ofB[b] = b, a
}

// numberMark tells a number that is a name from a text. No text has it, since it is no
// UTF-8.
const numberMark = "\xff"

// Renamed are two names that stand at the same place of two events and do not belong
// together, since each stood for another one before, or one of them did.
type Renamed struct {
	// A and B are the names.
	A, B string
	// ForA is the name of the other log that A stood for so far, ForB the same of B;
	// empty where it was not met yet.
	ForA, ForB string
}

// object is JSON of it.
func (r *Renamed) object() event.Object {
	o := event.Object{{Key: "a", Value: r.A}, {Key: "b", Value: r.B}}
	if r.ForA != "" {
		o = append(o, event.Member{Key: "a_stood_for", Value: r.ForA})
	}
	if r.ForB != "" {
		o = append(o, event.Member{Key: "b_stood_for", Value: r.ForB})
	}
	return o
}

// aliased compares two names, which a field is or has.
func (d *differ) aliased(f Field, a, b string) {
	if d.aliases.same(a, b) {
		return
	}
	f.InA, f.InB = true, true
	forA, _ := d.aliases.ofA(a)
	forB, _ := d.aliases.ofB(b)
	spelt := func(name string) string { return strings.TrimPrefix(name, numberMark) }
	f.Renamed = &Renamed{A: spelt(a), B: spelt(b), ForA: spelt(forA), ForB: spelt(forB)}
	d.add(f)
}

// textNames compares two texts in which there may be names, and reports whether nothing
// more is to be said of them: they are the same, or a name was not and has been told of.
func (d *differ) textNames(a, b string) bool {
	x, y := joinedParts(d.rules.textParts(nil, d.path, a)), joinedParts(d.rules.textParts(nil, d.path, b))
	if string(appendMasked(nil, a, x)) != string(appendMasked(nil, b, y)) {
		return false
	}
	told := len(d.fields)
	for i := range x {
		if x[i].renamed && y[i].renamed && len(d.fields) == told {
			d.aliased(Field{A: a, B: b, FromA: x[i].start, FromB: y[i].start}, a[x[i].start:x[i].end], b[y[i].start:y[i].end])
		}
	}
	return true
}
