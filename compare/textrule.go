package compare

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
)

// textRule sets aside parts of the texts that stand in a field.
type textRule struct {
	field   Pattern
	kinds   kindSet
	pattern *regexp.Regexp // nil: only kinds
	renamed bool           // what it finds are names, see [aliases]

	name string // of the field, where the rule says no more of it; else ""
	top  bool   // at top level only
}

// errNoTextRule reports a rule that sets aside whole fields.
var errNoTextRule = errors.New("no rule for parts of texts")

// parseTextRule reads a rule such as text~time+address or text~/took (\d+)/. What is
// neither is [errNoTextRule], or malformed: a ~ in a name stands in brackets.
func parseTextRule(text string) (*textRule, error) {
	for i := range len(text) {
		if text[i] != '~' {
			continue
		}
		field, err := ParsePattern(text[:i])
		if err != nil {
			continue
		}
		rule := &textRule{field: field}
		rule.name, rule.top = field.name()
		parts, renamed := cutRenamed(text[i+1:])
		rule.renamed = renamed
		if rule.kinds, err = kindsOf(parts); err == nil || parts == "" && renamed {
			return rule, nil
		}
		if inside, ok := cutSlashes(parts); ok {
			if rule.pattern, err = regexp.Compile(inside); err != nil {
				return nil, &PatternError{Pattern: text, Why: err.Error()}
			}
			return rule, nil
		}
	}
	if strings.Contains(text, "~") && !strings.Contains(text, `["`) {
		return nil, &PatternError{Pattern: text, Why: "behind the ~ stand kinds (" + strings.Join(kindNames[:], ", ") +
			`) with a + between two, or a regular expression between slashes, and +renamed where these are names; a name with a ~ is written ["a~b"]`}
	}
	return nil, errNoTextRule
}

// wordRenamed says in a rule that what it finds are names.
const wordRenamed = "renamed"

// cutRenamed returns what a rule says without that word, and whether it says it.
func cutRenamed(text string) (rest string, renamed bool) {
	if text == wordRenamed {
		return "", true
	}
	if rest, renamed = strings.CutSuffix(text, "+"+wordRenamed); rest == "" {
		return text, false
	}
	return rest, renamed
}

// whole reports whether the rule is for the whole value of the field.
func (r *textRule) whole() bool { return r.kinds == 0 && r.pattern == nil }

// cutSlashes returns what stands between slashes.
func cutSlashes(text string) (inside string, ok bool) {
	inside, ok = strings.CutPrefix(text, "/")
	if !ok {
		return "", false
	}
	inside, ok = strings.CutSuffix(inside, "/")
	return inside, ok && inside != ""
}

// fits reports whether the rule holds for the text at a path. A list of texts is
// named as its field is.
func (r *textRule) fits(at Path) bool {
	if r.field.fits(at) {
		return true
	}
	end := len(at)
	for end > 0 && at[end-1].array {
		end--
	}
	return end < len(at) && r.field.fits(at[:end])
}

// parts appends what the rule sets aside in a text: what its pattern finds, or the
// groups of it where it has groups.
func (r *textRule) parts(parts []textPart, text string) []textPart {
	if r.pattern == nil {
		from := len(parts)
		parts = appendKinds(parts, text, r.kinds)
		for i := from; r.renamed && i < len(parts); i++ {
			parts[i].renamed = true
		}
		return parts
	}
	for _, found := range r.pattern.FindAllStringSubmatchIndex(text, -1) {
		if len(found) > 2 {
			found = found[2:]
		}
		for i := 0; i < len(found); i += 2 {
			if found[i] < found[i+1] { // a group that took part, and of something
				parts = append(parts, textPart{start: found[i], end: found[i+1], renamed: r.renamed})
			}
		}
	}
	return parts
}

// sameText reports whether two texts at a path are the same but for what is set
// aside in them.
func (r *rules) sameText(at Path, a, b string) bool {
	if a == b {
		return true
	}
	if len(r.texts) == 0 {
		return false
	}
	return r.maskedText(at, a) == r.maskedText(at, b)
}

// asideByte is what stands for a part that is set aside. No text has it, since
// it is no UTF-8.
const asideByte = "\xff"

// textParts are the parts of a text at a path that are set aside.
func (r *rules) textParts(parts []textPart, at Path, text string) []textPart {
	for i := range r.texts {
		if r.texts[i].fits(at) {
			parts = r.texts[i].parts(parts, text)
		}
	}
	return parts
}

// maskedText is a text at a path with one byte for each part that is set aside in
// it. Parts that touch are one.
func (r *rules) maskedText(at Path, text string) string {
	var room [16]textPart
	return masked(text, r.textParts(room[:0], at, text))
}

// masked puts one byte in the place of each run of parts.
func masked(text string, parts []textPart) string {
	if len(parts) == 0 {
		return text
	}
	return string(appendMasked(nil, text, joinedParts(parts)))
}

// appendMasked appends a text with one byte in the place of each of some parts, which
// are in order and touch nowhere.
func appendMasked(b []byte, text string, parts []textPart) []byte {
	at := 0
	for _, p := range parts {
		b = append(append(b, text[at:p.start]...), asideByte...)
		at = p.end
	}
	return append(b, text[at:]...)
}

// joinedParts sorts parts and makes one of those that touch, which is a name when they are.
func joinedParts(parts []textPart) []textPart {
	slices.SortFunc(parts, func(x, y textPart) int { return cmp.Compare(x.start, y.start) })
	n := 0
	for _, p := range parts[min(1, len(parts)):] {
		if p.start <= parts[n].end {
			parts[n].end = max(parts[n].end, p.end)
			parts[n].renamed = parts[n].renamed && p.renamed
		} else {
			n++
			parts[n] = p
		}
	}
	return parts[:min(n+1, len(parts))]
}

// textsPart is where two texts at a path begin to differ in what is not set aside.
func (r *rules) textsPart(at Path, a, b string) (fromA, fromB int) {
	x, y := joinedParts(r.textParts(nil, at, a)), joinedParts(r.textParts(nil, at, b))
	for fromA < len(a) && fromB < len(b) {
		asideA, asideB := len(x) > 0 && x[0].start == fromA, len(y) > 0 && y[0].start == fromB
		switch {
		case asideA && asideB:
			fromA, fromB, x, y = x[0].end, y[0].end, x[1:], y[1:]
		case asideA || asideB || a[fromA] != b[fromB]:
			return fromA, fromB
		default:
			fromA, fromB = fromA+1, fromB+1
		}
	}
	return fromA, fromB
}

// TextRules are rules for [Options.Ignore] that set aside what the two events differ
// in, where that is only times, addresses and the like in their texts; none where
// they differ in more. What the same texts of the events behind them differ in is
// among it, so that one look is enough.
func (d *Divergence) TextRules() (rules []string) {
	for _, f := range d.Fields {
		kinds := kindsBetween(f.A, f.B)
		if kinds == 0 || f.Renamed != nil {
			return nil
		}
		for i := range min(len(d.AfterA), len(d.AfterB)) {
			a, _ := d.AfterA[i].Value.Get(f.Path) // of members at top level the path is the key
			b, _ := d.AfterB[i].Value.Get(f.Path)
			kinds |= kindsBetween(a, b)
		}
		rules = append(rules, f.Path+"~"+strings.Join(kinds.names(), "+"))
	}
	return rules
}

// kindsBetween are the kinds of parts by which two texts differ; none where they
// differ in more, or are no texts.
func kindsBetween(a, b any) kindSet {
	x, inA := a.(string)
	y, inB := b.(string)
	if !inA || !inB {
		return 0
	}
	kinds, ok := differingKinds(x, y)
	if !ok {
		return 0
	}
	return kinds
}

// differingKinds says by which kinds of parts two texts differ, and reports whether
// they differ in nothing else.
func differingKinds(a, b string) (kindSet, bool) {
	x, y := cutText(a, telling), cutText(b, telling)
	if len(x) != len(y) {
		return 0, false
	}
	var kinds kindSet
	for i := range x {
		switch {
		case x[i].literal != y[i].literal || !x[i].literal && x[i].kind != y[i].kind:
			return 0, false
		case x[i].text == y[i].text:
		case x[i].literal:
			return 0, false
		default:
			kinds = kinds.with(x[i].kind)
		}
	}
	return kinds, true
}

// piece is a part of a text, or what stands between two.
type piece struct {
	text    string
	literal bool
	kind    textKind // unless literal
}

// cutText cuts a whole text into pieces.
func cutText(text string, kinds kindSet) []piece {
	var pieces []piece
	at := 0
	for _, p := range appendKinds(nil, text, kinds) {
		if p.start > at {
			pieces = append(pieces, piece{text: text[at:p.start], literal: true})
		}
		pieces = append(pieces, piece{text: text[p.start:p.end], kind: p.kind})
		at = p.end
	}
	if at < len(text) {
		pieces = append(pieces, piece{text: text[at:], literal: true})
	}
	return pieces
}
