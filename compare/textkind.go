package compare

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// textKind is a kind of part that many texts have and that differs from run to run
// by itself. Kinds are the bits of a kindSet.
type textKind uint8

const (
	kindTime textKind = iota
	kindDuration
	kindAddress
	kindUUID
	kindTemp
	kindNumber
	kindCount
)

// kindNames are the kinds as rules name them.
var kindNames = [kindCount]string{"time", "duration", "address", "uuid", "temp", "number"}

// kindSet is a set of kinds.
type kindSet uint8

// telling are the kinds that can be told by how they are written. A number can be
// anything, so it is set aside only where somebody asks for it.
const telling = kindSet(1<<kindNumber - 1)

func setOf(k textKind) kindSet            { return 1 << k }
func (s kindSet) has(k textKind) bool     { return s&setOf(k) != 0 }
func (s kindSet) with(k textKind) kindSet { return s | setOf(k) }

func (s kindSet) without(k textKind) kindSet { return s &^ setOf(k) }

// names returns the names of the kinds, sorted.
func (s kindSet) names() []string {
	var names []string
	for k, name := range kindNames {
		if s.has(textKind(k)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// errNoKind reports a list of something else than kinds.
var errNoKind = errors.New("no kinds of parts")

// kindsOf reads a list of names with a + between them. (Where lists of rules are
// written, a comma stands between two rules.)
func kindsOf(list string) (set kindSet, err error) {
	for name := range strings.SplitSeq(list, "+") {
		k := slices.Index(kindNames[:], name)
		if k < 0 {
			return 0, errNoKind
		}
		set = set.with(textKind(k))
	}
	return set, nil
}

// textPart is a part of a text, in bytes, and its kind.
type textPart struct {
	start, end int
	kind       textKind
	renamed    bool // it is a name, see [aliases]
}

// appendKinds appends the parts of a text that are of some kinds, in order. None
// overlap. A part begins and ends where a word does.
func appendKinds(parts []textPart, text string, kinds kindSet) []textPart {
	for i := 0; i < len(text); {
		c := text[i]
		if !isWord(c) && c != '/' {
			i++
			continue
		}
		if part, ok := partAt(text, i, kinds); ok {
			parts = append(parts, part)
			i = part.end
			continue
		}
		if c == '/' {
			i++
			continue
		}
		i = wordEndIn(text, i)
	}
	return parts
}

// partAt finds a part that begins at i, where a word or a path begins.
func partAt(text string, i int, kinds kindSet) (textPart, bool) {
	kinds &= kindsFrom(text[i])
	for k := range kindCount {
		if !kinds.has(k) {
			continue
		}
		if end := kindEnds[k](text, i); end > i {
			return textPart{start: i - signBefore(text, i, k), end: end, kind: k}, true
		}
	}
	return textPart{}, false
}

// kindsFrom are the kinds of which a part may begin with a byte.
func kindsFrom(c byte) kindSet {
	switch {
	case isDigit(c):
		return 1<<kindTime | 1<<kindDuration | 1<<kindAddress | 1<<kindUUID | 1<<kindNumber
	case c == '/':
		return 1 << kindTemp
	case c >= 'A' && c <= 'Z': // the name of a month or a day
		return 1<<kindTime | 1<<kindUUID | 1<<kindNumber
	}
	return 1<<kindUUID | 1<<kindNumber
}

// signBefore is 1 where a sign belongs to the number at i: one that no word stands
// in front of.
func signBefore(text string, i int, k textKind) int {
	if k != kindNumber && k != kindDuration || i == 0 || text[i-1] != '-' && text[i-1] != '+' {
		return 0
	}
	if i > 1 && isWord(text[i-2]) {
		return 0
	}
	return 1
}

// kindEnds find where a part of a kind ends that begins at a place; -1 where none
// does.
var kindEnds = [kindCount]func(text string, i int) int{
	kindTime: timeEnd, kindDuration: durationEnd, kindAddress: addressEnd,
	kindUUID: uuidEnd, kindTemp: tempEnd, kindNumber: figureEnd,
}

// isWord reports the bytes that words are made of.
func isWord(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
}

// wordEndIn is where the word at i ends. A point in front of a digit belongs to it.
func wordEndIn(text string, i int) int {
	for i < len(text) && (isWord(text[i]) || text[i] == '.' && i+1 < len(text) && isDigit(text[i+1])) {
		i++
	}
	return i
}

// ends reports whether nothing of a word stands at i.
func ends(text string, i int) bool { return i >= len(text) || !isWord(text[i]) }

// digits is where n digits at i end, or -1.
func digits(text string, i, n int) int {
	if i < 0 || i+n > len(text) {
		return -1
	}
	for _, c := range []byte(text[i : i+n]) {
		if !isDigit(c) {
			return -1
		}
	}
	return i + n
}

// one is the place behind one of some bytes at i, or -1.
func one(text string, i int, of string) int {
	if uint(i) < uint(len(text)) {
		for j := range len(of) { // they are few
			if of[j] == text[i] {
				return i + 1
			}
		}
	}
	return -1
}

// digitsFrom is where the digits at i end, which may be none.
func digitsFrom(text string, i int) int {
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return i
}

// units are what stands behind a number that is a duration.
var units = []string{
	"ns", "us", "µs", "μs", "ms", "s", "sec", "secs", "second", "seconds",
	"min", "mins", "minute", "minutes", "hr", "hrs", "hour", "hours",
	"milliseconds", "microseconds", "nanoseconds",
}

// durationEnd is where a number with a unit of time ends, such as 0.5 ms, 12s or
// 1h2m3.5s.
func durationEnd(text string, i int) int {
	number := plainNumberEnd(text, i)
	if number < 0 {
		return -1
	}
	if end := compoundEnd(text, i); end > 0 {
		return end
	}
	at := number
	if blank := one(text, at, " "); blank > 0 {
		at = blank
	}
	end := at
	for end < len(text) && (isWord(text[end]) || text[end] >= utf8.RuneSelf) {
		end++
	}
	if at == end || !slices.Contains(units, text[at:end]) || one(text, end, "/") > 0 {
		return -1
	}
	return end
}

// compoundEnd is where a duration of several parts ends, as Go writes it: 2m3.5s.
func compoundEnd(text string, i int) int {
	parts := 0
	for {
		number := plainNumberEnd(text, i)
		if number < 0 {
			break
		}
		unit := one(text, number, "dhms")
		if unit < 0 {
			return -1
		}
		parts, i = parts+1, unit
	}
	if parts < 2 || !ends(text, i) {
		return -1
	}
	return i
}

// plainNumberEnd is where digits end, with a point between them and an exponent
// behind.
func plainNumberEnd(text string, i int) int {
	at := digitsFrom(text, i)
	if at == i {
		return -1
	}
	if point := one(text, at, "."); point > 0 && digitsFrom(text, point) > point {
		at = digitsFrom(text, point)
	}
	if exponent := one(text, at, "eE"); exponent > 0 {
		if sign := one(text, exponent, "+-"); sign > 0 {
			exponent = sign
		}
		if end := digitsFrom(text, exponent); end > exponent {
			return end
		}
	}
	return at
}

// shortestAddress is how many digits an address has at least behind its 0x.
const shortestAddress = 6

// addressEnd is where an address in memory ends, such as 0x7f58e52c4770.
func addressEnd(text string, i int) int {
	at := one(text, one(text, i, "0"), "xX")
	if at < 0 {
		return -1
	}
	end := at
	for end < len(text) && isHex(text[end]) {
		end++
	}
	if end-at < shortestAddress || end-at > 16 || !ends(text, end) {
		return -1
	}
	return end
}

// uuidEnd is where a UUID ends (RFC 9562, section 4).
func uuidEnd(text string, i int) int {
	const form = "00000000-0000-0000-0000-000000000000"
	if i+len(form) > len(text) || !ends(text, i+len(form)) {
		return -1
	}
	for j := range len(form) {
		if c := text[i+j]; form[j] == '-' && c != '-' || form[j] != '-' && !isHex(c) {
			return -1
		}
	}
	return i + len(form)
}

// tempDirs are where systems keep files that have a new name each time.
var tempDirs = []string{"/tmp/", "/var/tmp/", "/var/folders/", "/private/tmp/", "/dev/shm/"}

// tempEnd is where the name of a file or directory in a directory for temporary
// ones ends. What lies deeper is no part of it.
func tempEnd(text string, i int) int {
	if i > 0 && (isWord(text[i-1]) || text[i-1] == '.') {
		return -1 // further down in a path
	}
	for _, dir := range tempDirs {
		if !strings.HasPrefix(text[i:], dir) {
			continue
		}
		at := i + len(dir)
		end := at
		for end < len(text) && (isWord(text[end]) || strings.IndexByte(".-+", text[end]) >= 0 && !ends(text, end+1)) {
			end++
		}
		if end > at {
			return end
		}
	}
	return -1
}

// figureEnd is where a word ends that has a digit in it: a number, or a name with
// one.
func figureEnd(text string, i int) int {
	end := wordEndIn(text, i)
	if !strings.ContainsAny(text[i:end], "0123456789") {
		return -1
	}
	return max(end, plainNumberEnd(text, i)) // the exponent may have a sign
}
