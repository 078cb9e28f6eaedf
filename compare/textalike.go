package compare

import (
	"bytes"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Lines of two runs whose texts differ only in parts that are set aside need not be
// decoded: what is set aside stands at some places of a line, and all bytes between
// them must be the same. That takes the reading of each line once, which is done ahead
// where lines need it and not at all where they do not.

// textFinder finds the places of a line that are set aside when rules are for parts of
// texts, and the names among them. It is used from one goroutine.
type textFinder struct {
	rules *rules
	byKey map[string]keyRules
	parts []textPart

	names    []span // of the line, in order: the insides of values, and parts of texts
	allNames bool   // they are surely all that the line has
	keys     []span // of the values with names

	meant []byte  // a text whose escapes are resolved, and
	from  []int32 // where each character of it, and its end, stands in how it is written
}

// keyRules are the rules for the value of a key at top level.
type keyRules struct {
	texts   []*textRule
	named   bool // the value is a name
	renamed bool // it is, or has some
}

// newTextFinder returns nil where no rule is for parts of texts or for names.
func newTextFinder(r *rules) *textFinder {
	if len(r.texts) == 0 && !r.renamed {
		return nil
	}
	return &textFinder{rules: r, byKey: map[string]keyRules{}}
}

// of returns the rules for a key at top level.
func (f *textFinder) of(key []byte) keyRules {
	rules, known := f.byKey[string(key)]
	if known || bytes.IndexByte(key, '\\') >= 0 {
		return rules
	}
	at := Path{{key: string(key)}}
	for i := range f.rules.texts {
		if rule := &f.rules.texts[i]; rule.fits(at) {
			rules.texts = append(rules.texts, rule)
			rules.renamed = rules.renamed || rule.renamed
		}
	}
	rules.named = f.rules.isName(at)
	rules.renamed = rules.renamed || rules.named
	if len(f.byKey) < maxNames && len(key) <= maxName {
		f.byKey[string(key)] = rules
	}
	return rules
}

// line appends the places of a line that are set aside, in order: its volatile values,
// and the parts of the texts at top level. The line must have been looked at.
func (f *textFinder) line(places []span, text []byte, volatile []span) []span {
	f.names, f.keys, f.allNames = f.names[:0], f.keys[:0], f.rules.plainNames()
	for i := blanks(text, 1); i < len(text) && text[i] == '"'; {
		key, at := keyAt(text, i)
		end := -1
		if at >= 0 {
			end = walkValue(text, at, 1)
		}
		if end < 0 {
			f.allNames = false
			break // too deep to be walked
		}
		within := 0
		for within < len(volatile) && int(volatile[within].start) < end {
			within++
		}
		places, volatile = append(places, volatile[:within]...), volatile[within:]
		rules := f.of(text[key.start:key.end])
		f.value(text, key, at, end, &rules)
		if within == 0 && text[at] == '"' && rules.texts != nil {
			places = f.text(places, text, at+1, end-1, rules.texts)
		}
		if i = blanks(text, end); i < len(text) && text[i] == ',' {
			i = blanks(text, i+1)
		}
	}
	return append(places, volatile...)
}

// value takes note of a value that is a name. What has names further in, or is written in
// another way than it reads, is left to decoding.
func (f *textFinder) value(line []byte, key span, at, end int, rules *keyRules) {
	switch first := line[at]; {
	case !f.allNames:
	case first == '{' || first == '[' || bytes.IndexByte(line[key.start:key.end], '\\') >= 0:
		f.allNames = false
	case !rules.renamed:
	case f.again(line, key):
		f.allNames = false // of equal keys the last one counts
	case !rules.named:
	case first == '"' && asItReads(line[at+1:end-1]):
		f.names = append(f.names, span{int32(at) + 1, int32(end) - 1})
	default:
		f.allNames = false
	}
}

// again reports whether a key with names has been in the line before.
func (f *textFinder) again(line []byte, key span) bool {
	for _, k := range f.keys {
		if bytes.Equal(line[k.start:k.end], line[key.start:key.end]) {
			return true
		}
	}
	f.keys = append(f.keys, key)
	return false
}

// text appends the parts of a text, whose inside stands between two places.
func (f *textFinder) text(places []span, line []byte, start, end int, rules []*textRule) []span {
	inside := line[start:end]
	if !plainText(inside) {
		if bytes.IndexByte(inside, '\\') >= 0 {
			f.allNames = false
			return f.escaped(places, inside, start, rules)
		}
		if !utf8.Valid(inside) {
			f.allNames = false
			return places // what it is read as has other places
		}
	}
	if len(inside) == 0 {
		return places
	}
	for _, p := range f.partsOf(unsafe.String(&inside[0], len(inside)), rules) { // nobody keeps it
		at := span{int32(start + p.start), int32(start + p.end)}
		places = append(places, at)
		if p.renamed {
			f.names = append(f.names, at)
		}
	}
	return places
}

// partsOf are the parts of a text, which touch nowhere.
func (f *textFinder) partsOf(text string, rules []*textRule) []textPart {
	f.parts = f.parts[:0]
	for _, r := range rules {
		f.parts = r.parts(f.parts, text)
	}
	if len(rules) > 1 || rules[0].pattern != nil || len(f.parts) > 1 {
		f.parts = joinedParts(f.parts)
	}
	return f.parts
}

// escaped is text for one with escapes: parts are found in what it means, and their
// places in how it is written.
func (f *textFinder) escaped(places []span, inside []byte, start int, rules []*textRule) []span {
	if !f.unescape(inside) {
		return places
	}
	before := len(places)
	for _, p := range f.partsOf(unsafe.String(&f.meant[0], len(f.meant)), rules) {
		if f.from[p.start] < 0 || f.from[p.end] < 0 {
			return places[:before]
		}
		places = append(places, span{int32(start) + f.from[p.start], int32(start) + f.from[p.end]})
	}
	return places
}

// escapes are the bytes that may follow a backslash, but for u, and escapeMeanings what
// they mean.
const (
	escapes        = `"\/bfnrt`
	escapeMeanings = "\"\\/\b\f\n\r\t"
)

// unescape puts what the inside of a string with escapes means into f.meant, and where
// each byte of it comes from into f.from. It reports false for what is not read as it is
// written: half a pair of surrogates, and what is no UTF-8.
func (f *textFinder) unescape(inside []byte) bool {
	f.meant, f.from = f.meant[:0], f.from[:0]
	for i := 0; i < len(inside); {
		end := i + 1
		switch {
		case inside[i] != '\\':
			f.meant = append(f.meant, inside[i])
		case inside[i+1] != 'u':
			f.meant, end = append(f.meant, escapeMeanings[strings.IndexByte(escapes, inside[i+1])]), i+2
		default:
			r, n := unicodeEscape(inside[i:])
			if r == utf8.RuneError {
				return false
			}
			f.meant, end = utf8.AppendRune(f.meant, r), i+n
		}
		f.from = append(f.from, int32(i))
		for len(f.from) < len(f.meant) {
			f.from = append(f.from, -1) // within a character
		}
		i = end
	}
	f.from = append(f.from, int32(len(inside)))
	return utf8.Valid(f.meant)
}

// unicodeEscape is the character that begins with the escape \u at the start of b, and how
// long it is written; utf8.RuneError where it is none.
func unicodeEscape(b []byte) (r rune, size int) {
	hex := func(at int) rune {
		if at+6 > len(b) || b[at] != '\\' || b[at+1] != 'u' {
			return utf8.RuneError
		}
		n, err := strconv.ParseUint(string(b[at+2:at+6]), 16, 32)
		if err != nil {
			return utf8.RuneError
		}
		return rune(n)
	}
	if r = hex(0); utf16.IsSurrogate(r) {
		return utf16.DecodeRune(r, hex(6)), 12
	}
	return r, 6
}

// alike reports whether two lines are surely equal: the same but for places that are set
// aside in each. Lines that begin alike are in the same state of their JSON where such a
// place begins, so a value stands there in both, or a part of a text does.
func alike(a []byte, placesA []span, b []byte, placesB []span) bool {
	if len(placesA) != len(placesB) {
		return false
	}
	fromA, fromB := int32(0), int32(0)
	for i, p := range placesA {
		q := placesB[i]
		if !bytes.Equal(a[fromA:p.start], b[fromB:q.start]) {
			return false
		}
		fromA, fromB = p.end, q.end
	}
	return bytes.Equal(a[fromA:], b[fromB:])
}

// need says whether the places of lines are to be found ahead. It is set by who compares
// and read by those who look at lines.
type need struct {
	ahead atomic.Bool
	score int
}

// Bounds of the score of a need. What lines needed lately decides.
const (
	mostScore   = 64
	aheadScore  = 48
	behindScore = 16
)

// was takes note of whether two lines needed their places.
func (n *need) was(needed bool) {
	switch {
	case needed && n.score < mostScore:
		if n.score++; n.score == aheadScore {
			n.ahead.Store(true)
		}
	case !needed && n.score > 0:
		if n.score--; n.score == behindScore {
			n.ahead.Store(false)
		}
	}
}
