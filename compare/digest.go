package compare

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"math/bits"
	"slices"
	"unsafe"

	"example.org/runshelf/event"
)

// digester makes 64 bits of an event such that equal events, by the rules, have
// equal digests, and others nearly never (1 in 2⁶⁴, by a seed of its own for each
// comparison, so that nobody can make logs that collide). With a tolerance all
// numbers look alike, and equal digests prove nothing. It is used from one
// goroutine.
type digester struct {
	rules *rules
	seed  maphash.Seed
	keys  []uint64 // of the objects that are open
	path  Path

	decode bool // the rules ask for paths

	atTop, below map[string][]*textRule // for parts of texts, by key
	texts        textFinder
	masked       []byte
}

// newDigester returns a digester.
func newDigester(r *rules, seed maphash.Seed) *digester {
	d := &digester{rules: r, seed: seed, decode: len(r.patterns) > 0, atTop: map[string][]*textRule{}, below: map[string][]*textRule{}}
	for i := range r.texts {
		rule := &r.texts[i]
		d.decode = d.decode || rule.name == ""
		d.atTop[rule.name] = append(d.atTop[rule.name], rule)
		if !rule.top {
			d.below[rule.name] = append(d.below[rule.name], rule)
		}
	}
	return d
}

// Kinds of values, so that "1" is not 1.
const (
	digestNull uint64 = 0x9ae16a3b2f90404f + iota
	digestTrue
	digestFalse
	digestNumber
	digestObject
	digestArray
	digestMember
)

// mix joins two words (the multiply and fold of Wang Yi's wyhash).
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0xa0761d6478bd642f, b^0xe7037ed1a0b428db)
	return hi ^ lo
}

// line returns the digest of a line that is an event.
func (d *digester) line(text []byte) uint64 {
	if !d.decode && len(text) > 0 && text[0] == '{' {
		d.keys = d.keys[:0]
		if sum, _, ok := d.object(text, 0, 1); ok {
			return sum
		}
	}
	d.path = d.path[:0]
	return d.value(value(text))
}

// quick digests the value at i of text that may be wrong, and returns its end.
// ok is false for what only decoding can judge.
func (d *digester) quick(b []byte, i, depth int) (sum uint64, end int, ok bool) {
	if i >= len(b) || depth > maxSkimDepth {
		return 0, 0, false
	}
	switch b[i] {
	case '{':
		return d.object(b, i, depth)
	case '[':
		return d.array(b, i, depth)
	case '"':
		return d.text(b, i)
	case 't':
		return digestTrue, i + 4, true
	case 'f':
		return digestFalse, i + 5, true
	case 'n':
		return digestNull, i + 4, true
	}
	if end = numberEnd(b, i); end < 0 {
		return 0, 0, false
	}
	return d.number(b[i:end]), end, true
}

// object adds up its members, so that their order does not count.
func (d *digester) object(b []byte, i, depth int) (sum uint64, end int, ok bool) {
	first := len(d.keys)
	sum = digestObject
	i = blanks(b, i+1)
	for i < len(b) && b[i] != '}' {
		key, at := keyAt(b, i)
		if at < 0 {
			return 0, 0, false
		}
		keySum, ok := d.inside(b[key.start-1 : key.end+1])
		if !ok {
			return 0, 0, false
		}
		d.keys = append(d.keys, keySum)
		var member uint64
		if member, i, ok = d.member(b, key, keySum, at, depth); !ok {
			return 0, 0, false
		}
		sum += member
		if i = blanks(b, i); i < len(b) && b[i] == ',' {
			i = blanks(b, i+1)
		}
	}
	ok = distinct(d.keys[first:])
	d.keys = d.keys[:first]
	return mix(sum, digestObject), i + 1, ok && i < len(b)
}

// member digests one member; those set aside count nothing.
func (d *digester) member(b []byte, key span, keySum uint64, at, depth int) (sum uint64, end int, ok bool) {
	name := b[key.start:key.end]
	if bytes.IndexByte(name, '\\') >= 0 {
		return 0, 0, false
	}
	if slices.Contains(d.rules.names, string(name)) || depth == 1 && slices.Contains(d.rules.top, string(name)) {
		end = walkValue(b, at, depth)
		return 0, end, end >= 0
	}
	if rules := d.textRules(name, depth); rules != nil {
		sum, end, ok = d.masking(b, at, depth+1, rules)
	} else {
		sum, end, ok = d.quick(b, at, depth+1)
	}
	return memberSum(keySum, sum), end, ok
}

// textRules are the rules for parts of the texts of a key.
func (d *digester) textRules(name []byte, depth int) []*textRule {
	switch {
	case len(d.rules.texts) == 0:
		return nil
	case depth == 1:
		return d.atTop[string(name)]
	}
	return d.below[string(name)]
}

// masking is quick for the value of a field with rules for parts of its texts, which
// hold for texts in its arrays too.
func (d *digester) masking(b []byte, i, depth int, rules []*textRule) (sum uint64, end int, ok bool) {
	switch {
	case i < len(b) && b[i] == '[' && depth <= maxSkimDepth:
		return d.items(b, i, func(at int) (uint64, int, bool) { return d.masking(b, at, depth+1, rules) })
	case i >= len(b) || b[i] != '"':
		return d.quick(b, i, depth)
	}
	if end = stringEnd(b, i+1); end < 0 {
		return 0, 0, false
	}
	inside := b[i+1 : end-1]
	if len(inside) == 0 || !asItReads(inside) {
		v, err := event.DecodeValue(b[i:end])
		s, isText := v.(string)
		d.masked = appendMasked(d.masked[:0], s, d.texts.partsOf(s, rules))
		return maphash.Bytes(d.seed, d.masked), end, err == nil && isText
	}
	text := unsafe.String(&inside[0], len(inside)) // nobody keeps it
	d.masked = appendMasked(d.masked[:0], text, d.texts.partsOf(text, rules))
	return maphash.Bytes(d.seed, d.masked), end, true
}

func memberSum(key, value uint64) uint64 { return mix(mix(key, digestMember), value) }

func (d *digester) array(b []byte, i, depth int) (sum uint64, end int, ok bool) {
	return d.items(b, i, func(at int) (uint64, int, bool) { return d.quick(b, at, depth+1) })
}

// items digests an array, each item by a function.
func (d *digester) items(b []byte, i int, digest func(at int) (uint64, int, bool)) (sum uint64, end int, ok bool) {
	sum = digestArray
	for i = blanks(b, i+1); i < len(b) && b[i] != ']'; {
		var item uint64
		if item, i, ok = digest(i); !ok {
			return 0, 0, false
		}
		sum = mix(sum, item)
		if i = blanks(b, i); i < len(b) && b[i] == ',' {
			i = blanks(b, i+1)
		}
	}
	return mix(sum, digestArray), i + 1, i < len(b)
}

// text digests the string at i.
func (d *digester) text(b []byte, i int) (sum uint64, end int, ok bool) {
	if end = stringEnd(b, i+1); end < 0 {
		return 0, 0, false
	}
	sum, ok = d.inside(b[i:end])
	return sum, end, ok
}

// inside digests a string with its quotes.
func (d *digester) inside(quoted []byte) (sum uint64, ok bool) {
	inside := quoted[1 : len(quoted)-1]
	if !asItReads(inside) {
		v, err := event.DecodeValue(quoted)
		s, isText := v.(string)
		return maphash.String(d.seed, s), err == nil && isText
	}
	return maphash.Bytes(d.seed, inside), true
}

// number digests a number by its value.
func (d *digester) number(text []byte) uint64 {
	if d.rules.tolerance > 0 {
		return digestNumber
	}
	if sum, ok := shortInteger(text); ok {
		return sum
	}
	return d.anyNumber(string(text))
}

// value digests a decoded value at d.path, and gives what quick gives.
func (d *digester) value(v any) uint64 {
	switch x := v.(type) {
	case bool:
		if x {
			return digestTrue
		}
		return digestFalse
	case string:
		return maphash.String(d.seed, d.rules.maskedText(d.path, x))
	case json.Number:
		return d.number([]byte(x))
	case event.Object:
		return d.decodedObject(x)
	case []any:
		sum := digestArray
		for i, item := range x {
			d.path = append(d.path, Step{index: i, array: true})
			if !d.rules.aside(d.path) {
				sum = mix(sum, d.value(item))
			}
			d.path = d.path[:len(d.path)-1]
		}
		return mix(sum, digestArray)
	}
	return digestNull
}

func (d *digester) decodedObject(o event.Object) uint64 {
	sum, index := digestObject, indexOf(o)
	for i, m := range o {
		if index.find(m.Key) != i {
			continue
		}
		d.path = append(d.path, Step{key: m.Key})
		if !d.rules.aside(d.path) {
			sum += memberSum(maphash.String(d.seed, m.Key), d.value(m.Value))
		}
		d.path = d.path[:len(d.path)-1]
	}
	return mix(sum, digestObject)
}

// distinct reports whether no two of the words are equal. It may reorder them.
func distinct(words []uint64) bool {
	if len(words) > smallObject {
		slices.Sort(words)
		return len(slices.Compact(words)) == len(words)
	}
	for i, w := range words {
		if slices.Contains(words[:i], w) {
			return false
		}
	}
	return true
}
